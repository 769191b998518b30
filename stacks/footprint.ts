import { bytes, millicoresOf } from '../components/kubernetes/quantity';
import { reloaderResources } from '../components/workload/reloader';
import { jobCpu, jobMemory, jobPods } from '../components/sessions/objects';
import type { StackConfig } from './schema';

/** What pods ask for together: thousandths of a core, bytes of memory and of volumes. */
export interface Footprint {
  readonly pods: number;
  readonly millicores: number;
  readonly memory: number;
  readonly storage: number;
}

/** The settings that a footprint comes from. */
export const footprintReads = [
  ...['mode', 'maxPods', 'cpu', 'memory', 'storage.size'].map((setting) => `redis.${setting}`),
  ...['pods', 'cpu', 'memory', 'storage.size'].map((setting) => `sentinel.${setting}`),
  ...['maxPods', 'cpu', 'memory'].map((setting) => `proxy.${setting}`),
  'tls.enabled',
];

/** The most that all pods of a platform ask for at a time. */
export function footprint({ redis, sentinel, proxy, tls }: StackConfig): Footprint {
  const reloaders = redis.maxPods + (redis.mode === 'sentinel' ? proxy.maxPods + 1 : 0);
  const parts = [
    { pods: redis.maxPods, cpu: redis.cpu, memory: redis.memory, storage: bytes(redis.storage.size) },
    ...(tls.enabled ? [{ ...reloaderResources, pods: reloaders, storage: 0 }] : []),
    { pods: jobPods, cpu: jobCpu, memory: jobMemory, storage: 0 },
    ...(redis.mode === 'sentinel'
      ? [
          { ...sentinel, storage: bytes(sentinel.storage.size) },
          // While its pods are replaced there is one more.
          { ...proxy, pods: proxy.maxPods + 1, storage: 0 },
        ]
      : []),
  ];
  const sum = (read: (part: (typeof parts)[number]) => number) =>
    parts.reduce((total, part) => total + part.pods * read(part), 0);
  return {
    // A reloader is a container of a pod that is counted.
    pods: sum(() => 1) - (tls.enabled ? reloaders : 0),
    millicores: sum(({ cpu }) => millicoresOf(cpu)!),
    memory: sum(({ memory }) => bytes(memory)),
    storage: sum(({ storage }) => storage),
  };
}

/** The pods that a footprint counts, for people: "3 pods of Redis, 3 Sentinels, 5 of the proxy and 2 of jobs". */
export function podsText({ redis, sentinel, proxy, tls }: StackConfig): string {
  const parts = [
    redis.maxPods === 1 ? 'Redis' : `${redis.maxPods} pods of Redis`,
    ...(redis.mode === 'sentinel' ? [`${sentinel.pods} Sentinels`, `${proxy.maxPods + 1} of the proxy`] : []),
    ...(tls.enabled ? ['the containers that renew certificates'] : []),
  ];
  return `${parts.join(', ')} and ${jobPods} of jobs`;
}
