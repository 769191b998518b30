import { changed } from '../../model/change';
import { podsOf, type Pods } from '../../model/pods';
import type { Resource } from '../../model/resource';

/** Properties of what makes pods, with another spec of these; undefined for what makes none. */
export function withSpec(
  resource: Resource,
  change: (pods: Pods) => Pods['spec'] | undefined,
): Record<string, unknown> | undefined {
  const pods = podsOf(resource);
  const spec = pods === undefined ? undefined : change(pods);
  if (pods === undefined || spec === undefined) return undefined;
  return changed<Record<string, unknown>>(resource.props, pods.path.split('.'), () => spec);
}
