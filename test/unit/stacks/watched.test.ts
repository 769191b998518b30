import { environments } from '../../../stacks/environments';
import { stackSchema } from '../../../stacks/schema';
import { watched } from '../../../stacks/watched';
import { problems } from '../support/configuration';

const dev = () => watched(stackSchema.parse({ environment: 'dev', ...environments.dev }));

test('what is read of a configuration is noted, by the settings that hold no others', () => {
  const { config, read } = dev();
  expect([...read]).toEqual([]);
  const { redis, namespace } = config;
  expect([namespace, redis.storage.size, config.clients.length]).toEqual(['session-database', '1Gi', 0]);
  expect([...read]).toEqual(['namespace', 'redis.storage.size', 'clients']);
});

test('a mapping of free keys is one setting', () => {
  const { config, read } = dev();
  expect(Object.keys(config.monitoring.operator.labels)).toEqual(expect.any(Array));
  expect([...read]).toEqual(['monitoring.operator.labels']);
});

// A quota that is too small, and beside it a setting that is wrong by itself.
test.each([
  ['redis', { cpu: 'much' }],
  ['redis', { storage: { size: 'some' } }],
  ['monitoring', { prometheus: { memory: 'lots' } }],
  ['monitoring', { alertmanager: { pods: 'all' } }],
  ['monitoring', { grafana: { cpu: -1 } }],
  ['tls', { enabled: 'maybe' }],
])('a quota is not held against what is wrong: %s %j', (key, wrong) => {
  const found = problems({ environment: 'dev', quota: { cpu: '1m' }, [key]: wrong });
  expect(found).toEqual([expect.not.stringContaining('quota')]);
});

test.each([
  ['redis', { maxClients: 'all' }],
  ['monitoring', { prometheus: { retention: 'forever' } }],
  ['monitoring', { thresholds: { memory: 'much' } }],
  ['sentinel', { downAfterMilliseconds: 'soon' }],
  ['tls', { renewBeforeDays: 'now' }],
])('a quota is held against the rest, whatever else is wrong: %s %j', (key, wrong) => {
  const found = problems({ environment: 'dev', quota: { cpu: '1m' }, [key]: wrong });
  expect(found).toEqual([
    expect.not.stringContaining('quota'),
    expect.stringContaining('quota.cpu: got "1m"'),
  ]);
});
