import { directivesOf } from '../../model/conf';
import { configMapNamesOf, configMapsOf, dataOf, type Volume } from '../../model/mounts';
import { type Container, makersOf, type Pods } from '../../model/pods';
import { quantityOf } from '../../model/quantity';
import { metadataOf, type Resource } from '../../model/resource';
import { type Finding, stackRule } from '../../model/rule';
import { amountOf } from './resources';
import { isNamed, redisNames } from '../../model/servers';
import { serves } from './servers';

interface Own {
  redis: readonly string[];
  file: string;
  percent: number;
}

const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1e3,
  kb: 2 ** 10,
  m: 1e6,
  mb: 2 ** 20,
  g: 1e9,
  gb: 2 ** 30,
};

/** Bytes as Redis counts them; 0, which is without a limit, for what is no number of bytes. */
const bytesOf = (text: string): number => {
  const [, digits = '0', unit = ''] = /^(\d+)([a-z]*)$/.exec(text.toLowerCase()) ?? [];
  return Number(digits) * (units[unit] ?? 0);
};

/** Whether a container has the files of a ConfigMap. */
function has({ volumeMounts = [] }: Container, { spec }: Pods, config: Resource): boolean {
  const { name } = metadataOf(config);
  return ((spec.volumes ?? []) as readonly Volume[])
    .filter((volume) => name !== undefined && configMapNamesOf(volume).includes(name))
    .some((volume) => volumeMounts.some((mount) => mount.name === volume.name));
}

/** What a container's Redis is told: by its command line, which outdoes files, or by a file of a ConfigMap. */
function toldOf(
  container: Container,
  pods: Pods,
  configs: readonly Resource[],
  { file }: Own,
): { text: string | undefined; by?: Resource } | undefined {
  const words = [...(container.command ?? []), ...(container.args ?? [])];
  const flag = words.lastIndexOf('--maxmemory');
  if (flag !== -1) return { text: words[flag + 1] };
  const by = configs.find((config) => has(container, pods, config));
  return by === undefined ? undefined : { text: directivesOf(dataOf(by)[file] ?? '').get('maxmemory'), by };
}

/** Room beside the data. */
export const maxmemoryHeadroom = stackRule<Own>({
  id: 'maxmemory-headroom',
  demand: "Redis' maxmemory leaves a part of its container's memory free.",
  reason:
    'Snapshots, the append-only file, replicas and clients need memory beside the data: without room the kernel kills Redis at its fullest.',
  remedy: 'Set maxmemory in the ConfigMap that Redis mounts, or raise limits.memory of its container.',
  severity: 'medium',
  reference: { framework: 'session-database', control: 'Resources' },
  settings: {
    redis: redisNames,
    file: { description: "Name of Redis' configuration in its ConfigMap.", default: 'redis.conf' },
    percent: {
      description: "The most of a container's memory that maxmemory may be, in percent.",
      default: 75,
    },
  },
  check: (resources, settings) =>
    makersOf(resources).flatMap(({ resource: workload, pods }): Finding[] => {
      if (!isNamed(pods, settings.redis) || !serves(workload, pods)) return [];
      const configs = configMapsOf(workload, resources).filter((config) => settings.file in dataOf(config));
      const told = (pods.spec.containers ?? []).flatMap((container) => {
        const of = toldOf(container, pods, configs, settings);
        return of === undefined ? [] : [{ container, ...of }];
      });
      if (told.length === 0)
        return [
          {
            problem: `no container has a maxmemory: none mounts a ConfigMap of the stack with ${settings.file}`,
            resource: workload,
          },
        ];
      return told.flatMap(({ container, text, by = workload }) => {
        const problem = (what: string): Finding[] => [{ problem: `maxmemory ${what}`, resource: by }];
        if (text === undefined) return problem('is missing');
        const bytes = bytesOf(text);
        if (bytes === 0) return problem(`is ${text}, which is no limit`);
        // Without a limit of its container there is nothing to compare; rule requests-limits has it.
        const limit = amountOf('limits', 'memory', container, pods.spec) ?? '';
        const most = ((quantityOf(limit) ?? Infinity) * settings.percent) / 100;
        return bytes <= most
          ? []
          : problem(
              `is ${text}, more than ${settings.percent} % of the ${limit} of container ${container.name}`,
            );
      });
    }),
});
