import { directivesOf } from '../../model/conf';
import { whenKnown } from '../../model/known';
import { textsOf } from '../../model/mounts';
import { containersOf } from '../../model/pods';
import type { Resource } from '../../model/resource';
import type { Setting } from '../../model/rule';
import { isNamed, redisNames, sentinelNames } from '../../model/servers';
import type { Workload } from './workloads';

/** How Redis is known: by the label that names the application of its pods. */
export interface Names {
  readonly redis: readonly string[];
  readonly sentinel: readonly string[];
}

/** Settings of rules that tell Redis and Sentinel from other workloads. */
export const names: { readonly [Name in keyof Names]: Setting<Names[Name]> } = {
  redis: redisNames,
  sentinel: sentinelNames,
};

/** Whether two workloads are parts of one application: in one namespace, of one instance. */
export const together = (one: Workload, other: Workload): boolean =>
  one.namespace === other.namespace &&
  one.labels['app.kubernetes.io/instance'] === other.labels['app.kubernetes.io/instance'];

/** How a Redis' pods work together. */
export type Mode = 'standalone' | 'Sentinel' | 'Cluster';

/** The mode of a Redis, as the stack shows it. */
export function modeOf(redis: Workload, { workloads, resources, sentinel }: Stack): Mode {
  if (isCluster(redis, resources)) return 'Cluster';
  return workloads.some((other) => isNamed(other.pods, sentinel) && together(other, redis))
    ? 'Sentinel'
    : 'standalone';
}

/** What a mode is told by. */
export interface Stack {
  readonly workloads: readonly Workload[];
  readonly resources: readonly Resource[];
  /** Names of Sentinel. */
  readonly sentinel: readonly string[];
}

const isCluster = (redis: Workload, resources: readonly Resource[]): boolean =>
  wordsOf(redis).some((words) => /--cluster-enabled +yes( |$)/.test(words.join(' '))) ||
  textsOf(redis.resource, resources, '.conf').some(
    (text) => directivesOf(text).get('cluster-enabled') === 'yes',
  );

/** The words of the commands of a workload's containers, container by container; empty where a preview does not know one. */
export const wordsOf = ({ pods }: Workload): (readonly string[])[] =>
  containersOf(pods).map(({ container: { command = [], args = [] } }) =>
    [command, args].flatMap((words) => [...words.keys()].map((at) => whenKnown(() => words[at]) ?? '')),
  );
