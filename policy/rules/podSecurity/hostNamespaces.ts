import { podsOf } from '../../model/pods';
import { resourceRule } from '../../model/rule';

const fields = ['hostNetwork', 'hostPID', 'hostIPC'] as const;

/** No pod in a namespace of its node. */
export const hostNamespaces = resourceRule({
  id: 'pss-host-namespaces',
  demand: 'Pods have a network, processes and shared memory of their own.',
  reason: "In the node's they see the traffic and the processes of everything else that runs there.",
  remedy: 'Leave hostNetwork, hostPID and hostIPC out.',
  severity: 'critical',
  reference: { framework: 'PSS', control: 'Host Namespaces' },
  check: (resource) => {
    const pods = podsOf(resource);
    if (pods === undefined) return [];
    return fields.flatMap((field) => (pods.spec[field] === true ? [`${pods.path}.${field} is true`] : []));
  },
});
