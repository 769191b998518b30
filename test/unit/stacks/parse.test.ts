import { ConfigurationError, parseStackConfig, projectValues } from '../../../stacks/parse';
import { encode } from '../../../scripts/encode';
import { problems, project } from '../support/configuration';

const quantity = 'a quantity of bytes above zero, such as 512Mi, 1.5Gi or 2G';
const dnsLabel = 'a DNS label: at most 63 of a-z, 0-9 and -, a letter or digit first and last';
const own = `${dnsLabel}; not default, and none of kube-*`;
const off = { mode: 'off' };
const labels = 'one label or more, keys and values as Kubernetes labels allow them, such as app: shop';

test("what a stack leaves out is the environment's", () => {
  const { monitoring, ...rest } = parseStackConfig(project, { environment: 'dev' });
  expect(monitoring.mode).toBe('bundled');
  expect(rest).toEqual({
    environment: 'dev',
    namespace: 'session-database',
    cluster: {},
    redis: {
      cpu: '100m',
      memory: '256Mi',
      maxmemory: '160Mi',
      maxClients: 1000,
      storage: { size: '1Gi' },
      mode: 'standalone',
      pods: 1,
      maxPods: 1,
      spread: 'preferred',
    },
    tls: {
      enabled: false,
      clientCertificates: 'required',
      authorities: ['1'],
      authorityDays: 3650,
      certificateDays: 90,
      renewBeforeDays: 30,
    },
    sentinel: {
      pods: 3,
      cpu: '50m',
      memory: '64Mi',
      storage: { size: '64Mi' },
      downAfterMilliseconds: 1300,
      failoverTimeoutMilliseconds: 10_000,
    },
    proxy: { pods: 2, maxPods: 4, cpu: '100m', memory: '128Mi' },
    scale: 1,
    protect: false,
    sessions: {
      ttlSeconds: 3600,
      maxAgeSeconds: 2_592_000,
      perUser: 5,
      maxFields: 30,
      maxBytes: 16_384,
      refreshTokens: { ttlSeconds: 604_800, maxAgeSeconds: 7_776_000, perUser: 3 },
      deletionTokens: { ttlSeconds: 86_400, maxAgeSeconds: 604_800, perUser: 3 },
      cleanupMinutes: 5,
    },
    quota: { pods: 20, cpu: '2', memory: '3Gi', storage: '10Gi' },
    clients: [],
  });
});

test('what a stack says wins, setting by setting', () => {
  const config = parseStackConfig(
    project,
    encode({
      environment: 'dev',
      namespace: 'shop-sessions',
      redis: { maxClients: 50, storage: { class: 'fast' } },
      clients: [{ namespace: 'shop', podLabels: { 'app.kubernetes.io/name': 'web' } }],
    }),
  );
  expect(config.namespace).toBe('shop-sessions');
  expect(config.redis).toEqual({
    cpu: '100m',
    memory: '256Mi',
    maxmemory: '160Mi',
    maxClients: 50,
    storage: { size: '1Gi', class: 'fast' },
    mode: 'standalone',
    pods: 1,
    maxPods: 1,
    spread: 'preferred',
  });
  expect(config.clients).toEqual([{ namespace: 'shop', podLabels: { 'app.kubernetes.io/name': 'web' } }]);
});

test('numbers that the CLI made of quantities and label values are taken as their text', () => {
  const config = parseStackConfig(
    project,
    encode({ environment: 'dev', redis: { cpu: 1 }, clients: [{ namespace: 'a', podLabels: { tier: 1 } }] }),
  );
  expect(config.redis.cpu).toBe('1');
  expect(config.clients[0]?.podLabels).toEqual({ tier: '1' });
});

test('the configuration cannot be changed afterwards', () => {
  const config = parseStackConfig(project, { environment: 'dev' });
  expect([config, config.redis, config.redis.storage, config.clients].map(Object.isFrozen)).toEqual([
    true,
    true,
    true,
    true,
  ]);
});

