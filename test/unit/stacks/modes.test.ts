import { ConfigurationError, parseStackConfig } from '../../../stacks/parse';
import { footprint, podsText } from '../../../stacks/footprint';
import { environmentNames } from '../../../stacks/schema';

const parse = (environment: string, settings: Readonly<Record<string, unknown>> = {}) =>
  parseStackConfig('session-database', {
    environment,
    ...Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, JSON.stringify(value)])),
  });

function problems(environment: string, settings: Readonly<Record<string, unknown>>): readonly string[] {
  try {
    parse(environment, settings);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

const off = { mode: 'off' };

test.each(environmentNames)('environment %s is valid as it is', (environment) => {
  expect(problems(environment, {})).toEqual([]);
});

test('staging and production have a master with replicas and three Sentinels; production keeps its data', () => {
  const of = (environment: string) => {
    const { redis, sentinel, protect } = parse(environment);
    return [redis.mode, redis.pods, sentinel.pods, redis.spread, protect];
  };
  expect(of('dev')).toEqual(['standalone', 1, 3, 'preferred', false]);
  expect(of('staging')).toEqual(['sentinel', 3, 3, 'preferred', false]);
  expect(of('prod')).toEqual(['sentinel', 4, 3, 'required', true]);
});

test.each<[string, string, Record<string, unknown>, string]>([
  [
    'several pods that are standalone',
    'dev',
    { redis: { pods: 2, maxPods: 2 } },
    'redis.pods: got 2; allowed: 1, in mode standalone',
  ],
  [
    'too few pods for Sentinels',
    'staging',
    { redis: { pods: 2 } },
    'redis.pods: got 2; allowed: at least 3, in mode sentinel: with one away, a master still has a replica',
  ],
  [
    'fewer addresses than pods',
    'staging',
    { redis: { maxPods: 2 } },
    'redis.maxPods: got 2; allowed: at least 3, which is redis.pods',
  ],
  [
    'an even number of Sentinels',
    'staging',
    { sentinel: { pods: 4 } },
    'sentinel.pods: got 4; allowed: an odd number; one more than 3 survives no more failures',
  ],
  [
    'data that leave no memory to replication',
    'staging',
    { redis: { maxmemory: '308Mi', storage: { size: '3Gi' } } },
    'redis.maxmemory: got "308Mi"; allowed: at most 307Mi, 60 % of redis.memory (512Mi); ' +
      'the rest is needed for connections, buffers and saving',
  ],
  [
    'a quota that the most pods do not fit',
    'staging',
    {
      quota: { pods: 14, cpu: '1439m', memory: '3455Mi', storage: '10431Mi' },
      tls: { enabled: false },
      monitoring: off,
    },
    'quota.pods: got 14; allowed: at least 15, for 5 pods of Redis, 3 Sentinels, 5 of the proxy and 2 of jobs',
  ],
  ['a scale of nothing', 'staging', { scale: 0 }, 'scale: got "0"; allowed: a number above 0, at most 1'],
  ['a word for a switch', 'prod', { protect: 'no' }, 'protect: got "\\"no\\""; allowed: true or false'],
  [
    'an unknown mode',
    'dev',
    { redis: { mode: 'cluster' } },
    'redis.mode: got "cluster"; allowed: standalone, sentinel',
  ],
])('%s is refused', (_, environment, settings, problem) => {
  expect(problems(environment, settings)).toContain(problem);
});

test('a quota is held against the most pods that there may be', () => {
  const config = parse('staging', { monitoring: off });
  expect(footprint(config)).toEqual({
    pods: 15,
    // Each pod of Redis and of the proxy with the container that has it take up certificates.
    millicores: 5 * (200 + 5) + 3 * 50 + 5 * (100 + 5) + 2 * 20,
    memory: (5 * (512 + 16) + 3 * 64 + 5 * (128 + 16) + 2 * 32) * 2 ** 20,
    storage: (5 * 2048 + 3 * 64) * 2 ** 20,
  });
  expect(podsText(parse('dev', { monitoring: off }))).toBe('Redis and 2 of jobs');
  const exact = { pods: 15, cpu: '1740m', memory: '3616Mi', storage: '10432Mi' };
  expect(problems('staging', { monitoring: off, quota: exact })).toEqual([]);
  expect(problems('staging', { monitoring: off, quota: { ...exact, memory: '3615Mi' } })).toEqual([
    'quota.memory: got "3615Mi"; allowed: at least 3616Mi, for 5 pods of Redis, 3 Sentinels, 5 of the proxy, the containers that renew certificates and 2 of jobs',
  ]);
});

test('a scale shrinks what pods ask for, and neither their number nor anything else', () => {
  const [whole, tenth] = [parse('prod'), parse('prod', { scale: 0.1 })];
  expect(tenth).toEqual({
    ...whole,
    scale: 0.1,
    redis: { ...whole.redis, cpu: '100m', memory: '820Mi', maxmemory: '409Mi', storage: { size: '3277Mi' } },
    sentinel: { ...whole.sentinel, cpu: '10m' },
    proxy: { ...whole.proxy, cpu: '25m' },
    monitoring: {
      ...whole.monitoring,
      prometheus: { ...whole.monitoring.prometheus, cpu: '50m' },
      alertmanager: { ...whole.monitoring.alertmanager, cpu: '2m' },
      grafana: { ...whole.monitoring.grafana, cpu: '10m' },
    },
  });
});

test('the CLI writes numbers and switches as text', () => {
  const config = parseStackConfig('session-database', {
    environment: 'prod',
    scale: '0.25',
    protect: 'false',
  });
  expect([config.scale, config.protect]).toEqual([0.25, false]);
});
