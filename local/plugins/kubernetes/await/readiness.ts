import { isObject, type Properties, type Value } from '../../protocol';
import { at, condition, idOf, listAt, numberAt, objectAt, textAt, type KubeObject } from '../objects';

/** Whether an object is what it should be by now. */
export interface Readiness {
  readonly ready: boolean;
  /** What it waits for, for the user. */
  readonly message: string;
  /** It will not get ready any more: waiting on is no use. */
  readonly failed?: boolean;
}

const READY: Readiness = { ready: true, message: '' };
const waiting = (message: string): Readiness => ({ ready: false, message });
const failed = (message: string): Readiness => ({ ready: false, failed: true, message });

/** Whether the controller has seen the object as it is now; its status speaks of an older one until then. */
function isObserved(object: KubeObject): boolean {
  return (
    (numberAt(object, 'status', 'observedGeneration') ?? 0) >=
    (numberAt(object, 'metadata', 'generation') ?? 0)
  );
}

const status = (object: KubeObject, field: string): number => numberAt(object, 'status', field) ?? 0;

/** Every replica is of the newest revision and available. */
export function deploymentReadiness(object: KubeObject): Readiness {
  if (at(object, 'spec', 'paused') === true) return READY;
  const replicas = numberAt(object, 'spec', 'replicas') ?? 1;
  const [updated, available] = [status(object, 'updatedReplicas'), status(object, 'availableReplicas')];
  const progress = `(${Math.min(updated, available)}/${replicas} Pods ready)`;
  if (!isObserved(object)) return waiting(`[1/2] Waiting for the Deployment's controller ${progress}`);
  const progressing = condition(object, 'Progressing');
  if (progressing?.['reason'] === 'ProgressDeadlineExceeded') {
    return failed(`the rollout made no progress within its deadline ${progress}: ${words(progressing)}`);
  }
  if (progressing?.['reason'] !== 'NewReplicaSetAvailable' || updated < replicas) {
    return waiting(`[1/2] Waiting for the new ReplicaSet's Pods ${progress}`);
  }
  if (status(object, 'replicas') > updated)
    return waiting('[2/2] Waiting for Pods of the old revision to end');
  return available < replicas ? waiting(`[2/2] Waiting for Pods to be available ${progress}`) : READY;
}

