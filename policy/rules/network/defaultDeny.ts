import { stackRule } from '../../model/rule';
import { isEmpty, namespaceOf } from '../../model/selectors';
import {
  type Direction,
  directions,
  isOwnPolicy,
  openingsOf,
  selectorOf,
  typesOf,
  workloadsOf,
} from './policies';
import type { Resource } from '../../model/resource';

/** Nothing is reached, and nothing reaches out, that no policy allows. */
export const defaultDeny = stackRule({
  id: 'default-deny',
  demand: 'Every namespace with pods of the stack denies both directions to every pod.',
  reason: 'A pod that no policy selects may be reached by, and may reach, everything.',
  remedy:
    'Add a NetworkPolicy with an empty podSelector, policyTypes Ingress and Egress, and no rules to the namespace.',
  severity: 'high',
  reference: { framework: 'CIS', control: '5.3.2' },
  check: (resources) => {
    const namespaces = new Set(workloadsOf(resources).map(({ namespace }) => namespace));
    const policies = resources.filter(isOwnPolicy);
    return [...namespaces].flatMap((namespace) => {
      const own = policies.filter((policy) => namespaceOf(policy) === namespace);
      return directions
        .filter((direction) => !own.some((policy) => denies(policy, direction)))
        .map((direction) => ({
          problem: `namespace ${namespace} has no NetworkPolicy that denies ${direction} to every pod`,
        }));
    });
  },
});

const denies = (policy: Resource, direction: Direction): boolean =>
  isEmpty(selectorOf(policy)) &&
  typesOf(policy).includes(direction) &&
  !openingsOf(policy).some((opening) => opening.direction === direction);
