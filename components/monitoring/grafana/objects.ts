import type { Input } from '@pulumi/pulumi';
import { type ServerNames, serverNames, serviceNames } from '../../certificates/names';
import { contentMark } from '../../kubernetes/checksum';
import { type Identity, metadata } from '../../kubernetes/labels';
import type { Connection } from '../../network/connections';
import type { Pods } from '../../redis/service';
import { deployment } from '../../workload/deployment';
import type { Probe, ProbeLimits, Workload } from '../../workload/pod';
import { service } from '../../workload/service';
import { serviceAccount } from '../../workload/statefulSet';
import { monitoringServer } from '../server';
import { dashboardProviders, datasources, grafanaConf } from './conf';

export interface GrafanaObjects {
  readonly namespace: string;
  readonly image: string;
  /** Version of Grafana in the image, for labels. */
  readonly version: string;
  readonly cpu: string;
  readonly memory: string;
  /** Dashboards by uid; the first is seen first. */
  readonly dashboards: Readonly<Record<string, object>>;
  /** Its address in browsers, as `https://grafana.example.com/`. @default where it is forwarded to on the own machine */
  readonly url?: string;
  /** Whom it asks, and as which user. */
  readonly prometheus: { readonly url: string; readonly username: string };
  /** Whether Prometheus' certificate is checked against authorities of its own. */
  readonly prometheusTls: boolean;
  /** Whether there is a Secret with its own certificate; without it speaks plain HTTP. */
  readonly tls: boolean;
  /** Changes when a password or an authority does. */
  readonly credentialsChecksum: Input<string>;
}

/** Port of the pod and of the Service. */
const grafanaPort = 3000;
/** Name of the Secret with the files of `credentials`. */
export const credentialsSecretName = 'grafana-credentials';
/** Name of the Secret with the certificate. */
export const tlsSecretName = 'grafana-tls';
/** Files of the Secret of credentials. */
export const credentials = {
  password: 'admin-password',
  secretKey: 'secret-key',
  prometheusPassword: 'prometheus-password',
  prometheusCa: 'prometheus-ca.crt',
} as const;

/** Of a ConfigMap, in bytes: what the API takes, less room for its metadata. */
const configMapLimit = 2 ** 20 - 4096;

// User "grafana" of the public image, whose group is root; any group will do.
const user = 472;
const folder = '/etc/session-database';
const credentialsFolder = `${folder}/credentials`;
const dashboardsFolder = `${folder}/dashboards`;
const tlsFolder = `${folder}/tls`;
// The image's environment names these folders, and goes before the configuration.
const provisioningFolder = '/etc/grafana/provisioning';
const dataFolder = '/var/lib/grafana';

/** What Grafana is, where browsers, an Ingress and people find it, and its pods as what Prometheus and an Ingress dial. */
export const {
  identity: grafanaIdentity,
  address: grafanaAddress,
  pods: grafanaPods,
} = monitoringServer('grafana', grafanaPort);

/** What its certificate is for. */
export const grafanaNames = (namespace: string): ServerNames =>
  serverNames(serviceNames('grafana', namespace));

/** Grafana dials Prometheus, and nobody else. */
export function grafanaConnections(prometheus: Pods): Connection[] {
  const { name, namespace, podLabels } = grafanaPods(prometheus.namespace);
  return [
    {
      from: { name, namespace, podLabels },
      to: { name: prometheus.name, namespace: prometheus.namespace, podLabels: prometheus.podLabels },
      port: prometheus.port,
      purpose: 'dashboards ask for metrics',
    },
  ];
}

/**
 * A ConfigMap for each dashboard, by uid. They keep their names: Grafana reads changed files without a restart.
 * @param labels - beside the standard ones, as those by which another Grafana finds dashboards
 * @throws Error when a dashboard is larger than a ConfigMap may be
 */
export function dashboardConfigMaps(
  identity: Identity,
  dashboards: GrafanaObjects['dashboards'],
  labels: Readonly<Record<string, string>> = {},
) {
  const entries = Object.entries(dashboards).map(([uid, dashboard]) => {
    const text = JSON.stringify(dashboard);
    const bytes = Buffer.byteLength(text);
    if (bytes > configMapLimit) {
      throw new Error(`the dashboard ${uid} has ${bytes} bytes; a ConfigMap holds ${configMapLimit} at most`);
    }
    const common = metadata(identity, configMapName(uid));
    return [
      uid,
      { metadata: { ...common, labels: { ...common.labels, ...labels } }, data: { [`${uid}.json`]: text } },
    ] as const;
  });
  return Object.fromEntries(entries);
}

