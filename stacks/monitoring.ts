import { type ComponentResourceOptions, output, type Output, type Resource, secret } from '@pulumi/pulumi';
import type { Signer } from '../components/certificates/certificates';
import { Alertmanager } from '../components/monitoring/alertmanager/alertmanager';
import type { Receiver } from '../components/monitoring/alertmanager/conf';
import {
  alertmanagerAddress,
  alertmanagerIdentity,
  alertmanagerPods,
  secretNames as alertmanagerSecrets,
} from '../components/monitoring/alertmanager/objects';
import {
  prometheusAddress,
  prometheusIdentity,
  prometheusPods,
  secretNames as prometheusSecrets,
} from '../components/monitoring/prometheus/objects';
import { Prometheus } from '../components/monitoring/prometheus/prometheus';
import { Grafana } from '../components/monitoring/grafana/grafana';
import { grafanaNames, grafanaPods } from '../components/monitoring/grafana/objects';
import { Access } from '../components/monitoring/ingress/access';
import { OperatorMonitoring } from '../components/monitoring/operator/operatorMonitoring';
import { ruleGroups } from '../components/monitoring/rules';
import { rulesFile } from '../components/monitoring/rules/render';
import type { RuleSettings } from '../components/monitoring/rules/rule';
import type { Identity } from '../components/kubernetes/labels';
import type { ScrapeTarget } from '../components/monitoring/scrape';
import { webUser } from '../components/monitoring/web';
import { type WebSecretNames, WebSecrets } from '../components/monitoring/webSecrets';
import type { Address, Pods, RedisService } from '../components/redis/service';
import versions from '../versions.json';
import { boardsOf, published, ruleSettings, watched } from './monitoringPlan';
import type { StackConfig } from './schema';
import { volume } from './volume';

/** How a server of monitoring is reached from within the cluster; people reach it by `make dashboards`. */
export interface MonitoringServer {
  readonly url: string;
  readonly username: string;
  readonly password: Output<string>;
  /** Labels of its pods. */
  readonly podLabels: Readonly<Record<string, string>>;
}

/** What a stack tells of its monitoring. */
export interface MonitoringOutputs {
  readonly prometheus: MonitoringServer;
  readonly alertmanager: MonitoringServer;
  /** Not there where the stack has none. */
  readonly grafana?: MonitoringServer;
}

export interface MonitoringArgs {
  readonly config: StackConfig;
  readonly mode: RedisService['mode'];
  /** Whose metrics there are. */
  readonly targets: readonly ScrapeTarget[];
  readonly signer: Signer | undefined;
  /** What makes the namespace. */
  readonly home: Resource;
  /** What else the pods cannot start without. */
  readonly after: readonly Resource[];
}

/** Where people reach a server, as its own links say. */
const externally = (host: string | undefined) =>
  host === undefined ? {} : { externalUrl: `https://${host}/` };

/** Builds what watches the platform. @returns how it is reached, where it is the platform's own */
export function buildMonitoring(
  args: MonitoringArgs,
  opts: ComponentResourceOptions,
): MonitoringOutputs | undefined {
  const { mode } = args.config.monitoring;
  if (mode === 'operator') giveToOperator(args, opts);
  return mode === 'bundled' ? buildServers(args, opts) : undefined;
}

/** Gives metrics, rules and dashboards to servers that are there already. */
function giveToOperator(
  { config, mode, targets, signer, home }: MonitoringArgs,
  opts: ComponentResourceOptions,
): void {
  const { namespace, monitoring } = config;
  const settings = { ...ruleSettings(config, mode, {}), foreign: true };
  const rules = (certificates: RuleSettings['certificates']) => ruleGroups({ ...settings, certificates });
  new OperatorMonitoring(
    'monitoring',
    {
      namespace,
      ...monitoring.operator,
      targets,
      rules: signer === undefined ? output(rules({})) : signer.ends().apply(rules),
      runbooks: monitoring.runbooks,
      dashboards: boardsOf(config, settings),
      after: [home],
    },
    opts,
  );
}

