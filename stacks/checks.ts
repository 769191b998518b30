import { bytes, formatBytes, millicoresOf } from '../components/kubernetes/quantity';
import { type Footprint, footprint, podsText } from './footprint';
import type { StackConfig } from './schema';

/** A setting that is wrong together with others, and what is allowed instead. */
export interface Problem {
  readonly path: string;
  readonly text: string;
}

/** A rule between settings: nothing when all is well. Where one that it reads is wrong by itself, it is not asked. */
export type Check = (config: StackConfig) => Problem | undefined;

/** Of the memory of a pod, the part that data may fill. The rest is for connections, buffers, fragmentation and the pages
 * that change while a child process saves; a master also keeps the last writes for its replicas. */
export const maxmemoryPart = { standalone: 0.75, sentinel: 0.6 } as const;

/** A volume holds the append-only file, grown to twice the data before it is rewritten, its rewritten copy, and a snapshot. */
export const storagePerMaxmemory = 4;

/** Data below this would be evicted by Redis' own needs. */
export const leastMaxmemory = '16Mi';

/** What a receiver of alerts may be; it is one of them. */
const receiverKinds = ['webhook', 'slack', 'pagerduty', 'email'] as const;
// Names of the platform's own receivers.
const reserved = ['nobody', 'heartbeat'];

/** Every rule between settings. */
export const checks: readonly Check[] = [
  ({ redis: { maxmemory, memory, mode } }) => {
    const part = maxmemoryPart[mode];
    const most = Math.floor(bytes(memory) * part);
    if (bytes(maxmemory) <= most) return undefined;
    const allowed = `at most ${formatBytes(most, 'down')}, ${part * 100} % of redis.memory (${memory})`;
    const text = `got "${maxmemory}"; allowed: ${allowed}; the rest is needed for connections, buffers and saving`;
    return { path: 'redis.maxmemory', text };
  },
  ({ redis: { maxmemory } }) =>
    bytes(maxmemory) >= bytes(leastMaxmemory)
      ? undefined
      : { path: 'redis.maxmemory', text: `got "${maxmemory}"; allowed: at least ${leastMaxmemory}` },
  ({ redis: { maxmemory, storage } }) => {
    const least = bytes(maxmemory) * storagePerMaxmemory;
    if (bytes(storage.size) >= least) return undefined;
    const allowed = `at least ${formatBytes(least, 'up')}, ${storagePerMaxmemory} times redis.maxmemory (${maxmemory})`;
    const text = `got "${storage.size}"; allowed: ${allowed}; the append-only file, its rewritten copy and a snapshot must fit`;
    return { path: 'redis.storage.size', text };
  },
  ({ redis: { mode, pods } }) =>
    mode === 'standalone'
      ? pods === 1
        ? undefined
        : { path: 'redis.pods', text: `got ${pods}; allowed: 1, in mode standalone` }
      : pods >= 3
        ? undefined
        : {
            path: 'redis.pods',
            text: `got ${pods}; allowed: at least 3, in mode sentinel: with one away, a master still has a replica`,
          },
  maxPods('redis'),
  maxPods('proxy'),
  ({ sentinel: { pods } }) =>
    pods % 2 === 1
      ? undefined
      : {
          path: 'sentinel.pods',
          text: `got ${pods}; allowed: an odd number; one more than ${pods - 1} survives no more failures`,
        },
  quota(
    'pods',
    ({ pods }) => pods,
    ({ pods }) => pods,
    String,
  ),
  quota(
    'cpu',
    ({ millicores }) => millicores,
    ({ cpu }) => millicoresOf(cpu)!,
    (least) => `${least}m`,
  ),
  quota(
    'memory',
    ({ memory }) => memory,
    ({ memory }) => bytes(memory),
    (least) => formatBytes(least, 'up'),
  ),
  quota(
    'storage',
    ({ storage }) => storage,
    ({ storage }) => bytes(storage),
    (least) => formatBytes(least, 'up'),
  ),
  ttl('sessions', ({ sessions }) => sessions),
  ttl('sessions.refreshTokens', ({ sessions }) => sessions.refreshTokens),
  ttl('sessions.deletionTokens', ({ sessions }) => sessions.deletionTokens),
  ({ tls: { authorities } }) => {
    if (authorities.length > 0 && new Set(authorities).size === authorities.length) return undefined;
    return {
      path: 'tls.authorities',
      text: `got ${JSON.stringify(authorities)}; allowed: one name or more, each once`,
    };
  },
  below('tls.renewBeforeDays', 'tls.certificateDays', ({ tls }) => [
    tls.renewBeforeDays,
    tls.certificateDays,
  ]),
  ({ tls, monitoring: { mode, alertmanager } }) =>
    mode !== 'bundled' || tls.enabled || alertmanager.pods === 1
      ? undefined
      : {
          path: 'monitoring.alertmanager.pods',
          text: `got ${alertmanager.pods}; allowed: 1 where tls.enabled is false: several talk with each other by TLS`,
        },
  ({ tls, monitoring: { mode, ingress } }) =>
    mode !== 'bundled' ||
    tls.enabled ||
    ingress.secretName !== undefined ||
    Object.keys(ingress.hosts).length === 0
      ? undefined
      : {
          path: 'monitoring.ingress.secretName',
          text: 'missing; allowed: the name of a Secret with a certificate, where tls.enabled is false',
        },
  ({ monitoring: { ingress } }) => {
    const hosts = Object.entries(ingress.hosts);
    const again = hosts.find(([, host], at) => hosts.findIndex(([, other]) => other === host) < at);
    if (again === undefined) return undefined;
    const [server, host] = again;
    return {
      path: `monitoring.ingress.hosts.${server}`,
      text: `got "${host}"; allowed: a host of its own`,
    };
  },
  ({ monitoring: { mode, ingress, grafana } }) =>
    mode !== 'bundled' || grafana.enabled || ingress.hosts.grafana === undefined
      ? undefined
      : {
          path: 'monitoring.ingress.hosts.grafana',
          text: `got "${ingress.hosts.grafana}"; allowed: nothing, where monitoring.grafana.enabled is false`,
        },
  ({ monitoring: { receivers } }) => {
    const wrong = receivers.findIndex(
      (receiver) => receiverKinds.filter((kind) => receiver[kind] !== undefined).length !== 1,
    );
    if (wrong < 0) return undefined;
    const text = `allowed: a name, severities, and one of ${receiverKinds.join(', ')}`;
    return { path: `monitoring.receivers[${wrong}]`, text };
  },
  ({ monitoring: { receivers } }) => {
    const names = receivers.map(({ name }) => name);
    const again = names.findIndex((name, at) => names.indexOf(name) < at || reserved.includes(name));
    const text = `got "${names[again]}"; allowed: another name for each, and none of ${reserved.join(', ')}`;
    return again < 0 ? undefined : { path: `monitoring.receivers[${again}].name`, text };
  },
  below('tls.certificateDays', 'tls.authorityDays', ({ tls }) => [tls.certificateDays, tls.authorityDays]),
  ({ clients, namespace }) => {
    const own = clients.findIndex((client) => client.namespace === namespace);
    if (own < 0) return undefined;
    const text =
      `got "${namespace}", the platform's own; allowed: other namespaces. In the platform's own, a pod is a client by ` +
      'the label session-database/client: "true"';
    return { path: `clients[${own}].namespace`, text };
  },
  ({ clients }) => {
    const keys = clients.map((client) =>
      JSON.stringify([client.namespace, Object.entries(client.podLabels).sort()]),
    );
    const again = keys.findIndex((key, at) => keys.indexOf(key) < at);
    return again < 0
      ? undefined
      : {
          path: `clients[${again}]`,
          text: `is clients[${keys.indexOf(keys[again]!)}] again; allowed: each once`,
        };
  },
];