test.each<[string, Record<string, unknown>, string]>([
  ['a missing environment', { environment: '' }, 'environment: missing; allowed: dev, staging, prod'],
  ['an unknown environment', { environment: 'qa' }, 'environment: got "qa"; allowed: dev, staging, prod'],
  [
    'an unknown key',
    { redsi: {} },
    'redsi: unknown key; allowed: environment, namespace, cluster, redis, tls, sentinel, proxy, scale, protect, sessions, quota, monitoring, clients',
  ],
  [
    'an unknown key inside',
    { redis: { storage: { klass: 'fast' } } },
    'redis.storage.klass: unknown key; allowed: size, class',
  ],
  [
    'text where a mapping belongs',
    { redis: 'big' },
    'redis: got "big"; allowed: a mapping of cpu, memory, maxmemory, maxClients, storage, mode, pods, maxPods, spread',
  ],
  ['a mapping where a list belongs', { clients: {} }, 'clients: got an empty mapping; allowed: a list'],
  [
    'a quantity that is none',
    { redis: { memory: 'lots' } },
    `redis.memory: got "lots"; allowed: ${quantity}`,
  ],
  [
    'a size of nothing',
    { redis: { storage: { size: '0Gi' } } },
    `redis.storage.size: got "0Gi"; allowed: ${quantity}`,
  ],
  [
    'a CPU that is none',
    { quota: { cpu: '2Gi' } },
    'quota.cpu: got "2Gi"; allowed: a quantity of CPU above zero, such as 250m, 0.5 or 2',
  ],
  [
    'a number out of range',
    { redis: { maxClients: 9 } },
    'redis.maxClients: got 9; allowed: a whole number from 10 to 65000',
  ],
  [
    'a broken number',
    { quota: { pods: 1.5 } },
    'quota.pods: got 1.5; allowed: a whole number from 1 to 1000',
  ],
  [
    'a number as text',
    { quota: { pods: 'ten' } },
    'quota.pods: got "ten"; allowed: a whole number from 1 to 1000',
  ],
  [
    'a name that is no DNS label',
    { namespace: 'My_Sessions' },
    `namespace: got "My_Sessions"; allowed: ${own}`,
  ],
  [
    'a namespace of the cluster',
    { namespace: 'kube-system' },
    `namespace: got "kube-system"; allowed: ${own}`,
  ],
  [
    'a storage class that cannot be one',
    { redis: { storage: { class: 'Fast SSD' } } },
    'redis.storage.class: got "Fast SSD"; allowed: the name of a storage class, such as fast-ssd',
  ],
  [
    'the content of a kubeconfig, which is not repeated',
    { cluster: { kubeconfig: 'apiVersion: v1\nclusters: []' } },
    'cluster.kubeconfig: got something else; allowed: the path of a file, not its content',
  ],
  [
    'a client without labels, which would be every pod',
    { clients: [{ namespace: 'shop', podLabels: {} }] },
    `clients[0].podLabels: got an empty mapping; allowed: ${labels}`,
  ],
  [
    'a label that cannot be one',
    { clients: [{ namespace: 'shop', podLabels: { app: 'two words' } }] },
    `clients[0].podLabels.app: got "two words"; allowed: ${labels}`,
  ],
  [
    'a client without a namespace',
    { clients: [{ podLabels: { app: 'web' } }] },
    `clients[0].namespace: missing; allowed: ${dnsLabel}`,
  ],
  [
    'a client of the own namespace',
    { namespace: 'shop', clients: [{ namespace: 'shop', podLabels: { app: 'web' } }] },
    'clients[0].namespace: got "shop", the platform\'s own; allowed: other namespaces. ' +
      'In the platform\'s own, a pod is a client by the label session-database/client: "true"',
  ],
  [
    'the same client twice',
    {
      clients: [
        { namespace: 'shop', podLabels: { a: '1', b: '2' } },
        { namespace: 'shop', podLabels: { b: '2', a: '1' } },
      ],
    },
    'clients[1]: is clients[0] again; allowed: each once',
  ],
  [
    'memory too small for its data',
    { redis: { maxmemory: '200Mi' } },
    'redis.maxmemory: got "200Mi"; allowed: at most 192Mi, 75 % of redis.memory (256Mi); ' +
      'the rest is needed for connections, buffers and saving',
  ],
  [
    'too little memory for any data',
    { redis: { maxmemory: '8Mi' } },
    'redis.maxmemory: got "8Mi"; allowed: at least 16Mi',
  ],
  [
    'a volume too small for its data',
    { redis: { storage: { size: '500Mi' } } },
    'redis.storage.size: got "500Mi"; allowed: at least 640Mi, 4 times redis.maxmemory (160Mi); ' +
      'the append-only file, its rewritten copy and a snapshot must fit',
  ],
  [
    'a quota below the CPU',
    { monitoring: off, quota: { cpu: '139m' } },
    'quota.cpu: got "139m"; allowed: at least 140m, for Redis and 2 of jobs',
  ],
  [
    'a quota below the memory',
    { monitoring: off, quota: { memory: '319Mi' } },
    'quota.memory: got "319Mi"; allowed: at least 320Mi, for Redis and 2 of jobs',
  ],
  [
    'a quota below the volume',
    { monitoring: off, quota: { storage: '1000Mi' } },
    'quota.storage: got "1000Mi"; allowed: at least 1Gi, for Redis and 2 of jobs',
  ],
  [
    'a quota without room for the jobs',
    { monitoring: off, quota: { pods: 2 } },
    'quota.pods: got 2; allowed: at least 3, for Redis and 2 of jobs',
  ],
  [
    'a session that would outlive its greatest age',
    { sessions: { ttlSeconds: 61, maxAgeSeconds: 60 } },
    'sessions.ttlSeconds: got 61; allowed: at most 60, which is sessions.maxAgeSeconds',
  ],
  [
    'a refresh token that would outlive its family',
    { sessions: { refreshTokens: { maxAgeSeconds: 60 } } },
    'sessions.refreshTokens.ttlSeconds: got 604800; allowed: at most 60, which is sessions.refreshTokens.maxAgeSeconds',
  ],
  [
    'a cleanup that a schedule cannot have',
    { sessions: { cleanupMinutes: 60 } },
    'sessions.cleanupMinutes: got 60; allowed: a whole number from 1 to 59',
  ],
])('%s is refused, naming the key and what is allowed', (_, raw, message) => {
  expect(problems({ environment: 'dev', ...raw })).toEqual([message]);
});

