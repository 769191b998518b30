import { contentMark } from '../../kubernetes/checksum';
import { metadata } from '../../kubernetes/labels';
import { anywhere, type Connection } from '../../network/connections';
import { disruptionBudget } from '../../workload/disruptionBudget';
import { claimed, type ProbeLimits, type Storage, type Workload } from '../../workload/pod';
import { headlessService, service } from '../../workload/service';
import { serviceAccount, statefulSet } from '../../workload/statefulSet';
import { monitoringServer, run, runScript, webFiles, webFlags } from '../server';
import { json, loginFolder, webTlsFolder } from '../web';
import { receiversFolder } from './conf';

export interface AlertmanagerObjects {
  readonly namespace: string;
  readonly image: string;
  /** Version of Alertmanager in the image, for labels. */
  readonly version: string;
  /** With more than one, they tell each other what they have sent; by TLS. */
  readonly pods: number;
  readonly cpu: string;
  readonly memory: string;
  /** For silences, and for what was sent. */
  readonly storage: Storage;
  readonly tls: boolean;
  /** Where people reach it, as its own links say; not there: by a port-forward. */
  readonly externalUrl?: string;
}

const alertmanagerPort = 9093;
/** Port on which Alertmanagers talk with each other. */
const gossipPort = 9094;
export const secretNames = {
  /** alertmanager.yml, which names receivers, and their secrets beside it. */
  config: 'alertmanager-config',
  receivers: 'alertmanager-receivers',
  web: 'alertmanager-web',
  login: 'alertmanager-login',
  tls: 'alertmanager-tls',
} as const;

// User and group "nobody" of the public image.
const user = 65534;
const folder = '/etc/session-database';
const headless = 'alertmanager-nodes';

/** What the Alertmanagers are, where they are found, and their pods as what others dial. */
export const {
  identity: alertmanagerIdentity,
  address: alertmanagerAddress,
  pods: alertmanagerPods,
} = monitoringServer('alertmanager', alertmanagerPort);

/**
 * Whom the Alertmanagers dial: each other, and the receivers, wherever they are.
 * @param receiverPorts - TCP ports of the receivers
 */
export function alertmanagerConnections(
  namespace: string,
  pods: number,
  receiverPorts: readonly number[],
): Connection[] {
  const from = alertmanagerPods(namespace);
  return [
    ...(pods === 1
      ? []
      : [{ from, to: from, port: gossipPort, purpose: 'Alertmanagers tell each other what they have sent' }]),
    ...[...new Set(receiverPorts)].map((port) => ({
      from,
      to: { name: 'receivers of alerts', cidr: anywhere },
      port,
      purpose: 'Alertmanager tells the receivers',
    })),
  ];
}

/** Every Kubernetes object of the Alertmanagers but their Secrets. */
export function alertmanagerObjects(alertmanager: AlertmanagerObjects) {
  const { namespace, version, storage, tls, pods } = alertmanager;
  const identity = alertmanagerIdentity(namespace, version);
  const files = { ...runScript, ...(pods > 1 ? { 'gossip.yml': gossip(namespace) } : {}) };
  const filesName = `alertmanager-files-${contentMark(files)}`;
  const check = (limits: ProbeLimits) => ({
    command: [
      ...['amtool', `--alertmanager.url=${tls ? 'https' : 'http'}://localhost:${alertmanagerPort}`],
      ...[`--http.config.file=${loginFolder}/http.yml`, 'cluster', 'show'],
    ],
    ...limits,
  });
  const workload: Workload = {
    identity,
    image: alertmanager.image,
    command: [
      ...run(`${folder}/files`, [`${folder}/config`, receiversFolder]),
      'alertmanager',
      `--config.file=${folder}/config/alertmanager.yml`,
      ...webFlags(alertmanagerPort, alertmanager.externalUrl),
      '--storage.path=/alertmanager',
      ...(pods === 1
        ? ['--cluster.listen-address=']
        : [
            // TLS binds to an address, not to a port of all.
            `--cluster.listen-address=0.0.0.0:${gossipPort}`,
            `--cluster.tls-config=${folder}/files/gossip.yml`,
            ...Array.from(
              { length: pods },
              (_, at) => `--cluster.peer=${identity.name}-${at}.${headless}.${namespace}.svc:${gossipPort}`,
            ),
          ]),
    ],
    user,
    ports: { web: alertmanagerPort, ...(pods > 1 ? { gossip: gossipPort } : {}) },
    resources: { cpu: alertmanager.cpu, memory: alertmanager.memory, ephemeralStorage: '32Mi' },
    probes: {
      readiness: check({ periodSeconds: 15, timeoutSeconds: 5, failureThreshold: 3 }),
      liveness: check({ periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 4 }),
    },
    files: {
      config: { path: `${folder}/config`, from: { secret: secretNames.config } },
      receivers: { path: receiversFolder, from: { secret: secretNames.receivers } },
      files: { path: `${folder}/files`, from: { configMap: filesName } },
      ...webFiles(secretNames, tls),
    },
    folders: { data: claimed('/alertmanager', storage) },
    terminationGracePeriodSeconds: 30,
    checksums: {},
  };
  const port = { name: 'web', port: alertmanagerPort };
  return {
    files: { metadata: metadata(identity, filesName), immutable: true, data: files },
    serviceAccount: serviceAccount(workload),
    // They find each other before they are ready.
    headlessService: headlessService(identity, headless, port, true),
    service: service(identity, identity.name, port),
    disruptionBudget: disruptionBudget(identity),
    statefulSet: statefulSet(workload, pods, headless),
  };
}

/** How they talk with each other: both ends show a certificate. They dial by address, so the name is told. */
function gossip(namespace: string): string {
  const own = { cert_file: `${webTlsFolder}/tls.crt`, key_file: `${webTlsFolder}/tls.key` };
  const authorities = `${webTlsFolder}/ca.crt`;
  return json({
    tls_server_config: {
      ...own,
      client_ca_file: authorities,
      client_auth_type: 'RequireAndVerifyClientCert',
      min_version: 'TLS12',
    },
    tls_client_config: { ...own, ca_file: authorities, server_name: alertmanagerAddress(namespace).host },
  });
}
