import type { Kind } from './kinds';
import { at, type KubeObject } from './objects';

const CONTAINER_FIELDS = [
  'args',
  'command',
  'env',
  'image',
  'imagePullPolicy',
  'lifecycle',
  'livenessProbe',
  'ports',
  'readinessProbe',
  'resources',
  'securityContext',
  'stdin',
  'stdinOnce',
  'terminationMessagePath',
  'terminationMessagePolicy',
  'tty',
  'volumeDevices',
  'volumeMounts',
  'workingDir',
];

const POD_FIELDS = [
  'affinity',
  'automountServiceAccountToken',
  'dnsConfig',
  'dnsPolicy',
  'enableServiceLinks',
  'hostAliases',
  'hostIPC',
  'hostNetwork',
  'hostPID',
  'hostname',
  'imagePullSecrets',
  'nodeName',
  'nodeSelector',
  'overhead',
  'preemptionPolicy',
  'priority',
  'priorityClassName',
  'readinessGates',
  'restartPolicy',
  'runtimeClassName',
  'schedulerName',
  'securityContext',
  'serviceAccount',
  'serviceAccountName',
  'shareProcessNamespace',
  'subdomain',
  'terminationGracePeriodSeconds',
  'volumes',
];

const VOLUME_SOURCES = ['csi', 'fc', 'hostPath', 'iscsi', 'local', 'nfs', 'portworxVolume'];

const spec = (fields: readonly string[], within = 'spec'): string[] =>
  fields.map((field) => `${within}.${field}`);

/** By type: what the API server refuses to change, as paths; `[*]` stands for any item. */
const REPLACED_ON: Readonly<Record<string, readonly string[]>> = {
  'v1 PersistentVolume': spec(VOLUME_SOURCES),
  'v1 PersistentVolumeClaim': spec(['accessModes', 'selector', 'storageClassName', 'volumeName']),
  'v1 Pod': [
    ...spec(POD_FIELDS),
    ...spec(CONTAINER_FIELDS, 'spec.containers[*]'),
    ...spec(CONTAINER_FIELDS, 'spec.initContainers[*]'),
  ],
  'v1 ResourceQuota': ['spec.scopes'],
  'v1 Secret': ['type'],
  'v1 Service': ['spec.clusterIP'],
  'apps/v1 DaemonSet': ['spec.selector'],
  'apps/v1 Deployment': ['spec.selector'],
  'apps/v1 StatefulSet': spec([
    'podManagementPolicy',
    'revisionHistoryLimit',
    'selector',
    'serviceName',
    'volumeClaimTemplates',
  ]),
  'batch/v1 Job': spec(['completions', 'parallelism', 'selector', 'template']),
  'rbac.authorization.k8s.io/v1 ClusterRoleBinding': ['roleRef'],
  'rbac.authorization.k8s.io/v1 RoleBinding': ['roleRef'],
  'storage.k8s.io/v1 StorageClass': ['parameters', 'provisioner'],
};

/** What the provider's configuration says of objects that pods read by name. */
export interface Mutability {
  readonly configMaps: boolean;
  readonly secrets: boolean;
}

/** Paths whose change replaces the object; `inputs` are the new ones. */
export function replacedOn(kind: Kind, inputs: KubeObject, mutable: Mutability): readonly string[] {
  const paths = ['metadata.name', 'metadata.namespace'];
  paths.push(...(REPLACED_ON[`${kind.apiVersion} ${kind.kind}`] ?? []));
  const immutable = at(inputs, 'immutable') === true;
  if (kind.apiVersion === 'v1' && kind.kind === 'ConfigMap' && (!mutable.configMaps || immutable)) {
    paths.push('binaryData', 'data');
  }
  if (kind.apiVersion === 'v1' && kind.kind === 'Secret' && (!mutable.secrets || immutable)) {
    paths.push('data', 'stringData');
  }
  return paths;
}
