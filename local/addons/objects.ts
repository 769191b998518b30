import { hashOf } from '../files';

/** A Kubernetes object as it is applied. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** A rule of a Role or ClusterRole. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** Whom a pod runs as, and what it may do in the cluster. */
export interface Identity {
  /** Name of the ServiceAccount, its ClusterRole and the binding of both. */
  readonly name: string;
  readonly namespace: string;
  readonly rules: readonly Rule[];
}

/** @returns the ServiceAccount, the ClusterRole `NAME` and its binding; roles have the prefix `system:` if told */
export function identityObjects(identity: Identity, rolePrefix = ''): KubernetesObject[] {
  const { name, namespace, rules } = identity;
  const role = `${rolePrefix}${name}`;
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: role }, rules },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: role },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
  ];
}

/** A Deployment of one container, with what all add-ons have in common. */
export interface Addon {
  readonly name: string;
  readonly namespace: string;
  readonly replicas: number;
  /** Selector and labels of the pods. */
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string;
  readonly args: readonly string[];
  readonly env?: readonly unknown[];
  readonly ports?: readonly unknown[];
  readonly user: number;
  readonly sysctls?: readonly { readonly name: string; readonly value: string }[];
  readonly memory: { readonly request: string; readonly limit: string };
  readonly livenessProbe?: unknown;
  readonly readinessProbe?: unknown;
  readonly volumeMounts?: readonly unknown[];
  readonly volumes?: readonly unknown[];
  /** Further fields of the pod's spec. */
  readonly pod?: Readonly<Record<string, unknown>>;
  /** Configuration that the program reads only when it starts: another one replaces the pods. */
  readonly configuration?: Readonly<Record<string, string>>;
}

/** @returns the add-on's Deployment: requests small, everything else that can be denied to it denied */
export function deployment(addon: Addon): KubernetesObject {
  const { name, namespace, replicas, labels, configuration } = addon;
  const container = {
    name,
    image: addon.image,
    args: addon.args,
    ...(addon.env && { env: addon.env }),
    ...(addon.ports && { ports: addon.ports }),
    resources: {
      requests: { cpu: '10m', memory: addon.memory.request },
      limits: { memory: addon.memory.limit },
    },
    ...(addon.livenessProbe !== undefined && { livenessProbe: addon.livenessProbe }),
    ...(addon.readinessProbe !== undefined && { readinessProbe: addon.readinessProbe }),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    ...(addon.volumeMounts && { volumeMounts: addon.volumeMounts }),
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      // A second pod first: DNS and storage must not pause while an add-on is changed.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: {
        metadata: {
          labels,
          ...(configuration && {
            annotations: { 'checksum/config': hashOf(JSON.stringify(configuration)).slice(0, 16) },
          }),
        },
        spec: {
          serviceAccountName: name,
          priorityClassName: 'system-cluster-critical',
          tolerations: [{ key: 'CriticalAddonsOnly', operator: 'Exists' }],
          securityContext: {
            runAsNonRoot: true,
            runAsUser: addon.user,
            runAsGroup: addon.user,
            seccompProfile: { type: 'RuntimeDefault' },
            ...(addon.sysctls && { sysctls: addon.sysctls }),
          },
          ...addon.pod,
          containers: [container],
          ...(addon.volumes && { volumes: addon.volumes }),
        },
      },
    },
  };
}
