import { footprint, podsText } from '../../../stacks/footprint';
import { monitoringConnections, ruleSettings } from '../../../stacks/monitoringPlan';
import { parseStackConfig } from '../../../stacks/parse';
import { encode } from '../../../scripts/encode';
import { problems, project } from '../support/configuration';
import { email, slack, webhook } from '../support/receivers';

const parse = (environment: string, settings: Record<string, unknown> = {}) =>
  parseStackConfig(project, encode({ environment, ...settings }));

test("what a stack leaves out of it is the environment's", () => {
  expect(parse('dev').monitoring).toEqual({
    mode: 'bundled',
    operator: {
      prometheus: { namespace: 'monitoring', podLabels: { 'app.kubernetes.io/name': 'prometheus' } },
      labels: { release: 'kube-prometheus-stack' },
      dashboardLabels: { grafana_dashboard: '1' },
    },
    kubelets: 'verified',
    prometheus: { cpu: '100m', memory: '512Mi', retention: '720h', storage: { size: '4Gi' } },
    alertmanager: { pods: 1, cpu: '20m', memory: '64Mi', storage: { size: '128Mi' } },
    grafana: { enabled: true, cpu: '100m', memory: '256Mi' },
    receivers: [],
    ingress: {
      hosts: {},
      annotations: {},
      controller: {
        namespace: 'ingress-nginx',
        podLabels: {
          'app.kubernetes.io/name': 'ingress-nginx',
          'app.kubernetes.io/component': 'controller',
        },
      },
    },
    runbooks: 'docs/runbooks',
    thresholds: {
      memory: 0.8,
      volumeFree: 0.15,
      replicaLagMebibytes: 16,
      commandMilliseconds: 2,
      clients: 0.8,
      failedLogins: 20,
      certificateDays: 14,
      massLogout: 0.5,
      sessionSurge: 3,
    },
    objectives: { availability: 0.999, latency: 0.99, latencyMilliseconds: 1 },
  });
});

describe('a footprint', () => {
  test('has the servers of monitoring, and an exporter beside each pod of Redis and each Sentinel', () => {
    expect(footprint(parse('staging'))).toEqual({
      // Prometheus, Alertmanager, and Grafana, of which there are two while its pod is replaced.
      pods: 15 + 1 + 1 + 2,
      millicores: 1740 + (5 + 3) * 10 + 100 + 20 + 2 * 100,
      memory: (3616 + (5 + 3) * 48 + 512 + 64 + 2 * 256) * 2 ** 20,
      storage: (10_432 + 8192 + 128) * 2 ** 20,
    });
    expect(footprint(parse('dev'))).toEqual({
      pods: 3 + 1 + 1 + 2,
      millicores: 140 + 10 + 100 + 20 + 2 * 100,
      memory: (320 + 48 + 512 + 64 + 2 * 256) * 2 ** 20,
      storage: (1024 + 4096 + 128) * 2 ** 20,
    });
  });

  test('has as many Alertmanagers as there are, and no Grafana where there is none', () => {
    const { pods, storage } = footprint(parse('staging', { monitoring: { alertmanager: { pods: 3 } } }));
    expect([pods, storage]).toEqual([21, (10_432 + 8192 + 3 * 128) * 2 ** 20]);
    const without = footprint(parse('staging', { monitoring: { grafana: { enabled: false } } }));
    expect([without.pods, without.millicores]).toEqual([17, 1940]);
  });

  test('tells people of monitoring where there is one', () => {
    expect(podsText(parse('dev'))).toBe('Redis, those of monitoring and 2 of jobs');
    expect(podsText(parse('dev', { monitoring: { mode: 'off' } }))).toBe('Redis and 2 of jobs');
  });
});

test('a quota that fits to the last is taken', () => {
  const quota = { pods: 19, cpu: '2140m', memory: '5088Mi', storage: '18752Mi' };
  expect(problems({ environment: 'staging', quota })).toEqual([]);
});

const staging =
  'for 5 pods of Redis, 3 Sentinels, 5 of the proxy, the containers that renew certificates, ' +
  'those of monitoring and 2 of jobs';

