import {
  alertmanagerConf,
  portOf,
  type Receiver,
  receiverPort,
  receiverSecret,
} from '../../../../components/monitoring/alertmanager/conf';
import { alerts } from '../../../../components/monitoring/rules';
import { stacks } from './settings';

const webhook: Receiver = {
  name: 'office',
  severities: ['critical', 'warning', 'info'],
  webhook: { url: 'http://office.example.com/SECRET' },
};
const slack: Receiver = {
  name: 'chat',
  severities: ['warning', 'info'],
  slack: { url: 'https://hooks.example.com:8065/SECRET', channel: '#oncall' },
};
const pagerduty: Receiver = {
  name: 'pager',
  severities: ['critical'],
  pagerduty: { routingKey: 'SECRET' },
};
const email: Receiver = {
  name: 'mail',
  severities: [],
  email: {
    to: 'oncall@example.com',
    from: 'sessions@example.com',
    server: 'mail.example.com:587',
    username: 'sessions',
    password: 'SECRET',
  },
};
const all = [webhook, slack, pagerduty, email];
const folder = '/etc/session-database/receivers';

interface Conf {
  readonly route: { readonly routes: object[] };
  readonly receivers: readonly ({ readonly name: string } & Record<string, unknown>)[];
  readonly inhibit_rules: readonly Record<
    'source_matchers' | 'target_matchers' | 'equal',
    readonly string[]
  >[];
}
const parsed = (receivers: readonly Receiver[], heartbeat = false) =>
  JSON.parse(alertmanagerConf(receivers, heartbeat)) as Conf;
const receiver = (name: string, heartbeat = false) =>
  parsed(all, heartbeat).receivers.find((one) => one.name === name);

const urgent = { group_wait: '2s', group_interval: '1m', repeat_interval: '4h' };
const later = { group_wait: '1m', group_interval: '5m', repeat_interval: '12h' };

test('no secret is in it', () => {
  expect(alertmanagerConf(all, true)).not.toContain('SECRET');
});

test('each receiver is told of its severities, what wakes people at once and again after hours', () => {
  expect(parsed(all).route).toEqual({
    receiver: 'nobody',
    group_by: ['alertname'],
    routes: [
      expect.objectContaining({ matchers: ['alertname="Watchdog"'], receiver: 'nobody' }),
      { matchers: ['severity="critical"'], receiver: 'office', continue: true, ...urgent },
      { matchers: ['severity=~"warning|info"'], receiver: 'office', continue: true, ...later },
      { matchers: ['severity=~"warning|info"'], receiver: 'chat', continue: true, ...later },
      { matchers: ['severity="critical"'], receiver: 'pager', continue: true, ...urgent },
    ],
  });
});

test('the watchdog goes to the heartbeat once a minute, and to no receiver', () => {
  const [watchdog] = parsed(all, true).route.routes;
  expect(watchdog).toEqual({
    matchers: ['alertname="Watchdog"'],
    receiver: 'heartbeat',
    group_wait: '0s',
    group_interval: '1m',
    repeat_interval: '1m',
  });
  expect(receiver('heartbeat', true)).toEqual({
    name: 'heartbeat',
    webhook_configs: [{ url_file: `${folder}/heartbeat`, send_resolved: false, max_alerts: 1 }],
  });
  expect(receiver('heartbeat')).toBeUndefined();
});

test('without receivers, alerts are shown and nobody is told', () => {
  const { route, receivers } = parsed([]);
  expect(receivers).toEqual([{ name: 'nobody' }]);
  expect(route.routes).toHaveLength(1);
});

