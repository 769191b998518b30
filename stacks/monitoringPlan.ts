import { portOf, type Receiver, receiverPort } from '../components/monitoring/alertmanager/conf';
import {
  alertmanagerConnections,
  alertmanagerPods,
  secretNames as alertmanagerSecrets,
} from '../components/monitoring/alertmanager/objects';
import { dashboards } from '../components/monitoring/dashboards';
import {
  grafanaAddress,
  grafanaConnections,
  grafanaPods,
  tlsSecretName as grafanaTls,
} from '../components/monitoring/grafana/objects';
import { ingressConnections, type Published } from '../components/monitoring/ingress/objects';
import { operatorConnections } from '../components/monitoring/operator/objects';
import {
  prometheusConnections,
  prometheusPods,
  secretNames as prometheusSecrets,
} from '../components/monitoring/prometheus/objects';
import { allTargets } from '../components/monitoring/prometheus/prometheus';
import type { RuleSettings } from '../components/monitoring/rules/rule';
import type { ScrapeTarget } from '../components/monitoring/scrape';
import type { Connection } from '../components/network/connections';
import type { StackConfig } from './schema';

/** Whom the servers of monitoring dial. */
export function monitoringConnections(config: StackConfig, targets: readonly ScrapeTarget[]): Connection[] {
  const { namespace, monitoring } = config;
  const { mode, receivers, heartbeat, alertmanager, kubelets } = monitoring;
  if (mode === 'off') return [];
  if (mode === 'operator') return operatorConnections(monitoring.operator, targets);
  return [
    ...prometheusConnections(namespace, allTargets(namespace, watched(config, targets)), kubelets),
    ...(monitoring.grafana.enabled ? grafanaConnections(prometheusPods(namespace)) : []),
    ...ingressConnections(monitoring.ingress, published(config)),
    ...alertmanagerConnections(namespace, alertmanager.pods, [
      ...receivers.map((receiver) => receiverPort(receiver as Receiver)),
      ...(heartbeat === undefined ? [] : [portOf(heartbeat)]),
    ]),
  ];
}

/** The servers that have a host name. */
export function published({ namespace, tls, monitoring }: StackConfig): Published[] {
  const { hosts } = monitoring.ingress;
  const servers = [
    [hosts.prometheus, prometheusPods(namespace), prometheusSecrets.tls],
    [hosts.alertmanager, alertmanagerPods(namespace), alertmanagerSecrets.tls],
    [hosts.grafana, grafanaPods(namespace), grafanaTls],
  ] as const;
  return servers.flatMap(([host, pods, tlsSecretName]) =>
    host === undefined ? [] : [{ host, pods, ...(tls.enabled ? { tlsSecretName } : {}) }],
  );
}

/** The dashboards of a stack. */
export const boardsOf = ({ monitoring }: StackConfig, settings: RuleSettings) =>
  dashboards({
    ...settings,
    // A path leads nowhere in a browser.
    ...(URL.canParse(monitoring.runbooks) ? { runbooks: monitoring.runbooks } : {}),
  });

/** What Prometheus is told to watch: Redis and all about it, and Grafana where there is one. */
export const watched = (
  { namespace, monitoring }: StackConfig,
  targets: readonly ScrapeTarget[],
): readonly ScrapeTarget[] =>
  monitoring.grafana.enabled
    ? [
        ...targets,
        {
          job: 'grafana',
          pods: grafanaPods(namespace),
          port: grafanaPods(namespace).port,
          server: grafanaAddress(namespace).host,
        },
      ]
    : targets;

/** What the rules of a stack depend on. */
export function ruleSettings(
  config: StackConfig,
  mode: RuleSettings['mode'],
  certificates: RuleSettings['certificates'],
): RuleSettings {
  const { redis, sentinel, proxy, tls, sessions, monitoring } = config;
  const several = mode === 'sentinel';
  return {
    mode,
    tls: tls.enabled,
    counts: {
      redis: redis.pods,
      sentinels: several ? sentinel.pods : 0,
      proxies: several ? proxy.pods : 0,
      alertmanagers: monitoring.alertmanager.pods,
    },
    maxClients: redis.maxClients,
    cleanupMinutes: sessions.cleanupMinutes,
    certificates,
    thresholds: monitoring.thresholds,
    objectives: monitoring.objectives,
  };
}
