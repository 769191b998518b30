import { type Identity, metadata } from '../../kubernetes/labels';
import type { Connection, Peer } from '../../network/connections';
import { renderedGroups } from '../rules/render';
import type { RuleGroup } from '../rules/rule';
import { answerSeconds, intervalSeconds, type ScrapeTarget } from '../scrape';
import { within } from './within';

/** A Prometheus that a Prometheus Operator runs already, and the Grafana beside it. */
export interface OperatorSettings {
  /** Its pods. */
  readonly prometheus: Omit<Peer, 'name'>;
  /** Labels by which it picks PodMonitors and PrometheusRules. */
  readonly labels: Readonly<Record<string, string>>;
  /** Labels by which Grafana's sidecar picks ConfigMaps with dashboards. */
  readonly dashboardLabels: Readonly<Record<string, string>>;
}

const apiVersion = 'monitoring.coreos.com/v1';

export const operatorIdentity = (namespace: string): Identity => ({
  name: 'session-database',
  component: 'monitoring',
  namespace,
});

function labelled(namespace: string, name: string, labels: Readonly<Record<string, string>>) {
  const own = metadata(operatorIdentity(namespace), name);
  return { ...own, labels: { ...own.labels, ...labels } };
}

/** What has that Prometheus read a job's metrics, under the names that the platform's own would give them. */
export const podMonitor = (
  namespace: string,
  { job, pods, port, params }: ScrapeTarget,
  { labels }: Pick<OperatorSettings, 'labels'>,
) => ({
  apiVersion,
  kind: 'PodMonitor',
  metadata: labelled(namespace, `session-database-${job}`, labels),
  spec: {
    namespaceSelector: { matchNames: [namespace] },
    selector: { matchLabels: pods.podLabels },
    podMetricsEndpoints: [
      {
        path: '/metrics',
        ...(params === undefined ? {} : { params }),
        interval: `${intervalSeconds}s`,
        scrapeTimeout: `${answerSeconds}s`,
        relabelings: [
          {
            sourceLabels: ['__meta_kubernetes_pod_container_port_number'],
            regex: String(port),
            action: 'keep',
          },
          { targetLabel: 'job', replacement: job },
          { sourceLabels: ['__meta_kubernetes_pod_name'], targetLabel: 'instance' },
        ],
      },
    ],
  },
});

/** The rules, looking at their own namespace only, and giving it to what they record and to alerts as a label. */
export const prometheusRule = (
  namespace: string,
  groups: readonly RuleGroup[],
  runbooks: string,
  { labels }: Pick<OperatorSettings, 'labels'>,
) => ({
  apiVersion,
  kind: 'PrometheusRule',
  metadata: labelled(namespace, 'session-database', labels),
  spec: {
    groups: renderedGroups(groups, runbooks).map(({ rules, name, ...group }) => ({
      name: `session-database-${name}`,
      ...group,
      rules: rules.map((rule) => ({
        ...rule,
        expr: within(rule.expr, namespace),
        labels: { ...rule.labels, namespace },
      })),
    })),
  },
});

/** That Prometheus dials the platform's pods. */
export const operatorConnections = (
  { prometheus }: Pick<OperatorSettings, 'prometheus'>,
  targets: readonly ScrapeTarget[],
): Connection[] =>
  targets.map(({ job, pods, port }) => ({
    from: { name: 'prometheus', ...prometheus },
    to: pods,
    port,
    purpose: `the cluster's Prometheus reads the metrics of ${job}`,
  }));
