import { type PrometheusConf, prometheusConf } from '../../../../components/monitoring/prometheus/conf';
import { alertmanagers, allTargets } from '../../../../components/monitoring/prometheus/prometheus';
import type { ScrapeTarget } from '../../../../components/monitoring/scrape';

const namespace = 'sessions';
const folder = '/etc/session-database';
const labelsOf = (name: string, component = 'monitoring') => ({
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/instance': namespace,
  'app.kubernetes.io/component': component,
});
const redis: ScrapeTarget = {
  job: 'redis',
  pods: { name: 'redis', namespace, podLabels: labelsOf('redis', 'database') },
  port: 9121,
};

const conf: PrometheusConf = {
  namespace,
  targets: allTargets(namespace, [redis]),
  alertmanagers: alertmanagers(namespace),
  kubelets: 'verified',
  tls: true,
  ruleFiles: ['rules.yml'],
};
interface Parsed {
  readonly alerting: { readonly alertmanagers: object[] };
  readonly scrape_configs: { readonly job_name: string }[];
}
const parsed = (changed: Partial<PrometheusConf> = {}) =>
  JSON.parse(prometheusConf({ ...conf, ...changed })) as Parsed;
const job = (of: Parsed, name: string) => of.scrape_configs.find((one) => one.job_name === name);

const discovery = (labels: Record<string, string>) => [
  {
    role: 'pod',
    namespaces: { names: [namespace] },
    selectors: [
      {
        role: 'pod',
        label: Object.entries(labels)
          .map((pair) => pair.join('='))
          .join(','),
      },
    ],
  },
];
const kept = (port: number) => [
  { source_labels: ['__meta_kubernetes_pod_container_port_number'], regex: String(port), action: 'keep' },
  { source_labels: ['__meta_kubernetes_pod_phase'], regex: 'Failed|Succeeded', action: 'drop' },
];
const named = [
  { source_labels: ['__meta_kubernetes_namespace'], target_label: 'namespace' },
  { source_labels: ['__meta_kubernetes_pod_name'], target_label: 'pod' },
  { source_labels: ['__meta_kubernetes_pod_name'], target_label: 'instance' },
];
const login = (of: string) => ({
  basic_auth: { username: 'operator', password_file: `${folder}/${of}/password` },
});
const speaksTls = (server: string) => ({
  scheme: 'https',
  tls_config: {
    ca_file: `${folder}/tls/ca.crt`,
    server_name: `${server}.sessions.svc`,
    min_version: 'TLS12',
  },
});

test('says how often, with which rules and for which platform', () => {
  const { scrape_configs: jobs, alerting, ...rest } = parsed();
  expect(rest).toEqual({
    global: {
      scrape_interval: '15s',
      scrape_timeout: '10s',
      evaluation_interval: '15s',
      external_labels: { platform: 'sessions' },
    },
    rule_files: ['rules.yml'],
  });
  expect(jobs.map((one) => one.job_name)).toEqual([
    ...['redis', 'prometheus', 'alertmanager', 'containers', 'volumes'],
  ]);
  expect(alerting.alertmanagers).toEqual([
    {
      ...speaksTls('alertmanager'),
      ...login('alertmanager-login'),
      kubernetes_sd_configs: discovery(labelsOf('alertmanager')),
      relabel_configs: kept(9093),
    },
  ]);
});

test('an exporter answers everybody, without TLS; a pod is known by its name', () => {
  expect(job(parsed(), 'redis')).toEqual({
    job_name: 'redis',
    kubernetes_sd_configs: discovery(redis.pods.podLabels),
    relabel_configs: [...kept(9121), ...named],
  });
});

test('who can be asked for less than all, is', () => {
  const params = { metrics: ['a', 'b'] };
  expect(job(parsed({ targets: [{ ...redis, params }] }), 'redis')).toEqual({
    ...job(parsed(), 'redis'),
    params,
  });
});

test('servers of monitoring are asked by their user, over TLS where there is any', () => {
  const own = {
    job_name: 'prometheus',
    ...login('login'),
    kubernetes_sd_configs: discovery(labelsOf('prometheus')),
    relabel_configs: [...kept(9090), ...named],
  };
  expect(job(parsed(), 'prometheus')).toEqual({ ...own, ...speaksTls('prometheus') });
  expect(job(parsed({ tls: false }), 'prometheus')).toEqual(own);
  expect(job(parsed(), 'alertmanager')).toMatchObject({
    ...speaksTls('alertmanager'),
    ...login('alertmanager-login'),
  });
  const open = { job: 'open', pods: redis.pods, port: 1, server: 'open.sessions.svc' };
  expect(job(parsed({ targets: [open] }), 'open')).toEqual({
    job_name: 'open',
    ...speaksTls('open'),
    kubernetes_sd_configs: discovery(redis.pods.podLabels),
    relabel_configs: [...kept(1), ...named],
  });
});

test.each([
  ['verified', { ca_file: '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt' }],
  ['unverified', { insecure_skip_verify: true }],
] as const)('kubelets are asked for the own containers and volumes only (%s)', (kubelets, tlsConfig) => {
  const of = (name: string, path: string, names: string) => ({
    job_name: name,
    scheme: 'https',
    metrics_path: path,
    authorization: { credentials_file: '/var/run/secrets/kubernetes.io/serviceaccount/token' },
    tls_config: tlsConfig,
    kubernetes_sd_configs: [{ role: 'node' }],
    relabel_configs: [{ source_labels: ['__meta_kubernetes_node_name'], target_label: 'instance' }],
    metric_relabel_configs: [
      { source_labels: ['__name__', 'namespace'], regex: `${names};sessions`, action: 'keep' },
    ],
  });
  const text = parsed({ kubelets });
  expect(job(text, 'containers')).toEqual(of('containers', '/metrics/cadvisor', 'container_.*'));
  expect(job(text, 'volumes')).toEqual(of('volumes', '/metrics', 'kubelet_volume_stats_.*'));
});

test('with kubelets off it asks none, and shows its token to nobody', () => {
  const text = parsed({ kubelets: 'off' });
  expect(text.scrape_configs.map((one) => one.job_name)).toEqual(['redis', 'prometheus', 'alertmanager']);
  expect(JSON.stringify(text)).not.toMatch(/token|node|kubelet/);
});