test.each([
  ['pods', 18, 'got 18; allowed: at least 19'],
  ['cpu', '2139m', 'got "2139m"; allowed: at least 2140m'],
  ['memory', '5087Mi', 'got "5087Mi"; allowed: at least 5088Mi'],
  ['storage', '18751Mi', 'got "18751Mi"; allowed: at least 18752Mi'],
])('a quota of %s without room for monitoring is refused', (of, least, message) => {
  expect(problems({ environment: 'staging', quota: { [of]: least } })).toEqual([
    `quota.${of}: ${message}, ${staging}`,
  ]);
});

describe('Alertmanagers', () => {
  const monitoring = { alertmanager: { pods: 2 } };

  test('are several with TLS only, by which they talk with each other', () => {
    expect(problems({ environment: 'dev', monitoring })).toEqual([
      'monitoring.alertmanager.pods: got 2; allowed: 1 where tls.enabled is false: several talk with each other by TLS',
    ]);
    expect(problems({ environment: 'dev', monitoring, tls: { enabled: true } })).toEqual([]);
  });

  test('that there are not may be as many as one likes', () => {
    expect(problems({ environment: 'dev', monitoring: { ...monitoring, mode: 'off' } })).toEqual([]);
  });
});

describe('whom the servers of monitoring dial', () => {
  const targets = [
    { job: 'redis', pods: { name: 'redis', namespace: 'x', podLabels: { a: 'redis' } }, port: 9121 },
  ];
  const dialled = (environment: string, monitoring: Record<string, unknown>) =>
    monitoringConnections(parse(environment, { monitoring }), targets).map(
      ({ from, to, port }) => `${from.name} > ${to.name}: ${port}`,
    );
  const prometheus = [
    'prometheus > redis: 9121',
    'prometheus > grafana: 3000',
    'prometheus > prometheus: 9090',
    'prometheus > alertmanager: 9093',
    'prometheus > the Kubernetes API and kubelets: 443',
    'prometheus > the Kubernetes API and kubelets: 6443',
  ];
  const kubelets = 'prometheus > the Kubernetes API and kubelets: 10250';
  const grafana = 'grafana > prometheus: 9090';

  test('without receivers, Alertmanager dials nobody', () => {
    expect(dialled('dev', {})).toEqual([...prometheus, kubelets, grafana]);
    expect(dialled('dev', { kubelets: 'off' })).toEqual([...prometheus, grafana]);
  });

  test('without Grafana, nobody dials it', () => {
    expect(dialled('dev', { kubelets: 'off', grafana: { enabled: false } })).toEqual(
      prometheus.filter((of) => !of.includes('grafana')),
    );
  });

  test('the ports of receivers and of the heartbeat, each once', () => {
    const receivers = [
      webhook,
      { name: 'inside', severities: [], webhook: { url: 'http://alerts.example.com/' } },
      { name: 'odd', severities: [], webhook: { url: 'https://alerts.example.com:8443/x' } },
      { name: 'chat', severities: [], slack },
      { name: 'own-chat', severities: [], slack: { ...slack, url: 'https://chat.example.com:8065/x' } },
      { name: 'pager', severities: [], pagerduty: { routingKey: 'SECRET' } },
      { name: 'mail', severities: [], email },
    ];
    const heartbeat = 'http://heartbeat.example.com:8080/';
    expect(dialled('dev', { kubelets: 'off', receivers, heartbeat })).toEqual([
      ...prometheus,
      grafana,
      ...[443, 80, 8443, 8065, 587, 8080].map((port) => `alertmanager > receivers of alerts: ${port}`),
    ]);
  });

  test('several Alertmanagers dial each other', () => {
    expect(dialled('prod', { kubelets: 'off' })).toEqual([
      ...prometheus,
      grafana,
      'alertmanager > alertmanager: 9094',
    ]);
  });
});

