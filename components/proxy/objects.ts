import type { Input } from '@pulumi/pulumi';
import { contentMark } from '../kubernetes/checksum';
import { type Identity, metadata, selectorLabels } from '../kubernetes/labels';
import { readScripts } from '../kubernetes/scripts';
import type { Connection } from '../network/connections';
import type { Address, RedisService } from '../redis/service';
import { autoscaler, type Scale } from '../workload/autoscaler';
import { deployment } from '../workload/deployment';
import { disruptionBudget } from '../workload/disruptionBudget';
import type { Workload } from '../workload/pod';
import { reloader } from '../workload/reloader';
import { service } from '../workload/service';
import { serviceAccount } from '../workload/statefulSet';
import { statusPaths } from './conf';

export interface ProxyObjects {
  readonly namespace: string;
  readonly image: string;
  /** Version of HAProxy in the image, for labels. */
  readonly version: string;
  /** Pods, 2 or more at least, so that one may go. */
  readonly scale: Scale;
  readonly cpu: string;
  readonly memory: string;
  /** Changes when haproxy.cfg does. */
  readonly configChecksum: Input<string>;
  /** Whether there is a Secret with ca.crt, tls.crt and tls.key. */
  readonly tls: boolean;
}

/** Port of the proxy, the same as Redis' own. */
export const proxyPort = 6379;
/** Port of health and metrics. */
export const statusPort = 8405;
/** Port within the pod where HAProxy takes up another certificate. */
export const controlPort = 8406;
/** Name of the Secret with haproxy.cfg. */
export const configSecretName = 'redis-proxy-config';
/** Name of the Secret with the certificate that it shows Redis. */
export const tlsSecretName = 'redis-proxy-tls';
/** Seconds that the proxy's connections are left to end when it ends. */
export const drainSeconds = 10;

// Seconds until no node sends new connections here any more.
const leaveSeconds = 5;
// User and group "haproxy" of the public image.
const user = 99;
const folder = '/etc/session-database';
/** Folder of the certificates in the pod. */
export const tlsFolder = `${folder}/tls`;

const scripts = readScripts(__dirname, ['reload.sh', 'takeover.lua']);
/** Path of takeover.lua. */
export const takeover = `${folder}/scripts/takeover.lua`;
const scriptsName = `redis-proxy-scripts-${contentMark(scripts)}`;

/** What the proxy is, for the labels of its objects. */
export const identityOf = (namespace: string, version?: string): Identity => ({
  name: 'redis-proxy',
  component: 'proxy',
  namespace,
  ...(version === undefined ? {} : { version }),
});

/** Where clients that do not know Sentinel connect: the master, whichever pod it is. */
export const proxyAddress = (namespace: string): Address => ({
  host: `redis.${namespace}.svc`,
  port: proxyPort,
});

/** The proxy's pods, as what clients and jobs dial. */
export function proxyPods(namespace: string): RedisService['pods'] {
  const identity = identityOf(namespace);
  return { name: identity.name, namespace, podLabels: selectorLabels(identity), port: proxyPort };
}

/** The proxy dials every Redis pod. */
export function proxyConnections(redis: RedisService['pods']): Connection[] {
  const { name, namespace, podLabels } = proxyPods(redis.namespace);
  return [
    {
      from: { name, namespace, podLabels },
      to: { name: redis.name, namespace: redis.namespace, podLabels: redis.podLabels },
      port: redis.port,
      purpose: 'the proxy passes clients on to the master, and asks which pod it is',
    },
  ];
}

/** Every Kubernetes object of the proxy but its Secret. */
export function proxyObjects(proxy: ProxyObjects) {
  const { namespace, scale, tls } = proxy;
  const identity = identityOf(namespace, proxy.version);
  const get = (path: string) => ({ get: path, port: 'status', timeoutSeconds: 2 });
  const workload: Workload = {
    identity,
    image: proxy.image,
    command: ['haproxy', '-db', '-f', `${folder}/config/haproxy.cfg`],
    user,
    ports: { redis: proxyPort, status: statusPort },
    resources: { cpu: proxy.cpu, memory: proxy.memory, ephemeralStorage: '16Mi' },
    probes: {
      // A new proxy has to have found a master once, so that a wrong password or certificate stops a rolling update. Its
      // servers count as up until the first check of each has ended.
      startup: {
        ...get(statusPaths.master),
        initialDelaySeconds: 2,
        periodSeconds: 1,
        failureThreshold: 120,
      },
      // Not the master: all proxies would leave the Service together with it, and come back later than it.
      readiness: { ...get(statusPaths.alive), periodSeconds: 5, failureThreshold: 2 },
      liveness: { ...get(statusPaths.alive), periodSeconds: 10, failureThreshold: 3 },
    },
    files: {
      config: { path: `${folder}/config`, from: { secret: configSecretName } },
      scripts: { path: `${folder}/scripts`, from: { configMap: scriptsName } },
      ...(tls ? { tls: { path: tlsFolder, from: { secret: tlsSecretName } } } : {}),
    },
    folders: {},
    // Bash, for its way to a port.
    ...(tls
      ? {
          sidecars: [
            reloader(
              ['bash', `${folder}/scripts/reload.sh`, String(controlPort), tlsFolder],
              ['scripts', 'tls'],
            ),
          ],
        }
      : {}),
    beforeEnd: ['sleep', String(leaveSeconds)],
    terminationGracePeriodSeconds: leaveSeconds + drainSeconds + 5,
    checksums: { config: proxy.configChecksum },
  };
  return {
    scripts: { metadata: metadata(identity, scriptsName), immutable: true, data: scripts },
    serviceAccount: serviceAccount(workload),
    deployment: deployment(workload, scale.min),
    autoscaler: autoscaler(identity, 'Deployment', scale),
    disruptionBudget: disruptionBudget(identity),
    service: service(identity, 'redis', { name: 'redis', port: proxyPort }),
  };
}
