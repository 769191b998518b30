import type { Resource } from '../../model/resource';
import { textsOf } from '../../model/mounts';
import { stackRule } from '../../model/rule';
import { isNamed } from '../../model/servers';
import { modeOf, type Mode, type Names, names, together, wordsOf } from './redis';
import { type Workload, workloadsOf } from './workloads';

interface Start {
  readonly startScript: string;
  readonly quorumArgument: number;
}

// Fewer cannot elect a master and still have a replica; a Cluster has three masters with one replica each.
const leastRedis: Readonly<Record<Mode, number>> = { standalone: 0, Sentinel: 3, Cluster: 6 };
const leastSentinels = 3;

/** Enough pods that one may be lost. */
export const replicasByMode = stackRule<Names & Start>({
  id: 'replicas-by-mode',
  demand:
    'There are three Sentinels or another odd number of more, with a majority as their quorum, three Redis pods with Sentinel, and six of a Redis Cluster.',
  reason: 'With fewer the loss of one pod leaves no majority to elect a master, or no replica to be one.',
  remedy: 'Raise the number of replicas, or set the quorum to more than half of the Sentinels.',
  severity: 'medium',
  reference: { framework: 'session-database', control: 'Availability' },
  settings: {
    ...names,
    startScript: {
      description:
        "End of the word in the command of Sentinel's container after which its arguments are counted.",
      default: 'start-sentinel.sh',
    },
    quorumArgument: { description: 'Which argument after that word is the quorum.', default: 7 },
  },
  check: (resources, settings) => {
    const workloads = workloadsOf(resources);
    return workloads.flatMap((workload) => {
      const problems = isNamed(workload.pods, settings.sentinel)
        ? ofSentinels(workload, quorumsOf(workload, resources, settings))
        : isNamed(workload.pods, settings.redis)
          ? ofRedis(
              workload,
              workloads.filter((other) => isNamed(other.pods, settings.redis) && together(other, workload)),
              modeOf(workload, { workloads, resources, sentinel: settings.sentinel }),
            )
          : [];
      return problems.map((problem) => ({ problem, resource: workload.resource }));
    });
  },
});

const ofSentinels = ({ least, most, said }: Workload, quorums: readonly number[]): string[] => [
  ...(least < leastSentinels ? [`${said}: Sentinels are ${leastSentinels} at least`] : []),
  ...(least % 2 === 0 ? [`${said}: an even number of Sentinels survives no more losses than one less`] : []),
  ...(most > least ? ['an autoscaler changes the number of Sentinels, which is part of their majority'] : []),
  ...quorums.flatMap((quorum) => [
    ...(quorum * 2 <= least ? [`quorum ${quorum} is no majority of ${least} Sentinels`] : []),
    ...(quorum > least ? [`quorum ${quorum} is more than all ${least} Sentinels`] : []),
  ]),
];

/** @param all - the Redis workloads of the same application, which are one group of servers */
function ofRedis({ said }: Workload, all: readonly Workload[], mode: Mode): string[] {
  const pods = all.reduce((sum, { least }) => sum + least, 0);
  return pods < leastRedis[mode]
    ? [`${said}: mode ${mode} takes ${leastRedis[mode]} Redis pods, and there are ${pods}`]
    : [];
}

// Not of a comment, and only where the number itself is there.
const monitor = /^(?!\s*#).*\bsentinel\s+monitor(?:\s+\S+){3}\s+(\d+)/gm;

/** The quorums that configuration, scripts and commands say as numbers. */
function quorumsOf(workload: Workload, resources: readonly Resource[], start: Start): number[] {
  const words = wordsOf(workload);
  const texts = [
    ...textsOf(workload.resource, resources, '.conf', '.sh'),
    ...words.map((of) => of.join(' ')),
  ];
  const written = texts.flatMap((text) => [...text.matchAll(monitor)].map(([, quorum]) => quorum));
  const given = words.flatMap((of) =>
    of.flatMap((word, at) => (word.endsWith(start.startScript) ? [of[at + start.quorumArgument]] : [])),
  );
  return [...written, ...given].map(Number).filter(Number.isInteger);
}