test('the sizes at the very limits are taken', () => {
  const redis = { memory: '256Mi', maxmemory: '192Mi', storage: { size: '768Mi' } };
  const quota = { pods: 3, cpu: '140m', memory: '320Mi', storage: '768Mi' };
  expect(problems({ environment: 'dev', redis, quota, monitoring: off })).toEqual([]);
});

test('all problems are in one message, those between right settings too', () => {
  const raw = encode({
    environment: 'dev',
    colour: 'red',
    namespace: 'A',
    redis: { memory: '256Mi', maxmemory: '250Mi', maxClients: 'many' },
    quota: { storage: 'some' },
  });
  expect(() => parseStackConfig(project, raw)).toThrow(
    new ConfigurationError(project, [
      `namespace: got "A"; allowed: ${own}`,
      'redis.maxClients: got "many"; allowed: a whole number from 10 to 65000',
      `quota.storage: got "some"; allowed: ${quantity}`,
      'colour: unknown key; allowed: environment, namespace, cluster, redis, tls, sentinel, proxy, scale, protect, sessions, quota, monitoring, clients',
      'redis.maxmemory: got "250Mi"; allowed: at most 192Mi, 75 % of redis.memory (256Mi); ' +
        'the rest is needed for connections, buffers and saving',
    ]),
  );
});

test('the message says that nothing happened, names each key in full, and where to read on', () => {
  expect(new ConfigurationError(project, ['a: wrong', 'b: wrong']).message).toBe(
    [
      'The configuration of this stack has 2 problems; nothing was changed.',
      '  - session-database:a: wrong',
      '  - session-database:b: wrong',
      'Settings are described in docs/configuration.md; set one with: pulumi config set --path KEY VALUE',
    ].join('\n'),
  );
});

test('a setting that is wrong by itself is not held against others as well', () => {
  expect(problems({ environment: 'dev', redis: { memory: 'lots', maxmemory: '200Mi' } })).toEqual([
    `redis.memory: got "lots"; allowed: ${quantity}`,
  ]);
});

test('defaults of an unknown environment are held against nothing', () => {
  expect(problems({ environment: 'qa', redis: { maxmemory: '200Mi' } })).toEqual([
    'environment: got "qa"; allowed: dev, staging, prod',
  ]);
});

test("other projects' keys are left alone", () => {
  expect(
    projectValues(project, { 'session-database:environment': 'dev', 'kubernetes:context': 'x' }),
  ).toEqual({
    environment: 'dev',
  });
});
