import { problems } from '../support/configuration';

test.each<[string, Record<string, unknown>]>([
  ['as little memory for data as there may be', { redis: { maxmemory: '16Mi' } }],
  ['all that a pod may fill with data', { redis: { memory: '200Mi', maxmemory: '150Mi' } }],
  ['a volume of four times the data', { redis: { maxmemory: '160Mi', storage: { size: '640Mi' } } }],
  ['sessions that end with their greatest age', { sessions: { ttlSeconds: 600, maxAgeSeconds: 600 } }],
  ['certificates that are renewed a day before', { tls: { renewBeforeDays: 89, certificateDays: 90 } }],
  ['a certificate a day shorter than its authority', { tls: { certificateDays: 90, authorityDays: 91 } }],
  [
    'clients of one namespace by other labels',
    {
      clients: [
        { namespace: 'shop', podLabels: { app: 'web' } },
        { namespace: 'shop', podLabels: { app: 'jobs' } },
        { namespace: 'blog', podLabels: { app: 'web' } },
      ],
    },
  ],
])('%s: it is allowed', (_, settings) => {
  expect(problems({ environment: 'dev', ...settings })).toEqual([]);
});

test.each<[string, Record<string, unknown>, string]>([
  [
    'a client again, its labels in another order',
    {
      clients: [
        { namespace: 'blog', podLabels: { app: 'web' } },
        { namespace: 'shop', podLabels: { app: 'web', tier: 'front' } },
        { namespace: 'shop', podLabels: { tier: 'front', app: 'web' } },
      ],
    },
    'clients[2]: is clients[1] again; allowed: each once',
  ],
  [
    'the first client again',
    {
      clients: ['shop', 'blog', 'shop'].map((namespace) => ({ namespace, podLabels: { app: 'web' } })),
    },
    'clients[2]: is clients[0] again; allowed: each once',
  ],
  [
    'certificates that are renewed on their last day',
    { tls: { renewBeforeDays: 90, certificateDays: 90 } },
    'tls.renewBeforeDays: got 90; allowed: less than tls.certificateDays (90)',
  ],
  [
    'a certificate as long as its authority',
    { tls: { certificateDays: 90, authorityDays: 90 } },
    'tls.certificateDays: got 90; allowed: less than tls.authorityDays (90)',
  ],
  ['a scale in words', { scale: 'half' }, 'scale: got "half"; allowed: a number above 0, at most 1'],
  ['a scale above the whole', { scale: '1.01' }, 'scale: got "1.01"; allowed: a number above 0, at most 1'],
])('%s: it is refused', (_, settings, problem) => {
  expect(problems({ environment: 'dev', ...settings })).toEqual([problem]);
});
