import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { alertmanagerConf, type Receiver } from '../../components/monitoring/alertmanager/conf';
import { inhibitions } from '../../components/monitoring/alertmanager/inhibitions';
import { alertmanagerPods } from '../../components/monitoring/alertmanager/objects';
import { prometheusConf, type Kubelets } from '../../components/monitoring/prometheus/conf';
import { alertmanagers, allTargets } from '../../components/monitoring/prometheus/prometheus';
import { prometheusRule } from '../../components/monitoring/operator/objects';
import { alerts, ruleGroups } from '../../components/monitoring/rules';
import { webConfig } from '../../components/monitoring/web';
import { ruleSettings } from '../../stacks/monitoringPlan';
import { parseStackConfig } from '../../stacks/parse';
import { imageProgram } from '../functions/support/image';

const folder = mkdtempSync(join(tmpdir(), 'session-database-rules-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a program of an image says of a file. @throws with its words when it refuses the file */
function judge(name: 'promtool' | 'amtool', args: readonly string[], text: string): string {
  const file = join(folder, 'file.yml');
  writeFileSync(file, text);
  const [program, ...first] = imageProgram(name);
  return execFileSync(program, [...first, ...args, file], { encoding: 'utf8', stdio: 'pipe' });
}

const redis = { job: 'redis', pods: alertmanagerPods('shop'), port: 9121 };

describe.each([true, false])('with TLS: %s', (tls) => {
  test.each<Kubelets>(['verified', 'unverified', 'off'])(
    'Prometheus takes its configuration, kubelets %s',
    (kubelets) => {
      const text = prometheusConf({
        namespace: 'shop',
        targets: allTargets('shop', [redis]),
        alertmanagers: alertmanagers('shop'),
        kubelets,
        tls,
        ruleFiles: [],
      });
      expect(judge('promtool', ['check', 'config', '--syntax-only'], text)).toContain('SUCCESS');
    },
  );
});

test('both servers take the web configuration, and nothing else', () => {
  const text = webConfig(hashSync('password', 4), false);
  expect(() => judge('promtool', ['check', 'web-config'], text)).not.toThrow();
  expect(() => judge('promtool', ['check', 'web-config'], text.replace('$2', '$'))).toThrow('bcrypt');
});
const receivers: readonly Receiver[] = [
  { name: 'hook', severities: ['critical'], webhook: { url: 'https://hook.example.org/alerts' } },
  {
    name: 'chat',
    severities: ['critical', 'warning'],
    slack: { url: 'https://hooks.example.org/x', channel: '#oncall' },
  },
  { name: 'pager', severities: ['critical'], pagerduty: { routingKey: 'key' } },
  {
    name: 'mail',
    severities: ['warning', 'info'],
    email: {
      ...{ to: 'team@example.org', from: 'alerts@example.org', server: 'mail.example.org:587' },
      ...{ username: 'alerts', password: 'secret word' },
    },
  },
];

test.each<[string, readonly Receiver[], boolean]>([
  ['nobody to tell', [], false],
  ['every kind of receiver', receivers, true],
])('Alertmanager takes its configuration with %s', (_, to, heartbeat) => {
  expect(judge('amtool', ['check-config'], alertmanagerConf(to, heartbeat))).toContain('SUCCESS');
});

/** Who is told of an alert. */
function told(labels: readonly string[]): string[] {
  const file = join(folder, 'routes.yml');
  writeFileSync(file, alertmanagerConf(receivers, true));
  const [program, ...first] = imageProgram('amtool');
  const args = ['config', 'routes', 'test', `--config.file=${file}`, ...labels];
  return execFileSync(program, [...first, ...args], { encoding: 'utf8' })
    .trim()
    .split(',');
}

test.each([
  [
    ['alertname=NoMaster', 'severity=critical'],
    ['hook', 'chat', 'pager'],
  ],
  [
    ['alertname=MemoryHigh', 'severity=warning'],
    ['chat', 'mail'],
  ],
  [['alertname=FailedOver', 'severity=info'], ['mail']],
  [['alertname=Watchdog', 'severity=none'], ['heartbeat']],
  [['alertname=Other', 'severity=none'], ['nobody']],
])('%j is told to %j', (labels, names) => {
  expect(told(labels)).toEqual(names);
});

test.each(['standalone', 'sentinel'] as const)(
  'rules for the Prometheus of others are right, in mode %s',
  (mode) => {
    const config = parseStackConfig('session-database', { environment: 'prod' });
    const settings = { ...ruleSettings(config, mode, { redis: 2_000_000_000 }), foreign: true };
    const { spec } = prometheusRule('shop', ruleGroups(settings), 'runbooks', { labels: {} });
    expect(judge('promtool', ['check', 'rules'], JSON.stringify(spec))).toContain('SUCCESS');
    const about = spec.groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)).join('\n');
    expect(about).not.toMatch(/job="(prometheus|alertmanager|grafana|containers|volumes)"/);
  },
);

test('what is kept quiet, and by what, are alerts that there are', () => {
  const config = parseStackConfig('session-database', { environment: 'prod' });
  const names = alerts(ruleSettings(config, 'sentinel', {})).map(({ alert }) => alert);
  const named = inhibitions
    .flatMap(({ source_matchers: source, target_matchers: target }) => [...source, ...target])
    .flatMap((matcher) => /^alertname=~"(.+)"$/.exec(matcher)![1]!.split('|'));
  expect(named.filter((name) => !names.includes(name))).toEqual([]);
});

test('no secret is in the configuration', () => {
  const text = alertmanagerConf(receivers, true);
  for (const secret of ['hook.example.org', 'hooks.example.org', '"key"', 'secret word']) {
    expect(text).not.toContain(secret);
  }
});