/** Every Kubernetes object of Grafana but its Secrets. */
export function grafanaObjects(grafana: GrafanaObjects) {
  const { namespace, tls, prometheusTls, dashboards } = grafana;
  const identity = grafanaIdentity(namespace, grafana.version);
  const uids = Object.keys(dashboards);
  const [home] = uids;
  const inCredentials = (file: keyof typeof credentials) => `${credentialsFolder}/${credentials[file]}`;
  // What is read at the start only has another name when it changes, and so another pod.
  const configMap = (of: string, data: Readonly<Record<string, string>>) => ({
    metadata: metadata(identity, `grafana-${of}-${contentMark(data)}`),
    immutable: true,
    data,
  });
  const config = configMap('config', {
    'grafana.ini': grafanaConf({
      port: grafanaPort,
      ...(grafana.url === undefined ? {} : { url: grafana.url }),
      passwordFile: inCredentials('password'),
      secretKeyFile: inCredentials('secretKey'),
      ...(home === undefined ? {} : { homeFile: `${dashboardsFolder}/${home}/${home}.json` }),
      ...(tls ? { tls: { certificateFile: `${tlsFolder}/tls.crt`, keyFile: `${tlsFolder}/tls.key` } } : {}),
    }),
  });
  const sources = configMap('datasources', {
    'datasources.yaml': yaml(
      datasources({
        url: grafana.prometheus.url,
        user: grafana.prometheus.username,
        passwordFile: inCredentials('prometheusPassword'),
        ...(prometheusTls ? { caFile: inCredentials('prometheusCa') } : {}),
      }),
    ),
  });
  const providers = configMap('providers', { 'dashboards.yaml': yaml(dashboardProviders(dashboardsFolder)) });
  const from = ({ metadata: { name } }: typeof config) => ({ configMap: name });

  const workload: Workload = {
    identity,
    image: grafana.image,
    // What the image's own script runs, without what that reads from the environment.
    command: [
      'grafana',
      'server',
      '--homepath=/usr/share/grafana',
      `--config=${folder}/config/grafana.ini`,
      '--packaging=docker',
    ],
    user,
    ports: { web: grafanaPort },
    resources: { cpu: grafana.cpu, memory: grafana.memory, ephemeralStorage: '512Mi' },
    probes: probes(tls),
    files: {
      config: { path: `${folder}/config`, from: from(config) },
      datasources: { path: `${provisioningFolder}/datasources`, from: from(sources) },
      providers: { path: `${provisioningFolder}/dashboards`, from: from(providers) },
      credentials: { path: credentialsFolder, from: { secret: credentialsSecretName } },
      ...(tls ? { tls: { path: tlsFolder, from: { secret: tlsSecretName } } } : {}),
      ...Object.fromEntries(
        uids.map((uid) => [
          `dashboard-${uid}`,
          { path: `${dashboardsFolder}/${uid}`, from: { configMap: configMapName(uid) } },
        ]),
      ),
    },
    // Its database is made anew with each pod: all that matters in it comes from files.
    folders: {
      data: { path: dataFolder, scratch: { sizeLimit: '256Mi' } },
      tmp: { path: '/tmp', scratch: { sizeLimit: '64Mi' } },
    },
    terminationGracePeriodSeconds: 30,
    checksums: { credentials: grafana.credentialsChecksum },
  };
  return {
    configMaps: { config, datasources: sources, providers },
    dashboards: dashboardConfigMaps(identity, dashboards),
    serviceAccount: serviceAccount(workload),
    deployment: deployment(workload, 1),
    service: service(identity, 'grafana', {
      name: tls ? 'https' : 'http',
      port: grafanaPort,
      target: 'web',
    }),
  };
}

/**
 * The files of the Secret of credentials, whose passwords are put into other texts by Grafana.
 * @throws Error when a password has other characters than letters, digits, _ and -
 */
export function checkedPassword(of: string, password: string): string {
  // Nothing that Grafana would expand. The password itself is not repeated.
  if (!/^[\w-]+$/.test(password))
    throw new Error(`the password of ${of} must be of letters, digits, _ and - only`);
  return password;
}

const configMapName = (uid: string): string => `grafana-dashboard-${uid}`;

/** JSON, which is YAML. */
const yaml = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function probes(tls: boolean): NonNullable<Workload['probes']> {
  // Answers 503 while its database does not; asks for no login.
  const healthy = (limits: ProbeLimits): Probe => ({
    get: '/api/health',
    port: 'web',
    ...(tls ? { scheme: 'HTTPS' } : {}),
    ...limits,
  });
  return {
    // The database is made at the start, in hundreds of small steps.
    startup: healthy({ periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 150 }),
    readiness: healthy({ periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 }),
    liveness: healthy({ periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 4 }),
  };
}
