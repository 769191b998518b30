import { selectorText } from '../../kubernetes/labels';
import { json, webLogin, webTls } from '../web';
import { answerSeconds, intervalSeconds, type ScrapeTarget } from '../scrape';

/** Whether Prometheus asks the kubelets how containers and volumes do, and whether their certificates have to be the
 * cluster's. */
export type Kubelets = 'verified' | 'unverified' | 'off';

export interface PrometheusConf {
  readonly namespace: string;
  readonly targets: readonly ScrapeTarget[];
  /** The Alertmanagers. */
  readonly alertmanagers: ScrapeTarget;
  readonly kubelets: Kubelets;
  readonly tls: boolean;
  /** Files with rules, in the folder of this configuration. */
  readonly ruleFiles: readonly string[];
}

const kubeletPort = 10250;
const token = '/var/run/secrets/kubernetes.io/serviceaccount';

/** prometheus.yml, as JSON, which is YAML. */
export function prometheusConf(conf: PrometheusConf): string {
  return json({
    global: {
      scrape_interval: `${intervalSeconds}s`,
      scrape_timeout: `${answerSeconds}s`,
      evaluation_interval: `${intervalSeconds}s`,
      external_labels: { platform: conf.namespace },
    },
    rule_files: conf.ruleFiles,
    alerting: { alertmanagers: [alertmanagers(conf)] },
    scrape_configs: [
      ...conf.targets.map((target) => podJob(target, conf)),
      ...(conf.kubelets === 'off' ? [] : kubeletJobs(conf)),
    ],
  });
}

const pods = ({ pods: { podLabels } }: ScrapeTarget, namespace: string) => ({
  kubernetes_sd_configs: [
    {
      role: 'pod',
      namespaces: { names: [namespace] },
      selectors: [{ role: 'pod', label: selectorText(podLabels) }],
    },
  ],
});

/** A pod is known by its name, whatever address it has. */
const relabel = ({ port }: ScrapeTarget) => [
  { source_labels: ['__meta_kubernetes_pod_container_port_number'], regex: String(port), action: 'keep' },
  { source_labels: ['__meta_kubernetes_pod_phase'], regex: 'Failed|Succeeded', action: 'drop' },
  { source_labels: ['__meta_kubernetes_namespace'], target_label: 'namespace' },
  { source_labels: ['__meta_kubernetes_pod_name'], target_label: 'pod' },
  { source_labels: ['__meta_kubernetes_pod_name'], target_label: 'instance' },
];

const access = ({ server, login }: ScrapeTarget, tls: boolean) => ({
  ...(server !== undefined && tls ? { scheme: 'https', ...webTls(server) } : {}),
  ...(login === undefined ? {} : webLogin(login)),
});

const podJob = (target: ScrapeTarget, { namespace, tls }: PrometheusConf) => ({
  job_name: target.job,
  ...(target.params === undefined ? {} : { params: target.params }),
  ...access(target, tls),
  ...pods(target, namespace),
  relabel_configs: relabel(target),
});

const alertmanagers = ({ alertmanagers: target, namespace, tls }: PrometheusConf) => ({
  ...access(target, tls),
  ...pods(target, namespace),
  relabel_configs: relabel(target).filter(({ target_label: label }) => label === undefined),
});

const metrics = {
  containers: { path: '/metrics/cadvisor', names: 'container_.*' },
  volumes: { path: '/metrics', names: 'kubelet_volume_stats_.*' },
};

/** What kubelets know of the platform's own containers and volumes; of nobody else's. */
const kubeletJobs = ({ namespace, kubelets }: PrometheusConf) =>
  Object.entries(metrics).map(([job, { path, names }]) => ({
    job_name: job,
    scheme: 'https',
    metrics_path: path,
    authorization: { credentials_file: `${token}/token` },
    tls_config: kubelets === 'verified' ? { ca_file: `${token}/ca.crt` } : { insecure_skip_verify: true },
    kubernetes_sd_configs: [{ role: 'node' }],
    relabel_configs: [{ source_labels: ['__meta_kubernetes_node_name'], target_label: 'instance' }],
    metric_relabel_configs: [
      { source_labels: ['__name__', 'namespace'], regex: `${names};${namespace}`, action: 'keep' },
    ],
  }));

/** Ports on which Prometheus reaches beyond the platform: the Kubernetes API, and the kubelets. */
export const clusterPorts = (kubelets: Kubelets): number[] => [
  443,
  6443,
  ...(kubelets === 'off' ? [] : [kubeletPort]),
];
