import { resourceRule } from '../../model/rule';
import { grantsOf } from './roles';

const lists = ['apiGroups', 'resources', 'verbs', 'nonResourceURLs'] as const;

/** What a role allows is written in it. */
export const noWildcards = resourceRule({
  id: 'no-wildcards',
  demand: 'Roles list the groups, resources, verbs and addresses that they allow.',
  reason: 'A wildcard allows what nobody meant, also what a later version of the cluster adds.',
  remedy: 'List what is needed, one by one.',
  severity: 'high',
  reference: { framework: 'CIS', control: '5.1.3' },
  check: (resource) =>
    grantsOf(resource).flatMap((grant) =>
      lists.flatMap((list) =>
        grant[list].filter((text) => text.includes('*')).map((text) => `${grant.path}.${list} has ${text}`),
      ),
    ),
});
