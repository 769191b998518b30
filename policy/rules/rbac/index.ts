import type { Rule } from '../../model/rule';
import { noClusterRole } from './clusterRoles';
import { noEscalation } from './escalation';
import { noPodPower } from './podPower';
import { secretsByName } from './secrets';
import { subjectInStack } from './subjects';
import { noWildcards } from './wildcards';

/** What the stack's accounts may do in the cluster. */
export const rbac: readonly Rule[] = [
  noWildcards,
  noEscalation,
  secretsByName,
  noPodPower,
  noClusterRole,
  subjectInStack,
];
