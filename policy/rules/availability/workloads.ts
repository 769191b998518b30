import { type Maker, makersOf } from '../../model/pods';
import { isKind, isMade, kindOf, metadataOf, type Resource, specOf, type Texts } from '../../model/resource';
import { namespaceOf } from '../../model/selectors';

/** A resource that keeps a number of pods running. */
export interface Workload extends Maker {
  readonly namespace: string;
  readonly name: string | undefined;
  /** Labels of its pods. */
  readonly labels: Texts;
  /** How many pods there are at least and at most; different where an autoscaler decides. */
  readonly least: number;
  readonly most: number;
  /** Where the least is said: `spec.replicas is 2`. */
  readonly said: string;
}

const kinds = [
  ['apps', 'Deployment'],
  ['apps', 'StatefulSet'],
  ['apps', 'ReplicaSet'],
  ['extensions', 'Deployment'],
  ['extensions', 'ReplicaSet'],
  ['', 'ReplicationController'],
] as const;

interface AutoscalerSpec {
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
  readonly scaleTargetRef?: { readonly apiVersion?: string; readonly kind?: string; readonly name?: string };
}

/** The autoscalers of a stack, and patches of some. */
export const autoscalersOf = (resources: readonly Resource[]): Resource[] =>
  resources.filter((resource) => isKind(resource, 'autoscaling', 'HorizontalPodAutoscaler'));

/** What an autoscaler says of itself. */
export const scalingOf = (autoscaler: Resource): AutoscalerSpec => specOf<AutoscalerSpec>(autoscaler);

/** Whether a resource is the one that an autoscaler scales, or a patch of it; of whatever version. */
export function isTarget(autoscaler: Resource, resource: Resource): boolean {
  const kind = kindOf(resource.type);
  const { apiVersion = '', kind: wanted, name } = scalingOf(autoscaler).scaleTargetRef ?? {};
  return (
    kind !== undefined &&
    kind.kind === wanted &&
    // A version alone is of the core group.
    kind.group === (/^(.*)\//.exec(apiVersion)?.[1] ?? '') &&
    metadataOf(resource).name === name &&
    namespaceOf(resource) === namespaceOf(autoscaler)
  );
}

/** The workloads of a stack whose number of pods is a setting; patches of others' are none. */
export function workloadsOf(resources: readonly Resource[]): Workload[] {
  const autoscalers = autoscalersOf(resources).filter(isMade);
  return makersOf(
    resources.filter((resource) => kinds.some(([group, kind]) => isKind(resource, group, kind))),
  ).map(({ resource, pods }) => ({
    resource,
    pods,
    namespace: namespaceOf(resource),
    name: metadataOf(resource).name,
    labels: pods.metadata.labels ?? {},
    ...sizeOf(
      resource,
      autoscalers.filter((autoscaler) => isTarget(autoscaler, resource)),
    ),
  }));
}

function sizeOf(
  resource: Resource,
  autoscalers: readonly Resource[],
): Pick<Workload, 'least' | 'most' | 'said'> {
  if (autoscalers.length > 0) {
    const scaling = autoscalers.map(scalingOf);
    const least = Math.min(...scaling.map(({ minReplicas = 1 }) => minReplicas));
    const most = Math.max(...scaling.map(({ maxReplicas = least }) => maxReplicas));
    return { least, most, said: `minReplicas of its autoscaler is ${least}` };
  }
  const { replicas = 1 } = specOf<{ replicas: number }>(resource);
  return { least: replicas, most: replicas, said: `spec.replicas is ${replicas}` };
}

/** The workloads that have several pods, always or at times. */
export const severalOf = (resources: readonly Resource[]): Workload[] =>
  workloadsOf(resources).filter(({ most }) => most > 1);