describe('rules', () => {
  const { thresholds, objectives } = parse('dev').monitoring;

  test('of one Redis know of no Sentinel and no proxy', () => {
    expect(ruleSettings(parse('dev'), 'standalone', {})).toEqual({
      mode: 'standalone',
      tls: false,
      counts: { redis: 1, sentinels: 0, proxies: 0, alertmanagers: 1 },
      maxClients: 1000,
      cleanupMinutes: 5,
      certificates: {},
      thresholds,
      objectives,
    });
  });

  test('of several know the least counts, the limits of the stack, and when certificates end', () => {
    const config = parse('prod', {
      monitoring: { thresholds: { memory: '0.7' }, objectives: { latencyMilliseconds: '4' } },
    });
    expect(ruleSettings(config, 'sentinel', { redis: 1_900_000_000 })).toEqual({
      mode: 'sentinel',
      tls: true,
      counts: { redis: 4, sentinels: 3, proxies: 2, alertmanagers: 2 },
      maxClients: 20_000,
      cleanupMinutes: 2,
      certificates: { redis: 1_900_000_000 },
      thresholds: { ...thresholds, memory: 0.7 },
      objectives: { ...objectives, latencyMilliseconds: 4 },
    });
  });
});

describe('host names', () => {
  const hosts = { prometheus: 'prometheus.example.com', grafana: 'grafana.example.com' };
  const refused = (ingress: object, settings: object = {}) =>
    problems({ environment: 'dev', monitoring: { ingress }, ...settings });

  test('need a certificate: of the own authority, or in a Secret that somebody else fills', () => {
    expect(refused({ hosts })).toEqual([
      'monitoring.ingress.secretName: missing; allowed: the name of a Secret with a certificate, where tls.enabled is false',
    ]);
    expect(refused({ hosts }, { tls: { enabled: true } })).toEqual([]);
    expect(refused({ hosts, secretName: 'browsers-tls' })).toEqual([]);
  });

  test('are for servers that there are', () => {
    const monitoring = { ingress: { hosts, secretName: 'browsers-tls' }, grafana: { enabled: false } };
    expect(problems({ environment: 'dev', monitoring })).toEqual([
      'monitoring.ingress.hosts.grafana: got "grafana.example.com"; allowed: nothing, where monitoring.grafana.enabled is ' +
        'false',
    ]);
  });

  test('are of one server each', () => {
    const same = { prometheus: 'watch.example.com', alertmanager: 'watch.example.com' };
    expect(refused({ hosts: same, secretName: 'browsers-tls' })).toEqual([
      'monitoring.ingress.hosts.alertmanager: got "watch.example.com"; allowed: a host of its own',
    ]);
  });

  test('are not asked about where the stack has no servers of its own', () => {
    const monitoring = { mode: 'off', ingress: { hosts }, grafana: { enabled: false } };
    expect(problems({ environment: 'dev', monitoring })).toEqual([]);
  });

  test('are reached through the controller that the stack names, whose labels are these and no others', () => {
    const controller = { namespace: 'traefik', podLabels: { app: 'traefik' } };
    const config = parse('staging', { monitoring: { ingress: { hosts, controller } } });
    expect(config.monitoring.ingress.controller).toEqual(controller);
    const passedOn = monitoringConnections(config, []).filter(
      ({ from }) => from.name === 'ingress-controller',
    );
    expect(passedOn.map(({ from, to, port }) => [from, to.name, port])).toEqual([
      [{ name: 'ingress-controller', ...controller }, 'prometheus', 9090],
      [{ name: 'ingress-controller', ...controller }, 'grafana', 3000],
    ]);
  });
});

test.each<[string, Record<string, unknown>, string]>([
  ['a mode', { mode: 'on' }, 'mode: got "on"; allowed: bundled, operator, off'],
  ['a way to kubelets', { kubelets: 'yes' }, 'kubelets: got "yes"; allowed: verified, unverified, off'],
  [
    'a time to remember',
    { prometheus: { retention: '4w' } },
    'prometheus.retention: got "4w"; allowed: hours or days, such as 720h or 30d',
  ],
  [
    'a part that is more than the whole',
    { thresholds: { memory: 1.1 } },
    'thresholds.memory: got 1.1; allowed: a number above 0, at most 1',
  ],
  [
    'a bound that Redis does not count by',
    { objectives: { latencyMilliseconds: 5 } },
    'objectives.latencyMilliseconds: got 5; allowed: 1, 2, 4, 8, 16 or 33',
  ],
])('%s that cannot be one is refused', (_, monitoring, message) => {
  expect(problems({ environment: 'dev', monitoring })).toEqual([`monitoring.${message}`]);
});
