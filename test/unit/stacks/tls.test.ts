import { encode } from '../../../scripts/encode';
import { problems, project } from '../support/configuration';
import { parseStackConfig } from '../../../stacks/parse';

const off = { mode: 'off' };

test('a number is the name of an authority, as `pulumi config set` writes it', () => {
  const { tls } = parseStackConfig(project, encode({ environment: 'dev', tls: { authorities: [2, 1] } }));
  expect(tls.authorities).toEqual(['2', '1']);
});

test.each<[string, Record<string, unknown>, string]>([
  [
    'a quota without room for what renews certificates',
    { tls: { enabled: true }, monitoring: off, quota: { cpu: '144m' } },
    'quota.cpu: got "144m"; allowed: at least 145m, for Redis, the containers that renew certificates and ' +
      '2 of jobs',
  ],
  [
    'a quota without memory for it',
    { tls: { enabled: true }, monitoring: off, quota: { memory: '320Mi' } },
    'quota.memory: got "320Mi"; allowed: at least 336Mi, for Redis, the containers that renew ' +
      'certificates and 2 of jobs',
  ],
  ['a truth that is none', { tls: { enabled: 'yes' } }, 'tls.enabled: got "yes"; allowed: true or false'],
  [
    'a demand of certificates that is none',
    { tls: { clientCertificates: 'no' } },
    'tls.clientCertificates: got "no"; allowed: required, optional',
  ],
  [
    'nobody who signs certificates',
    { tls: { authorities: [] } },
    'tls.authorities: got []; allowed: one name or more, each once',
  ],
  [
    'the same authority twice',
    { tls: { authorities: ['1', '2', 1] } },
    'tls.authorities: got ["1","2","1"]; allowed: one name or more, each once',
  ],
  [
    'a name of an authority that cannot be one',
    { tls: { authorities: ['1', 'The Authority'] } },
    'tls.authorities[1]: got "The Authority"; allowed: at most 32 of a-z, 0-9 and -, a letter or digit first and last',
  ],
  [
    'certificates that are renewed from the first',
    { tls: { certificateDays: 30 } },
    'tls.renewBeforeDays: got 30; allowed: less than tls.certificateDays (30)',
  ],
  [
    'certificates that outlive their authority',
    { tls: { authorityDays: 90 } },
    'tls.certificateDays: got 90; allowed: less than tls.authorityDays (90)',
  ],
])('%s is refused, naming the key and what is allowed', (_, raw, message) => {
  expect(problems({ environment: 'dev', ...raw })).toEqual([message]);
});