test('each kind of receiver takes its secret from a file', () => {
  expect(receiver('office')).toEqual({
    name: 'office',
    webhook_configs: [{ url_file: `${folder}/office.url`, send_resolved: true }],
  });
  expect(receiver('chat')).toMatchObject({
    slack_configs: [{ api_url_file: `${folder}/chat.url`, channel: '#oncall', send_resolved: true }],
  });
  expect(receiver('pager')).toMatchObject({
    pagerduty_configs: [{ routing_key_file: `${folder}/pager.key`, send_resolved: true }],
  });
  expect(receiver('mail')).toMatchObject({
    email_configs: [
      {
        to: 'oncall@example.com',
        from: 'sessions@example.com',
        smarthost: 'mail.example.com:587',
        auth_username: 'sessions',
        auth_password_file: `${folder}/mail.password`,
        require_tls: true,
        send_resolved: true,
      },
    ],
  });
  expect(all.map(receiverSecret)).toEqual([
    ['office.url', 'http://office.example.com/SECRET'],
    ['chat.url', 'https://hooks.example.com:8065/SECRET'],
    ['pager.key', 'SECRET'],
    ['mail.password', 'SECRET'],
  ]);
});

test('a message to people says what, what it means, and where to read on', () => {
  const [mail] = receiver('mail')!['email_configs'] as [{ text: string; headers: { subject: string } }];
  expect(mail.headers.subject).toBe(
    '{{ .Status | toUpper }}: {{ .CommonLabels.alertname }} ({{ .CommonLabels.severity }})',
  );
  for (const of of ['summary', 'description', 'runbook_url']) {
    expect(mail.text).toContain(`{{ .Annotations.${of} }}`);
  }
});

test.each([
  ['http://example.com/x', 80],
  ['https://example.com/x', 443],
  ['http://example.com:443/x', 443],
  ['https://example.com:443/x', 443],
  ['https://[2001:db8::1]:8443/', 8443],
])('%s is dialled on port %d', (url, port) => {
  expect(portOf(url)).toBe(port);
});

test('each kind of receiver is dialled on the port that it is told', () => {
  expect(all.map(receiverPort)).toEqual([80, 8065, 443, 587]);
});

const alertsOf = (matcher: string) => /^alertname=~"([\w|]+)"$/.exec(matcher)![1]!.split('|');

const mutings = () =>
  parsed([]).inhibit_rules.map(({ source_matchers: by, target_matchers: of, equal = [] }) => ({
    by: by.flatMap(alertsOf),
    of: of.flatMap(alertsOf),
    equal,
  }));
const mutedBy = (alert: string) =>
  mutings().flatMap(({ by, of, equal }) => (by.includes(alert) && equal.length === 0 ? of : []));

test('who is told that there is no master is not told what follows from it', () => {
  const follows = ['RedisDown', 'ReplicaLinkDown', 'ReplicasMissing', 'ProxyWithoutServer', 'WritesRefused'];
  expect(mutedBy('NoMaster')).toEqual(expect.arrayContaining(follows));
});

test('one Redis that is down mutes what its own pod says, and nothing of the others', () => {
  expect(mutings().filter(({ equal }) => equal.length > 0)).toEqual([
    { by: ['RedisDown'], of: ['ReplicaLinkDown', 'ExporterScriptFailed'], equal: ['instance'] },
  ]);
  expect(mutedBy('RedisDown')).not.toContain('ReplicaLinkDown');
});

test('no alert is muted by what it mutes, directly or by others: of those that fire, somebody is told one', () => {
  const reached = (alert: string, seen: ReadonlySet<string> = new Set()): ReadonlySet<string> =>
    mutings()
      .flatMap(({ by, of }) => (by.includes(alert) ? of : []))
      .reduce((known, next) => (known.has(next) ? known : reached(next, new Set([...known, next]))), seen);
  const sources = [...new Set(mutings().flatMap(({ by }) => by))];
  expect(sources.length).toBeGreaterThan(1);
  expect(sources.filter((alert) => reached(alert).has(alert))).toEqual([]);
});

test('what it mutes, and mutes by, are alerts that there are', () => {
  const known = Object.values(stacks).flatMap((stack) =>
    alerts({ ...stack, certificates: {} }).map(({ alert }) => alert),
  );
  const named = mutings().flatMap(({ by, of }) => [...by, ...of]);
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});
