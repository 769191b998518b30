import { isKind, metadataOf, type Resource } from '../../model/resource';
import { resourceRule } from '../../model/rule';
import { isBinding, rbacGroup, subjectsOf } from './roles';

const everybody = ['system:masters', 'system:unauthenticated', 'system:anonymous'];
const aggregated = 'rbac.authorization.k8s.io/aggregate-to-';

/** Rights end at the namespace. */
export const noClusterRole = resourceRule<{ listed: readonly string[] }>({
  id: 'no-cluster-role',
  demand:
    'No rights in the whole cluster but those of listed roles; never those of cluster-admin, and none for strangers.',
  reason:
    'A role of the cluster holds in every namespace, and the rules of one that others make are theirs to change.',
  remedy:
    'Use a Role and a RoleBinding of the namespace, or list the name of the ClusterRole in the setting listed.',
  severity: 'high',
  reference: { framework: 'CIS', control: '5.1.1' },
  settings: {
    listed: {
      description: 'Names of ClusterRoles, and of their bindings, that may be; *<end> for all with an end.',
      default: [],
    },
  },
  check: (resource, { listed }) => [
    ...ownProblems(resource, listed),
    ...roleProblems(resource, listed),
    ...subjectsOf(resource).flatMap(({ name = '' }, nth) =>
      everybody.includes(name) ? [`subjects[${nth}].name is ${name}`] : [],
    ),
  ],
});

/** Of ClusterRoles and ClusterRoleBindings themselves. */
function ownProblems(resource: Resource, listed: readonly string[]): string[] {
  if (!isKind(resource, rbacGroup, 'ClusterRole', 'ClusterRoleBinding')) return [];
  const { name = '', labels } = metadataOf(resource);
  return [
    ...(isListed(name, listed) ? [] : [`metadata.name ${name} is not listed`]),
    ...(resource.props['aggregationRule'] === undefined
      ? []
      : ['aggregationRule takes in the rules of other roles']),
    ...Object.keys(labels ?? {})
      .filter((key) => key.startsWith(aggregated))
      .map((key) => `metadata.labels has ${key}, which extends a role that others have`),
  ];
}

/** Of what a binding gives. */
function roleProblems(resource: Resource, listed: readonly string[]): string[] {
  if (!isBinding(resource)) return [];
  const { kind, name = '' } = (resource.props['roleRef'] ?? {}) as { kind?: string; name?: string };
  if (kind !== 'ClusterRole') return [];
  if (name === 'cluster-admin') return ['roleRef.name is cluster-admin'];
  return isListed(name, listed) ? [] : [`roleRef.name ${name} is a ClusterRole that is not listed`];
}

const isListed = (name: string, listed: readonly string[]) =>
  listed.some((entry) => (entry.startsWith('*') ? name.endsWith(entry.slice(1)) : name === entry));
