import { missing, onPods } from '../../model/podRule';
import { type Container, containersOf } from '../../model/pods';
import { isKind, isMade } from '../../model/resource';
import { resourceRule } from '../../model/rule';
import { isNamed, redisNames } from '../../model/servers';
import { serves } from './servers';

// What Kubernetes gives pods that say nothing.
const graceByDefault = 30;

const hasHook = ({ lifecycle }: Container): boolean => (lifecycle?.preStop ?? undefined) !== undefined;

/** Time to leave in order. */
export const gracefulStop = resourceRule<{ redis: readonly string[]; seconds: number; hook: boolean }>({
  id: 'graceful-stop',
  demand: 'Redis hands over before it stops, and has time to save.',
  reason:
    'Without a hook a master goes with its clients still writing to it; without time it is killed before its data are on disk.',
  remedy:
    'Give the container a preStop hook, and the pod a terminationGracePeriodSeconds that covers hook and saving.',
  severity: 'medium',
  reference: { framework: 'session-database', control: 'Availability' },
  settings: {
    redis: redisNames,
    seconds: { description: 'The least terminationGracePeriodSeconds.', default: 30 },
    hook: {
      description:
        'Whether containers must have preStop. A Redis that stands alone has nobody to hand over to.',
      default: true,
    },
  },
  check: onPods((pods, { redis, seconds, hook }, resource) => {
    if (!isNamed(pods, redis) || !serves(resource, pods)) return [];
    const { spec, path } = pods;
    const grace = spec.terminationGracePeriodSeconds ?? (pods.patch ? seconds : graceByDefault);
    return [
      ...(grace < seconds ? [`${path}.terminationGracePeriodSeconds is ${grace}, less than ${seconds}`] : []),
      ...containersOf(pods)
        .filter(({ list, container }) => hook && list === 'containers' && !hasHook(container))
        .flatMap((container) => missing(pods, `${container.path}.lifecycle.preStop is missing`)),
    ];
  }),
});

/** Somebody who starts a pod again. */
export const noBarePod = resourceRule({
  id: 'no-bare-pod',
  demand: 'Pods are made by a controller.',
  reason: 'A pod by itself is gone with its node.',
  remedy: 'Make a Deployment, a StatefulSet, a DaemonSet or a Job of it.',
  severity: 'medium',
  reference: { framework: 'session-database', control: 'Availability' },
  check: (resource) => (isKind(resource, '', 'Pod') && isMade(resource) ? ['the pod has no controller'] : []),
});

/** Who goes first when a node is full. */
export const priorityClass = resourceRule({
  id: 'priority-class',
  demand: 'Pods say how important they are.',
  reason: 'Where a node is full, pods without a priority make room for any other.',
  remedy: 'Name a PriorityClass of the cluster as priorityClassName.',
  severity: 'low',
  reference: { framework: 'session-database', control: 'Availability' },
  advisory: true,
  check: onPods((pods) =>
    (pods.spec.priorityClassName ?? '') === ''
      ? missing(pods, `${pods.path}.priorityClassName is missing`)
      : [],
  ),
});
