import { alerts, families, ruleGroups } from '../../components/monitoring/rules';
import { rulesFile } from '../../components/monitoring/rules/render';
import type { Alert } from '../../components/monitoring/rules/rule';
import { checkRules } from './support/promtool';
import { settings, type StackName } from './support/settings';

const stacks = Object.keys(settings) as StackName[];
const names = (stack: StackName): string[] => alerts(settings[stack]).map(({ alert }) => alert);

test.each(stacks)('Prometheus takes the rules of %s, and finds nothing odd in them', async (stack) => {
  expect(await checkRules(rulesFile(ruleGroups(settings[stack]), 'docs/runbooks'))).toBe('');
});

test('a mistake in a rule is found', async () => {
  const wrong: Alert = { alert: 'Wrong', expr: 'up ==', severity: 'info', summary: '', description: '' };
  expect(await checkRules(rulesFile([{ name: 'wrong', rules: [wrong] }], ''))).toContain('parse error');
});

test('an alert is rendered with all that people and routes need', () => {
  const [first] = families.availability(settings.staging);
  const rules = JSON.parse(rulesFile([{ name: 'one', rules: [first!] }], 'https://runbooks.test')) as object;
  expect(rules).toEqual({
    groups: [
      {
        name: 'one',
        rules: [
          {
            alert: 'NoMaster',
            expr: first!.expr,
            for: '15s',
            labels: { severity: 'critical' },
            annotations: {
              summary: 'No Redis is master',
              description: 'Nobody can log in, and no session can be read or written.',
              runbook_url: 'https://runbooks.test/NoMaster.md',
            },
          },
        ],
      },
    ],
  });
});

test('names are unique, and of words that begin with a capital', () => {
  for (const stack of stacks) {
    expect(names(stack)).toEqual([...new Set(names(stack))]);
    expect(names(stack).filter((name) => !/^([A-Z][a-z]+)+$/.test(name))).toEqual([]);
  }
});

test('what a mode cannot have has no alert in it', () => {
  const only = (stack: StackName, other: StackName): string[] =>
    names(stack).filter((name) => !names(other).includes(name));
  expect(only('staging', 'dev').sort()).toEqual([
    'AllRedisDown',
    'AvailabilityBudgetFast',
    'CertExpiresSoon',
    'CertExpiring',
    'FailedOver',
    'FailoversFrequent',
    'FullResyncs',
    'NoProxyServes',
    'ProxiesMissing',
    'ProxyConnectionsHigh',
    'ProxyWithoutServer',
    'QuorumLost',
    'RedisDown',
    'RedisMissing',
    'ReplicaLag',
    'ReplicaLinkDown',
    'ReplicasMissing',
    'SentinelMasterBad',
    'SentinelTilt',
    'SentinelsDisagree',
    'SentinelsMissing',
    'SplitBrain',
  ]);
  expect(only('dev', 'staging')).toEqual([]);
  expect(only('prod', 'staging')).toEqual(['AmPeersMissing']);
  const text = rulesFile(ruleGroups(settings.dev), '');
  expect(text).not.toMatch(/haproxy_|sentinel_|_slave|certificate/);
});

test('limits of a stack are in its rules', () => {
  const changed = {
    ...settings.staging,
    maxClients: 500,
    cleanupMinutes: 59,
    thresholds: {
      ...settings.staging.thresholds,
      memory: 0.7,
      clients: 0.5,
      failedLogins: 7,
      certificateDays: 4,
    },
    objectives: { availability: 0.99, latency: 0.9, latencyMilliseconds: 4 },
  };
  const of = (name: string) => alerts(changed).find(({ alert }) => alert === name)!;
  expect(of('MemoryHigh').expr).toMatch(/ > 0\.7$/);
  expect(of('ClientsNearLimit').expr).toMatch(/ > 250$/);
  expect(of('AuthFailures').expr).toMatch(/ > 7$/);
  expect(of('CertExpiring').expr).toMatch(/ < 345600$/);
  expect(of('CertExpiresSoon').expr).toMatch(/ < 172800$/);
  expect([of('CleanupStale').expr.split(' or ')[0], of('CleanupStale').for]).toEqual([
    'session_database:cleanup_age_seconds > 7080',
    '64m',
  ]);
  expect(of('AvailabilityBudgetFast').expr).toContain('ratio_1h) > 0.144 ');
  expect(of('LatencyBudgetSlow').expr).toContain('ratio_3d) > 0.1 ');
  expect(rulesFile(ruleGroups(changed), '')).toContain(
    'le=~\\"1|2|4|8|16|33|66|132|264|528|1056|2113|4227\\"',
  );
});

test('whoever is woken for an outage is told within 15 seconds of its being seen', () => {
  const quick = ['NoMaster', 'AllRedisDown', 'WritesRefused', 'NoProxyServes', 'QuorumLost'];
  const of = alerts(settings.staging).filter(({ alert }) => quick.includes(alert));
  expect(of.map(({ severity, for: lasts }) => [severity, lasts])).toEqual(
    quick.map(() => ['critical', '15s']),
  );
});
