import { type Container, containersOf, type PodSpec } from '../../model/pods';
import { missing, onPods } from '../../model/podRule';
import { quantityOf } from '../../model/quantity';
import { resourceRule } from '../../model/rule';
import { isNamed, redisNames } from '../../model/servers';

type Which = 'requests' | 'limits';

/** What a container may or shall have of something: its own, or its pod's. What is limited is requested as well. */
export const amountOf = (
  which: Which,
  name: string,
  container: Container,
  pod: PodSpec,
): string | undefined => {
  const of = ({ resources }: Container | PodSpec) =>
    which === 'limits'
      ? resources?.limits?.[name]
      : (resources?.requests?.[name] ?? resources?.limits?.[name]);
  return of(container) ?? of(pod);
};

const demands: readonly (readonly [Which, string])[] = [
  ['requests', 'cpu'],
  ['requests', 'memory'],
  ['limits', 'memory'],
  ['limits', 'ephemeral-storage'],
];

/** A place on a node that is big enough, and no more than it. */
export const requestsLimits = resourceRule<{ redis: readonly string[] }>({
  id: 'requests-limits',
  demand:
    'Containers request CPU and memory, and are limited in memory and ephemeral storage; Redis has all its memory requested.',
  reason:
    'Without requests pods land on nodes that are full; without limits one takes the memory or the disk of all others. Redis with more memory than it requested is the first to be killed.',
  remedy: 'Set resources of the container; for Redis, the same memory as request and limit.',
  severity: 'medium',
  reference: { framework: 'NSA', control: 'Resource policies' },
  settings: { redis: redisNames },
  check: onPods((pods, { redis }) => {
    const { spec } = pods;
    return containersOf(pods).flatMap(({ container, path, list }) => {
      // Ephemeral ones use what the pod has left; the API takes no resources of theirs.
      if (list === 'ephemeralContainers') return [];
      const problems = demands.flatMap(([which, name]) => {
        const place = `${path}.resources.${which}.${name}`;
        const amount = amountOf(which, name, container, spec);
        if (amount === undefined) return missing(pods, `${place} is missing`);
        return (quantityOf(amount) ?? 0) > 0 ? [] : [`${place} is ${amount}`];
      });
      if (list !== 'containers' || !isNamed(pods, redis)) return problems;
      const [request, limit] = [
        amountOf('requests', 'memory', container, spec),
        amountOf('limits', 'memory', container, spec),
      ];
      if (request === undefined || limit === undefined || quantityOf(request) === quantityOf(limit))
        return problems;
      return [...problems, `${path}.resources.requests.memory is ${request}, and limits.memory is ${limit}`];
    });
  }),
});