function quota(
  of: keyof StackConfig['quota'],
  least: (footprint: Footprint) => number,
  value: (quota: StackConfig['quota']) => number,
  text: (least: number) => string,
): Check {
  return (config) => {
    const needed = least(footprint(config));
    if (value(config.quota) >= needed) return undefined;
    const allowed = `at least ${text(needed)}, for ${podsText(config)}`;
    return { path: `quota.${of}`, text: `got ${JSON.stringify(config.quota[of])}; allowed: ${allowed}` };
  };
}

function ttl(
  path: string,
  read: (config: StackConfig) => { readonly ttlSeconds: number; readonly maxAgeSeconds: number },
): Check {
  return (config) => {
    const { ttlSeconds, maxAgeSeconds } = read(config);
    return ttlSeconds <= maxAgeSeconds
      ? undefined
      : {
          path: `${path}.ttlSeconds`,
          text: `got ${ttlSeconds}; allowed: at most ${maxAgeSeconds}, which is ${path}.maxAgeSeconds`,
        };
  };
}

function maxPods(of: 'redis' | 'proxy'): Check {
  return (config) => {
    const { pods, maxPods } = config[of];
    if (maxPods >= pods) return undefined;
    return {
      path: `${of}.maxPods`,
      text: `got ${maxPods}; allowed: at least ${pods}, which is ${of}.pods`,
    };
  };
}

function below(
  path: string,
  other: string,
  read: (config: StackConfig) => [value: number, of: number],
): Check {
  return (config) => {
    const [value, of] = read(config);
    return value < of ? undefined : { path, text: `got ${value}; allowed: less than ${other} (${of})` };
  };
}
