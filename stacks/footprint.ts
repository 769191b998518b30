import { bytes, millicoresOf } from '../components/kubernetes/quantity';
import { exporterResources } from '../components/monitoring/exporter/objects';
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

interface Part {
  readonly pods: number;
  readonly cpu: string;
  readonly memory: string;
  readonly storage: number;
  /** Whether it is a container of pods that are counted. @default false */
  readonly within?: boolean;
}

// No spread of what holds more: whatever is read here must be right for a quota to be held against it.
const asked = ({ cpu, memory }: Pick<Part, 'cpu' | 'memory'>) => ({ cpu, memory });

/** The most that all pods of a platform ask for at a time. */
export function footprint({ redis, sentinel, proxy, tls, monitoring }: StackConfig): Footprint {
  const reloaders = redis.maxPods + (redis.mode === 'sentinel' ? proxy.maxPods + 1 : 0);
  const sentinels = redis.mode === 'sentinel' ? sentinel.pods : 0;
  const { prometheus, alertmanager, grafana } = monitoring;
  const parts: Part[] = [
    { ...asked(redis), pods: redis.maxPods, storage: bytes(redis.storage.size) },
    ...(tls.enabled ? [{ ...reloaderResources, pods: reloaders, storage: 0, within: true }] : []),
    ...(monitoring.mode === 'off'
      ? []
      : [{ ...exporterResources, pods: redis.maxPods + sentinels, storage: 0, within: true }]),
    ...(monitoring.mode === 'bundled'
      ? [
          { ...asked(prometheus), pods: 1, storage: bytes(prometheus.storage.size) },
          { ...asked(alertmanager), pods: alertmanager.pods, storage: bytes(alertmanager.storage.size) },
          ...(grafana.enabled ? [{ ...asked(grafana), pods: 2, storage: 0 }] : []),
        ]
      : []),
    { pods: jobPods, cpu: jobCpu, memory: jobMemory, storage: 0 },
    ...(redis.mode === 'sentinel'
      ? [
          { ...asked(sentinel), pods: sentinel.pods, storage: bytes(sentinel.storage.size) },
          // While its pods are replaced there is one more.
          { ...asked(proxy), pods: proxy.maxPods + 1, storage: 0 },
        ]
      : []),
  ];
  const sum = (read: (part: Part) => number) =>
    parts.reduce((total, part) => total + part.pods * read(part), 0);
  return {
    pods: sum(({ within = false }) => (within ? 0 : 1)),
    millicores: sum(({ cpu }) => millicoresOf(cpu)!),
    memory: sum(({ memory }) => bytes(memory)),
    storage: sum(({ storage }) => storage),
  };
}

/** The pods that a footprint counts, for people: "3 pods of Redis, 3 Sentinels, 5 of the proxy and 2 of jobs". */
export function podsText({ redis, sentinel, proxy, tls, monitoring }: StackConfig): string {
  const parts = [
    redis.maxPods === 1 ? 'Redis' : `${redis.maxPods} pods of Redis`,
    ...(redis.mode === 'sentinel' ? [`${sentinel.pods} Sentinels`, `${proxy.maxPods + 1} of the proxy`] : []),
    ...(tls.enabled ? ['the containers that renew certificates'] : []),
    ...(monitoring.mode === 'off' ? [] : ['those of monitoring']),
  ];
  return `${parts.join(', ')} and ${jobPods} of jobs`;
}
