import { isKind, type Resource } from '../../model/resource';

/** The API group of roles and bindings. */
export const rbacGroup = 'rbac.authorization.k8s.io';

/** What one rule of a role allows. */
export interface Grant {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
  /** Where it is: `rules[0]`. */
  readonly path: string;
}

/** Who a binding gives a role to. */
export interface Subject {
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

/** What a role allows; nothing where the resource is no role. A patch replaces all rules of a role. */
export function grantsOf(resource: Resource): Grant[] {
  if (!isKind(resource, rbacGroup, 'Role', 'ClusterRole')) return [];
  const rules = (resource.props['rules'] ?? []) as readonly Partial<Grant>[];
  return rules.map((rule, nth) => ({
    apiGroups: rule.apiGroups ?? [],
    resources: rule.resources ?? [],
    verbs: rule.verbs ?? [],
    resourceNames: rule.resourceNames ?? [],
    nonResourceURLs: rule.nonResourceURLs ?? [],
    path: `rules[${nth}]`,
  }));
}

/** Whether a resource gives a role to somebody. */
export const isBinding = (resource: Resource): boolean =>
  isKind(resource, rbacGroup, 'RoleBinding', 'ClusterRoleBinding');

/** Who a binding is for; nobody where the resource is none. */
export const subjectsOf = (resource: Resource): readonly Subject[] =>
  isBinding(resource) ? ((resource.props['subjects'] ?? []) as readonly Subject[]) : [];

/** Whether a list of a grant has a text, by itself or since it has everything. */
export const has = (list: readonly string[], text: string): boolean =>
  list.includes(text) || list.includes('*');
