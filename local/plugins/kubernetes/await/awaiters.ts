import { isNotFound } from '../api-error';
import type { Client } from '../client';
import { kindOf } from '../kinds';
import { annotated, nameOf, namespaceOf, textAt, type KubeObject } from '../objects';
import * as readiness from './readiness';
import type { Readiness } from './readiness';

/** How a kind's objects get ready. */
export interface Awaiter {
  readonly timeoutSeconds: number;
  /** Whether a refresh says that an object is not ready (any more). */
  readonly checkedOnRead: boolean;
  readiness(object: KubeObject, client: Client): Readiness | Promise<Readiness>;
}

const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

function awaiter(readinessOf: Awaiter['readiness'], options: Partial<Awaiter> = {}): Awaiter {
  return { timeoutSeconds: 600, checkedOnRead: true, ...options, readiness: readinessOf };
}

async function endpointSlices(
  client: Client,
  namespace: string | undefined,
  service: string,
): Promise<readonly KubeObject[]> {
  const labels = `kubernetes.io/service-name=${service}`;
  return client.list(kindOf('discovery.k8s.io/v1', 'EndpointSlice'), namespace, { labels });
}

async function serviceReadiness(object: KubeObject, client: Client): Promise<Readiness> {
  const slices = readiness.isAwaitedService(object)
    ? await endpointSlices(client, namespaceOf(object), nameOf(object))
    : [];
  return readiness.serviceReadiness(object, slices);
}

async function ingressReadiness(object: KubeObject, client: Client): Promise<Readiness> {
  const missing = await Promise.all(
    readiness.ingressServices(object).map(async (name) => {
      const slices = await endpointSlices(client, namespaceOf(object), name);
      return readiness.hasReadyEndpoint(slices) ? [] : [name];
    }),
  );
  return readiness.ingressReadiness(object, missing.flat());
}

/** The class of a claim; when it names none, the cluster's default. Undefined when there is none. */
async function storageClassOf(claim: KubeObject, client: Client): Promise<KubeObject | undefined> {
  const kind = kindOf('storage.k8s.io/v1', 'StorageClass');
  const name = textAt(claim, 'spec', 'storageClassName');
  try {
    if (name !== undefined && name !== '') return await client.get(kind, undefined, name);
    return (await client.list(kind, undefined)).find((entry) => annotated(entry, DEFAULT_CLASS));
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function claimReadiness(object: KubeObject, client: Client): Promise<Readiness> {
  const bound = textAt(object, 'status', 'phase') === 'Bound';
  return readiness.claimReadiness(object, bound ? undefined : await storageClassOf(object, client));
}

const AWAITERS: Readonly<Record<string, Awaiter>> = {
  'apps/v1 DaemonSet': awaiter(readiness.daemonSetReadiness),
  'apps/v1 Deployment': awaiter(readiness.deploymentReadiness),
  'apps/v1 StatefulSet': awaiter(readiness.statefulSetReadiness),
  'batch/v1 Job': awaiter(readiness.jobReadiness, { checkedOnRead: false }),
  'networking.k8s.io/v1 Ingress': awaiter(ingressReadiness, { checkedOnRead: false }),
  'v1 PersistentVolume': awaiter(readiness.volumeReadiness, { timeoutSeconds: 300, checkedOnRead: false }),
  'v1 PersistentVolumeClaim': awaiter(claimReadiness, { timeoutSeconds: 300, checkedOnRead: false }),
  'v1 Pod': awaiter(readiness.podReadiness),
  'v1 ResourceQuota': awaiter(readiness.quotaReadiness, { timeoutSeconds: 60, checkedOnRead: false }),
  'v1 Service': awaiter(serviceReadiness),
};

/** How the object's kind gets ready; undefined when there is nothing to wait for. */
export function awaiterOf(object: KubeObject): Awaiter | undefined {
  return AWAITERS[`${textAt(object, 'apiVersion') ?? ''} ${textAt(object, 'kind') ?? ''}`];
}