/** Every replica is ready, and of the newest revision unless the strategy leaves that to somebody else. */
export function statefulSetReadiness(object: KubeObject): Readiness {
  const replicas = numberAt(object, 'spec', 'replicas') ?? 1;
  const progress = `(${status(object, 'readyReplicas')}/${replicas} Pods ready)`;
  if (!isObserved(object)) return waiting(`[1/2] Waiting for the StatefulSet's controller ${progress}`);
  if (status(object, 'readyReplicas') < replicas || status(object, 'replicas') > replicas) {
    return waiting(`[1/2] Waiting for StatefulSet to create Pods ${progress}`);
  }
  if (textAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete') return READY;
  const partition = numberAt(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
  if (partition > 0) {
    const wanted = Math.max(0, replicas - partition);
    const updated = status(object, 'updatedReplicas');
    return updated < wanted
      ? waiting(`[2/2] Waiting for StatefulSet to update Pods (${updated}/${wanted} updated)`)
      : READY;
  }
  return textAt(object, 'status', 'currentRevision') === textAt(object, 'status', 'updateRevision')
    ? READY
    : waiting(
        `[2/2] Waiting for StatefulSet to update Pods (${status(object, 'updatedReplicas')}/${replicas} updated)`,
      );
}

/** A pod on every node that should have one, of the newest revision and available. */
export function daemonSetReadiness(object: KubeObject): Readiness {
  const desired = status(object, 'desiredNumberScheduled');
  const available = status(object, 'numberAvailable');
  const progress = `(${available}/${desired} Pods ready)`;
  if (!isObserved(object)) return waiting(`Waiting for the DaemonSet's controller ${progress}`);
  const onDelete = textAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete';
  if (!onDelete && status(object, 'updatedNumberScheduled') < desired) {
    return waiting(
      `Waiting for DaemonSet to update Pods (${status(object, 'updatedNumberScheduled')}/${desired} updated)`,
    );
  }
  return available < desired ? waiting(`Waiting for DaemonSet's Pods ${progress}`) : READY;
}

/** Complete; a Job that failed stays so. */
export function jobReadiness(object: KubeObject): Readiness {
  if (at(object, 'spec', 'suspend') === true) return READY;
  const fail = condition(object, 'Failed') ?? condition(object, 'FailureTarget');
  if (fail?.['status'] === 'True') return failed(`the Job failed: ${words(fail)}`);
  if (condition(object, 'Complete')?.['status'] === 'True') return READY;
  const counts = (['active', 'succeeded', 'failed'] as const).map(
    (name) => `${name.charAt(0).toUpperCase()}${name.slice(1)}: ${status(object, name)}`,
  );
  return waiting(`Waiting for Job "${idOf(object)}" to succeed (${counts.join(' | ')})`);
}

/** Running with every container ready, or ended well. */
export function podReadiness(object: KubeObject): Readiness {
  const phase = textAt(object, 'status', 'phase') ?? 'Pending';
  if (phase === 'Succeeded') return READY;
  if (phase === 'Failed') {
    const [reason, message] = [textAt(object, 'status', 'reason'), textAt(object, 'status', 'message')];
    return failed(
      `the Pod failed${reason === undefined ? '' : `: ${reason}`}${message === undefined ? '' : `: ${message}`}`,
    );
  }
  if (phase === 'Running' && condition(object, 'Ready')?.['status'] === 'True') return READY;
  return waiting(`Waiting for Pod "${idOf(object)}" to be ready (${phase})`);
}

/** Whether a Service has anything to wait for: one that selects no pods, or is only a name, has not. */
export function isAwaitedService(object: KubeObject): boolean {
  return (
    textAt(object, 'spec', 'type') !== 'ExternalName' &&
    textAt(object, 'spec', 'clusterIP') !== 'None' &&
    Object.keys(objectAt(object, 'spec', 'selector')).length > 0
  );
}

/** Whether any of the endpoint slices has a ready address. */
export function hasReadyEndpoint(slices: readonly KubeObject[]): boolean {
  return slices.some((slice) =>
    listAt(slice, 'endpoints').some((endpoint) => at(endpoint, 'conditions', 'ready') !== false),
  );
}

/** Traffic has somewhere to go, and a load balancer its address. */
export function serviceReadiness(object: KubeObject, slices: readonly KubeObject[]): Readiness {
  if (isAwaitedService(object) && !hasReadyEndpoint(slices))
    return waiting('[1/3] Finding Pods to direct traffic to');
  if (textAt(object, 'spec', 'type') !== 'LoadBalancer') return READY;
  return listAt(object, 'status', 'loadBalancer', 'ingress').length > 0
    ? READY
    : waiting('[2/3] Waiting for the load balancer to give the Service an address');
}

/** Names of the Services that an Ingress sends traffic to. */
export function ingressServices(object: KubeObject): readonly string[] {
  const paths = listAt(object, 'spec', 'rules').flatMap((rule) => listAt(rule, 'http', 'paths'));
  const backends: readonly (Value | undefined)[] = [
    ...paths.map((entry) => at(entry, 'backend')),
    at(object, 'spec', 'defaultBackend'),
  ];
  return [...new Set(backends.flatMap((backend) => textAt(backend, 'service', 'name') ?? []))];
}

/**
 * Every path leads to a Service with endpoints, and the controller has given an address.
 *
 * @param missing names of backend Services that have no ready endpoint
 */
export function ingressReadiness(object: KubeObject, missing: readonly string[]): Readiness {
  if (missing.length > 0) return waiting(`[1/2] Waiting for endpoints of Services: ${missing.join(', ')}`);
  return listAt(object, 'status', 'loadBalancer', 'ingress').length > 0
    ? READY
    : waiting('[2/2] Waiting for the ingress controller to give the Ingress an address');
}

/** Bound, or left to the first pod that uses it. */
export function claimReadiness(object: KubeObject, storageClass: KubeObject | undefined): Readiness {
  const phase = textAt(object, 'status', 'phase') ?? 'Pending';
  if (phase === 'Bound') return READY;
  if (phase === 'Lost') return failed('the PersistentVolume that the claim was bound to is gone');
  if (textAt(storageClass, 'volumeBindingMode') === 'WaitForFirstConsumer') return READY;
  return waiting(`Waiting for PersistentVolumeClaim "${idOf(object)}" to be bound (${phase})`);
}

export function volumeReadiness(object: KubeObject): Readiness {
  const phase = textAt(object, 'status', 'phase') ?? 'Pending';
  if (phase === 'Available' || phase === 'Bound') return READY;
  return waiting(`Waiting for PersistentVolume "${idOf(object)}" to be available (${phase})`);
}

/** The quota's controller has counted what is used; until then pods are refused. */
export function quotaReadiness(object: KubeObject): Readiness {
  const counted = objectAt(object, 'status', 'hard');
  const missing = Object.keys(objectAt(object, 'spec', 'hard')).filter((key) => counted[key] === undefined);
  return missing.length === 0 ? READY : waiting(`Waiting for the quota's count of ${missing.join(', ')}`);
}

function words(entry: Properties): string {
  const text = (value: Value | undefined): string | undefined =>
    typeof value === 'string' ? value : undefined;
  return [text(entry['reason']), text(entry['message'])]
    .filter((part) => part !== undefined && part !== '')
    .join(': ');
}

/** Messages of conditions that are not as they should be, for a wait that ended. */
export function conditionMessages(object: KubeObject): readonly string[] {
  return listAt(object, 'status', 'conditions')
    .filter(isObject)
    .filter(
      (entry) =>
        entry['status'] !== 'True' && typeof entry['message'] === 'string' && entry['message'] !== '',
    )
    .map((entry) => `${textAt(entry, 'type') ?? 'condition'}: ${words(entry)}`);
}
