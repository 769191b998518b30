import { contentMark } from '../../kubernetes/checksum';
import { type Identity, metadata, standardLabels } from '../../kubernetes/labels';
import { bytes } from '../../kubernetes/quantity';
import { anywhere, type Connection } from '../../network/connections';
import { claimed, type ProbeLimits, type Storage, type Workload } from '../../workload/pod';
import { headlessService, service } from '../../workload/service';
import { serviceAccount, statefulSet } from '../../workload/statefulSet';
import type { ScrapeTarget } from '../scrape';
import { monitoringServer, run, runScript, webFiles, webFlags } from '../server';
import { loginFolder } from '../web';
import { clusterPorts, type Kubelets } from './conf';

export interface PrometheusObjects {
  readonly namespace: string;
  readonly image: string;
  /** Version of Prometheus in the image, for labels. */
  readonly version: string;
  readonly cpu: string;
  readonly memory: string;
  /** How long it remembers, such as 720h. */
  readonly retention: string;
  readonly storage: Storage;
  readonly kubelets: Kubelets;
  readonly tls: boolean;
  /** Where people reach it, as its own links say; not there: by a port-forward. */
  readonly externalUrl?: string;
}

const prometheusPort = 9090;
/** Secrets with `web.yml`, with the password, and with the certificate. */
export const secretNames = {
  web: 'prometheus-web',
  login: 'prometheus-login',
  alertmanagerLogin: 'prometheus-alertmanager-login',
  tls: 'prometheus-tls',
} as const;
/** ConfigMap with prometheus.yml and the rules. It keeps its name: Prometheus reads a changed one without a restart. */
export const configName = 'prometheus-config';
/** Folder of the password with which it asks the Alertmanagers. */
export const alertmanagerLogin = '/etc/session-database/alertmanager-login';

// User and group "nobody" of the public image.
const user = 65534;
const folder = '/etc/session-database';
const headless = 'prometheus-nodes';
// Of the volume, the part that data fill; the rest is for the log of what is not in a block yet, and for compaction.
const dataPart = 0.8;

const scriptsName = `prometheus-scripts-${contentMark(runScript)}`;

/** What Prometheus is, where it is found, and its pod as what others dial. */
export const {
  identity: prometheusIdentity,
  address: prometheusAddress,
  pods: prometheusPods,
} = monitoringServer('prometheus', prometheusPort);

/** Whom Prometheus dials: all that it watches, the Kubernetes API to find them, the kubelets. */
export function prometheusConnections(
  namespace: string,
  targets: readonly ScrapeTarget[],
  kubelets: Kubelets,
): Connection[] {
  const from = prometheusPods(namespace);
  return [
    ...targets.map(({ job, pods, port }) => ({
      from,
      to: pods,
      port,
      purpose: `Prometheus reads the metrics of ${job}`,
    })),
    ...clusterPorts(kubelets).map((port) => ({
      from,
      to: { name: 'the Kubernetes API and kubelets', cidr: anywhere },
      port,
      purpose: 'Prometheus asks which pods there are, and how containers and volumes do',
    })),
  ];
}

/** Every Kubernetes object of Prometheus but its Secrets and its configuration. */
export function prometheusObjects(prometheus: PrometheusObjects) {
  const { namespace, version, storage, tls } = prometheus;
  const identity = prometheusIdentity(namespace, version);
  const check = (what: 'healthy' | 'ready', limits: ProbeLimits) => ({
    command: [
      ...['promtool', 'check', what, `--url=${tls ? 'https' : 'http'}://localhost:${prometheusPort}`],
      `--http.config.file=${loginFolder}/http.yml`,
    ],
    ...limits,
  });
  const workload: Workload = {
    identity,
    image: prometheus.image,
    command: [
      ...run(`${folder}/scripts`, [`${folder}/config`]),
      'prometheus',
      `--config.file=${folder}/config/prometheus.yml`,
      ...webFlags(prometheusPort, prometheus.externalUrl),
      '--storage.tsdb.path=/prometheus',
      `--storage.tsdb.retention.time=${prometheus.retention}`,
      `--storage.tsdb.retention.size=${retentionSize(storage.size)}`,
      '--storage.tsdb.wal-compression',
      // What ended while it was away itself, such as an old master's role, is not taken for the present any longer than this.
      '--query.lookback-delta=1m',
    ],
    user,
    asksKubernetes: true,
    ports: { web: prometheusPort },
    resources: { cpu: prometheus.cpu, memory: prometheus.memory, ephemeralStorage: '64Mi' },
    probes: {
      // A log of days has to be read.
      startup: check('ready', { periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 180 }),
      readiness: check('ready', { periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 3 }),
      liveness: check('healthy', { periodSeconds: 60, timeoutSeconds: 10, failureThreshold: 4 }),
    },
    files: {
      config: { path: `${folder}/config`, from: { configMap: configName } },
      scripts: { path: `${folder}/scripts`, from: { configMap: scriptsName } },
      ...webFiles(secretNames, tls, {
        'alertmanager-login': { path: alertmanagerLogin, from: { secret: secretNames.alertmanagerLogin } },
      }),
    },
    folders: { data: claimed('/prometheus', storage) },
    terminationGracePeriodSeconds: 120,
    checksums: {},
  };
  const port = { name: 'web', port: prometheusPort };
  return {
    scripts: { metadata: metadata(identity, scriptsName), immutable: true, data: runScript },
    serviceAccount: serviceAccount(workload),
    headlessService: headlessService(identity, headless, port),
    service: service(identity, identity.name, port),
    statefulSet: statefulSet(workload, 1, headless),
    ...access(identity, prometheus.kubelets),
  };
}

// In the unit that Prometheus knows.
const retentionSize = (size: string): string => `${Math.floor((bytes(size) * dataPart) / 2 ** 20)}MB`;

/** What it may ask the Kubernetes API: which pods there are in its namespace, and which nodes, whose metrics it reads. */
function access(identity: Identity, kubelets: Kubelets) {
  const { namespace } = identity;
  const subjects = [{ kind: 'ServiceAccount', name: identity.name, namespace }];
  const bound = (kind: 'Role' | 'ClusterRole', name: string) => ({
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
    subjects,
  });
  // The cluster's own objects have no namespace that would tell two platforms apart.
  const clusterName = `${namespace}-prometheus`;
  const clusterWide = { name: clusterName, labels: standardLabels(identity) };
  return {
    role: {
      metadata: metadata(identity, identity.name),
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }],
    },
    roleBinding: { metadata: metadata(identity, identity.name), ...bound('Role', identity.name) },
    ...(kubelets === 'off'
      ? {}
      : {
          clusterRole: {
            metadata: clusterWide,
            rules: [
              { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
              { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
            ],
          },
          clusterRoleBinding: {
            metadata: clusterWide,
            ...bound('ClusterRole', clusterName),
          },
        }),
  };
}
