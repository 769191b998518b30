import { isKind, isMade, type Resource, specOf } from '../../model/resource';
import { type Finding, stackRule } from '../../model/rule';
import { namespaceOf, type Selector, selects } from '../../model/selectors';
import { severalOf, type Workload } from './workloads';

interface Budget {
  readonly selector?: Selector;
  readonly maxUnavailable?: number | string;
  readonly minAvailable?: number | string;
}

/** No drain that takes all pods, and none that hangs. */
export const pdbCovers = stackRule({
  id: 'pdb-covers',
  demand:
    'Each workload of several pods has one disruption budget, by which at least one of them may go and never all.',
  reason:
    'Without one a drain of nodes takes all pods at a time; with several, or with one that lets none go, it never ends.',
  remedy: 'Give it one PodDisruptionBudget that selects its pods, with maxUnavailable 1.',
  severity: 'medium',
  reference: { framework: 'session-database', control: 'Availability' },
  check: (resources) => {
    const budgets = resources.filter((resource) => isKind(resource, 'policy', 'PodDisruptionBudget'));
    const made = budgets.filter(isMade);
    const patches = budgets.filter((budget) => !isMade(budget));
    return [
      ...severalOf(resources).flatMap((workload) => ofWorkload(workload, made)),
      // How many pods somebody else's budget is for is not known; that none may go is.
      ...patches.flatMap((resource) =>
        placesOf(specOf<Budget>(resource))
          .filter(({ value, blocks }) => blocks.includes(value))
          .map(({ name, value }) => ({ problem: `spec.${name} is ${value}: no pod may go`, resource })),
      ),
    ];
  },
});

function ofWorkload(workload: Workload, budgets: readonly Resource[]): Finding[] {
  const { resource, namespace, labels } = workload;
  const own = budgets.filter((budget) => {
    const { selector } = specOf<Budget>(budget);
    return selector !== undefined && namespaceOf(budget) === namespace && selects(selector, labels);
  });
  const [budget, ...others] = own;
  if (budget === undefined) return [{ problem: 'no disruption budget selects its pods', resource }];
  if (others.length > 0)
    return [
      { problem: `${own.length} disruption budgets select its pods: no eviction is possible`, resource },
    ];
  return ofBudget(budget, workload);
}

function ofBudget(resource: Resource, { least, name }: Workload): Finding[] {
  // One that an autoscaler may leave alone has to go when its node does: what counts is what happens to two.
  const pods = Math.max(least, 2);
  const [place] = placesOf(specOf<Budget>(resource));
  if (place === undefined)
    return [{ problem: 'it has neither spec.maxUnavailable nor spec.minAvailable', resource }];
  const { value, lets } = place;
  const going = lets(countOf(value, pods), pods);
  return going >= 1 && going < pods
    ? []
    : [
        {
          problem: `spec.${place.name} is ${value}: of ${pods} pods of ${name} ${going < 1 ? 'none' : 'all'} may go`,
          resource,
        },
      ];
}

/** What a budget says, where, and what it means: what of it lets no pod go, and how many pods it lets go. */
const placesOf = ({ maxUnavailable, minAvailable }: Budget) =>
  [
    {
      name: 'maxUnavailable',
      value: maxUnavailable,
      blocks: [0, '0%'] as readonly unknown[],
      lets: (count: number) => count,
    },
    {
      name: 'minAvailable',
      value: minAvailable,
      blocks: ['100%'] as readonly unknown[],
      lets: (count: number, pods: number) => pods - count,
    },
  ].flatMap((place) => (place.value === undefined ? [] : [{ ...place, value: place.value }]));

// Kubernetes rounds shares up, for both.
const countOf = (value: number | string, pods: number): number =>
  typeof value === 'number' ? value : Math.ceil((Number(value.replace('%', '')) / 100) * pods);
