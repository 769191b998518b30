import { metadata, standardLabels, type Identity } from '../kubernetes/labels';

/** What all pods of the namespace together may take. */
export interface Quota {
  readonly pods: number;
  /** Sum of CPU requests. */
  readonly cpu: string;
  /** Sum of memory requests, and of memory limits. */
  readonly memory: string;
  /** Sum of the sizes of volume claims. */
  readonly storage: string;
}

const identity = (namespace: string): Identity => ({ name: 'namespace', component: 'namespace', namespace });

/** The namespace, where only pods that are "restricted" by the Pod Security Standards of `kubernetesVersion` start. */
export function namespaceObject(namespace: string, kubernetesVersion: string) {
  const [major, minor] = kubernetesVersion.split('.');
  const version = `v${major}.${minor}`;
  const security = ['enforce', 'audit', 'warn'].flatMap((mode) => [
    [`pod-security.kubernetes.io/${mode}`, 'restricted'],
    [`pod-security.kubernetes.io/${mode}-version`, version],
  ]);
  return {
    metadata: {
      name: namespace,
      labels: {
        ...standardLabels(identity(namespace)),
        ...(Object.fromEntries(security) as Record<string, string>),
      },
    },
  };
}

/** The most that the namespace may take of the cluster; nothing in it may be published outside the cluster. */
export function resourceQuota(namespace: string, quota: Quota) {
  return {
    metadata: metadata(identity(namespace), 'quota'),
    spec: {
      hard: {
        pods: String(quota.pods),
        'requests.cpu': quota.cpu,
        'requests.memory': quota.memory,
        'limits.memory': quota.memory,
        'requests.storage': quota.storage,
        'services.nodeports': '0',
        'services.loadbalancers': '0',
      },
    },
  };
}

/** What a container gets that says nothing of its own, such as a client that is tried out by hand: without it the quota
 * would refuse such a pod. */
export function limitRange(namespace: string) {
  return {
    metadata: metadata(identity(namespace), 'defaults'),
    spec: {
      limits: [
        {
          type: 'Container',
          default: { memory: '128Mi', 'ephemeral-storage': '64Mi' },
          defaultRequest: { cpu: '50m', memory: '64Mi', 'ephemeral-storage': '16Mi' },
        },
      ],
    },
  };
}
