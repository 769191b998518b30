import { directivesOf } from '../../model/conf';
import { whenKnown } from '../../model/known';
import { configMapsOf, dataOf } from '../../model/mounts';
import { containersOf } from '../../model/pods';
import type { Resource } from '../../model/resource';
import type { Setting } from '../../model/rule';
import { nameLabel } from '../../model/selectors';
import type { Workload } from './workloads';

/** How Redis is known: by the label that names the application of its pods. */
export interface Names {
  readonly redis: readonly string[];
  readonly sentinel: readonly string[];
}

/** Settings of rules that tell Redis and Sentinel from other workloads. */
export const names: { readonly [Name in keyof Names]: Setting<Names[Name]> } = {
  redis: { description: `Values of the label ${nameLabel} by which pods are Redis'.`, default: ['redis'] },
  sentinel: {
    description: `Values of the label ${nameLabel} by which pods are Sentinel's.`,
    default: ['sentinel'],
  },
};

/** Whether a workload's pods are named by one of these values. */
export const isNamed = ({ labels }: Workload, values: readonly string[]): boolean =>
  values.includes(labels[nameLabel] ?? '');

/** Whether two workloads are parts of one application: in one namespace, of one instance. */
export const together = (one: Workload, other: Workload): boolean =>
  one.namespace === other.namespace &&
  one.labels['app.kubernetes.io/instance'] === other.labels['app.kubernetes.io/instance'];

/** How a Redis' pods work together. */
export type Mode = 'standalone' | 'Sentinel' | 'Cluster';

/** The mode of a Redis, as the stack shows it. */
export function modeOf(redis: Workload, { workloads, resources, sentinel }: Stack): Mode {
  if (isCluster(redis, resources)) return 'Cluster';
  return workloads.some((other) => isNamed(other, sentinel) && together(other, redis))
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
  textsOf(redis, resources, '.conf').some((text) => directivesOf(text).get('cluster-enabled') === 'yes');

/** The words of the commands of a workload's containers, container by container; empty where a preview does not know one. */
export const wordsOf = ({ pods }: Workload): (readonly string[])[] =>
  containersOf(pods).map(({ container: { command = [], args = [] } }) =>
    [command, args].flatMap((words) => [...words.keys()].map((at) => whenKnown(() => words[at]) ?? '')),
  );

/**
 * The files that a workload's pods have of ConfigMaps of the stack, by how their names end; others are not read, and of what a
 * preview does not know there are none.
 */
export const textsOf = (
  { resource }: Workload,
  resources: readonly Resource[],
  ...ends: readonly string[]
): string[] =>
  configMapsOf(resource, resources).flatMap((configMap) => {
    const data = whenKnown(() => dataOf(configMap)) ?? {};
    return Object.keys(data)
      .filter((key) => ends.some((end) => key.endsWith(end)))
      .map((key) => whenKnown(() => data[key]) ?? '');
  });
