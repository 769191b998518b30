import { reloaderResources } from '../components/redis/standalone';
import { jobCpu, jobMemory, jobPods } from '../components/sessions/objects';
import { bytes, formatBytes, millicoresOf } from '../components/kubernetes/quantity';
import type { StackConfig } from './schema';

/** A setting that is wrong together with others, and what is allowed instead. */
export interface Problem {
  readonly path: string;
  readonly text: string;
}

/** A rule between settings. */
export interface Check {
  /** The settings it is about; when one of them is wrong by itself, the rule is not asked. */
  readonly reads: readonly string[];
  /** Nothing when all is well. */
  problem(config: StackConfig): Problem | undefined;
}

/** Of the memory of a pod, the part that data may fill. The rest is for connections, buffers, fragmentation and the pages
 * that change while a child process saves. */
export const maxmemoryPart = 0.75;

/** A volume holds the append-only file, grown to twice the data before it is rewritten, its rewritten copy, and a snapshot. */
export const storagePerMaxmemory = 4;

/** Data below this would be evicted by Redis' own needs. */
export const leastMaxmemory = '16Mi';

/** Every rule between settings. */
export const checks: readonly Check[] = [
  {
    reads: ['redis.maxmemory', 'redis.memory'],
    problem({ redis: { maxmemory, memory } }) {
      const most = Math.floor(bytes(memory) * maxmemoryPart);
      if (bytes(maxmemory) <= most) return undefined;
      const allowed = `at most ${formatBytes(most, 'down')}, ${maxmemoryPart * 100} % of redis.memory (${memory})`;
      const text = `got "${maxmemory}"; allowed: ${allowed}; the rest is needed for connections, buffers and saving`;
      return { path: 'redis.maxmemory', text };
    },
  },
  {
    reads: ['redis.maxmemory'],
    problem: ({ redis: { maxmemory } }) =>
      bytes(maxmemory) >= bytes(leastMaxmemory)
        ? undefined
        : { path: 'redis.maxmemory', text: `got "${maxmemory}"; allowed: at least ${leastMaxmemory}` },
  },
  {
    reads: ['redis.storage.size', 'redis.maxmemory'],
    problem({ redis: { maxmemory, storage } }) {
      const least = bytes(maxmemory) * storagePerMaxmemory;
      if (bytes(storage.size) >= least) return undefined;
      const allowed = `at least ${formatBytes(least, 'up')}, ${storagePerMaxmemory} times redis.maxmemory (${maxmemory})`;
      const text = `got "${storage.size}"; allowed: ${allowed}; the append-only file, its rewritten copy and a snapshot must fit`;
      return { path: 'redis.storage.size', text };
    },
  },
  {
    reads: ['quota.cpu', 'redis.cpu', 'tls.enabled'],
    problem({ quota, redis, tls }) {
      const reloader = tls.enabled ? millicoresOf(reloaderResources.cpu)! : 0;
      const least = millicoresOf(redis.cpu)! + reloader + jobPods * millicoresOf(jobCpu)!;
      if (millicoresOf(quota.cpu)! >= least) return undefined;
      return {
        path: 'quota.cpu',
        text: tooSmall(quota.cpu, `${least}m`, `redis.cpu (${redis.cpu})`, tls.enabled),
      };
    },
  },
  {
    reads: ['quota.memory', 'redis.memory', 'tls.enabled'],
    problem({ quota, redis, tls }) {
      const reloader = tls.enabled ? bytes(reloaderResources.memory) : 0;
      const least = bytes(redis.memory) + reloader + jobPods * bytes(jobMemory);
      if (bytes(quota.memory) >= least) return undefined;
      const text = tooSmall(
        quota.memory,
        formatBytes(least, 'up'),
        `redis.memory (${redis.memory})`,
        tls.enabled,
      );
      return { path: 'quota.memory', text };
    },
  },
  {
    reads: ['quota.storage', 'redis.storage.size'],
    problem({ quota, redis: { storage } }) {
      if (bytes(quota.storage) >= bytes(storage.size)) return undefined;
      const text = `got "${quota.storage}"; allowed: at least ${storage.size}, which is redis.storage.size`;
      return { path: 'quota.storage', text };
    },
  },
  {
    reads: ['quota.pods'],
    problem: ({ quota }) =>
      quota.pods > jobPods
        ? undefined
        : {
            path: 'quota.pods',
            text: `got ${quota.pods}; allowed: at least ${jobPods + 1}, Redis and the jobs`,
          },
  },
  ttl('sessions', ({ sessions }) => sessions),
  ttl('sessions.refreshTokens', ({ sessions }) => sessions.refreshTokens),
  ttl('sessions.deletionTokens', ({ sessions }) => sessions.deletionTokens),
  {
    reads: ['tls.authorities'],
    problem({ tls: { authorities } }) {
      if (authorities.length > 0 && new Set(authorities).size === authorities.length) return undefined;
      return {
        path: 'tls.authorities',
        text: `got ${JSON.stringify(authorities)}; allowed: one name or more, each once`,
      };
    },
  },
  below('tls.renewBeforeDays', 'tls.certificateDays', ({ tls }) => [
    tls.renewBeforeDays,
    tls.certificateDays,
  ]),
  below('tls.certificateDays', 'tls.authorityDays', ({ tls }) => [tls.certificateDays, tls.authorityDays]),
  {
    reads: ['clients', 'namespace'],
    problem({ clients, namespace }) {
      const own = clients.findIndex((client) => client.namespace === namespace);
      if (own < 0) return undefined;
      const text =
        `got "${namespace}", the platform's own; allowed: other namespaces. In the platform's own, a pod is a client by ` +
        'the label session-database/client: "true"';
      return { path: `clients[${own}].namespace`, text };
    },
  },
  {
    reads: ['clients'],
    problem({ clients }) {
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
  },
];

function tooSmall(value: string, least: string, redis: string, tls: boolean): string {
  const reloader = tls ? ', the container that renews its certificates' : '';
  return `got "${value}"; allowed: at least ${least}, ${redis}${reloader} and ${jobPods} pods of jobs`;
}

function ttl(
  path: string,
  read: (config: StackConfig) => { readonly ttlSeconds: number; readonly maxAgeSeconds: number },
): Check {
  return {
    reads: [`${path}.ttlSeconds`, `${path}.maxAgeSeconds`],
    problem(config) {
      const { ttlSeconds, maxAgeSeconds } = read(config);
      return ttlSeconds <= maxAgeSeconds
        ? undefined
        : {
            path: `${path}.ttlSeconds`,
            text: `got ${ttlSeconds}; allowed: at most ${maxAgeSeconds}, which is ${path}.maxAgeSeconds`,
          };
    },
  };
}

function below(
  path: string,
  other: string,
  read: (config: StackConfig) => [value: number, of: number],
): Check {
  return {
    reads: [path, other],
    problem(config) {
      const [value, of] = read(config);
      return value < of ? undefined : { path, text: `got ${value}; allowed: less than ${other} (${of})` };
    },
  };
}