/** Builds the platform's own servers. */
function buildServers(args: MonitoringArgs, opts: ComponentResourceOptions): MonitoringOutputs {
  const { config, mode, targets, signer, home, after } = args;
  const { namespace, monitoring } = config;
  const { receivers, heartbeat, prometheus, alertmanager, grafana, kubelets, ingress } = monitoring;
  const tls = signer !== undefined;
  const access = (identity: Identity, secretNames: WebSecretNames) =>
    new WebSecrets(
      `${identity.name}-access`,
      { identity, secretNames, after: home, ...(signer === undefined ? {} : { signer }) },
      opts,
    );
  const toPrometheus = access(prometheusIdentity(namespace, versions.prometheus), prometheusSecrets);
  const toAlertmanager = access(alertmanagerIdentity(namespace, versions.alertmanager), alertmanagerSecrets);
  const server = (
    { host, port }: Address,
    { podLabels }: Pods,
    password: Output<string>,
    username = webUser,
  ): MonitoringServer => ({
    url: `${tls ? 'https' : 'http'}://${host}:${port}`,
    ...{ username, password: secret(password), podLabels },
  });
  const outputs = {
    prometheus: server(prometheusAddress(namespace), prometheusPods(namespace), toPrometheus.password),
    alertmanager: server(
      alertmanagerAddress(namespace),
      alertmanagerPods(namespace),
      toAlertmanager.password,
    ),
  };
  const settings = ruleSettings(config, mode, {});

  new Alertmanager(
    'alertmanager',
    {
      namespace,
      image: versions.images.alertmanager,
      version: versions.alertmanager,
      ...alertmanager,
      storage: volume(alertmanager.storage),
      tls,
      receivers: receivers as readonly Receiver[],
      ...(heartbeat === undefined ? {} : { heartbeat }),
      ...externally(ingress.hosts.alertmanager),
      after: [...after, toAlertmanager],
    },
    opts,
  );
  const boards = grafana.enabled
    ? new Grafana(
        'grafana',
        {
          namespace,
          image: versions.images.grafana,
          version: versions.grafana,
          cpu: grafana.cpu,
          memory: grafana.memory,
          dashboards: boardsOf(config, settings),
          prometheus: { ...outputs.prometheus, ...(signer === undefined ? {} : { ca: signer.trust }) },
          ...(signer === undefined
            ? {}
            : { certificate: signer.serverCertificate('grafana', grafanaNames(namespace)) }),
          ...(ingress.hosts.grafana === undefined ? {} : { url: `https://${ingress.hosts.grafana}/` }),
          after,
        },
        opts,
      )
    : undefined;
  const servers = published(config);
  if (servers.length > 0) {
    const { secretName } = ingress;
    // Without one of its own there is a signer: the configuration is refused otherwise.
    const certificate =
      secretName === undefined
        ? signer!.serverCertificate('ingress', {
            dnsNames: servers.map(({ host }) => host),
            ipAddresses: [],
          })
        : { secretName };
    const { controller, annotations } = ingress;
    new Access(
      'ingress',
      {
        ...{ namespace, servers, certificate, controller, annotations, after },
        ...(ingress.class === undefined ? {} : { class: ingress.class }),
      },
      opts,
    );
  }
  // The last, as it watches all certificates that were signed.
  const rules = (certificates: RuleSettings['certificates']): string =>
    rulesFile(ruleGroups({ ...settings, certificates }), monitoring.runbooks);
  new Prometheus(
    'prometheus',
    {
      namespace,
      image: versions.images.prometheus,
      version: versions.prometheus,
      ...prometheus,
      storage: volume(prometheus.storage),
      kubelets,
      tls,
      targets: watched(config, targets),
      alertmanagerPassword: toAlertmanager.password,
      ...externally(ingress.hosts.prometheus),
      rules: signer === undefined ? rules({}) : signer.ends().apply(rules),
      after: [...after, toPrometheus],
    },
    opts,
  );
  return {
    ...outputs,
    ...(boards === undefined
      ? {}
      : { grafana: server(boards.address, grafanaPods(namespace), boards.password, 'admin') }),
  };
}
