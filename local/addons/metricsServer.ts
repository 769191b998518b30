import { deployment, identityObjects, type KubernetesObject } from './objects';

const name = 'metrics-server';
const namespace = 'kube-system';

/** Gives the pods' account a role that Kubernetes itself defines. */
const binding = (
  kind: 'RoleBinding' | 'ClusterRoleBinding',
  bound: string,
  role: string,
): KubernetesObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind,
  metadata: { name: bound, ...(kind === 'RoleBinding' && { namespace }) },
  roleRef: {
    apiGroup: 'rbac.authorization.k8s.io',
    kind: kind === 'RoleBinding' ? 'Role' : 'ClusterRole',
    name: role,
  },
  subjects: [{ kind: 'ServiceAccount', name, namespace }],
});

/** @returns the resource metrics API (`kubectl top`, HorizontalPodAutoscaler): metrics-server and its APIService */
export function metricsServerObjects(image: string): KubernetesObject[] {
  const labels = { 'k8s-app': name };
  const probe = (path: string) => ({ httpGet: { path, port: 'https', scheme: 'HTTPS' } });
  return [
    ...identityObjects(
      {
        name,
        namespace,
        rules: [
          { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
          { apiGroups: [''], resources: ['pods', 'nodes'], verbs: ['get', 'list', 'watch'] },
        ],
      },
      'system:',
    ),
    binding('RoleBinding', 'metrics-server-auth-reader', 'extension-apiserver-authentication-reader'),
    binding('ClusterRoleBinding', 'metrics-server:system:auth-delegator', 'system:auth-delegator'),
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: {
        name: 'system:aggregated-metrics-reader',
        labels: Object.fromEntries(
          ['view', 'edit', 'admin'].map((role) => [`rbac.authorization.k8s.io/aggregate-to-${role}`, 'true']),
        ),
      },
      rules: [
        { apiGroups: ['metrics.k8s.io'], resources: ['pods', 'nodes'], verbs: ['get', 'list', 'watch'] },
      ],
    },
    deployment({
      name,
      namespace,
      replicas: 1,
      labels,
      image,
      args: [
        '--cert-dir=/tmp',
        '--secure-port=10250',
        '--kubelet-preferred-address-types=InternalIP',
        '--kubelet-use-node-status-port',
        // The cluster's authority, which has signed the kubelets' certificates, too.
        '--kubelet-certificate-authority=/var/run/secrets/kubernetes.io/serviceaccount/ca.crt',
        '--metric-resolution=15s',
      ],
      ports: [{ name: 'https', containerPort: 10250, protocol: 'TCP' }],
      user: 65534,
      memory: { request: '50Mi', limit: '200Mi' },
      // Ready after its second look at the kubelets, a resolution after the first.
      readinessProbe: { ...probe('/readyz'), periodSeconds: 2 },
      livenessProbe: { ...probe('/livez'), initialDelaySeconds: 30, timeoutSeconds: 5, failureThreshold: 5 },
      volumeMounts: [{ name: 'certificate', mountPath: '/tmp' }],
      volumes: [{ name: 'certificate', emptyDir: {} }],
    }),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace, labels },
      spec: { selector: labels, ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 'https' }] },
    },
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1beta1.metrics.k8s.io', labels },
      spec: {
        service: { name, namespace },
        group: 'metrics.k8s.io',
        version: 'v1beta1',
        // Its certificate is its own, made at each start, as in the project's own manifests.
        insecureSkipTLSVerify: true,
        groupPriorityMinimum: 100,
        versionPriority: 100,
      },
    },
  ];
}
