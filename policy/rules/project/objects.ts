import { kindOf, type Resource } from '../../model/resource';

// Groups of the provider's own, whose resources stand for many objects.
const bundles: readonly string[] = ['helm.sh', 'yaml', 'kustomize'];

/** Whether a resource is one Kubernetes object that the program itself makes: no patch, no list and no chart. */
export function isObject({ type }: Pick<Resource, 'type'>): boolean {
  const kind = kindOf(type);
  return kind !== undefined && !kind.patch && !bundles.includes(kind.group) && !kind.kind.endsWith('List');
}
