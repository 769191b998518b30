/** A version of an API that is no longer served, or will not be for long. */
export interface Outdated {
  /** `extensions/v1beta1`: as in a type token, so that the core group is `core`. */
  readonly api: string;
  /** Kinds of it; left out where that is all of them. */
  readonly kinds?: readonly string[];
  /** What became of it, with the version of Kubernetes. */
  readonly fate: string;
  /** What to use. */
  readonly successor: string;
}

const gone = (release: string, api: string, successor: string, ...kinds: string[]): Outdated => ({
  api,
  ...(kinds.length === 0 ? {} : { kinds }),
  fate: `is not served since Kubernetes ${release}`,
  successor,
});

/** The versions of APIs of Kubernetes itself that are gone or deprecated, as of 1.36 (its deprecation guide). */
export const outdated: readonly Outdated[] = [
  gone('1.16', 'extensions/v1beta1', 'apps/v1', 'Deployment', 'DaemonSet', 'ReplicaSet'),
  gone('1.16', 'extensions/v1beta1', 'networking.k8s.io/v1', 'NetworkPolicy'),
  gone('1.22', 'extensions/v1beta1', 'networking.k8s.io/v1', 'Ingress'),
  gone('1.16', 'extensions/v1beta1', 'Pod Security Admission', 'PodSecurityPolicy'),
  gone('1.16', 'apps/v1beta1', 'apps/v1'),
  gone('1.16', 'apps/v1beta2', 'apps/v1'),
  gone('1.19', 'auditregistration.k8s.io/v1alpha1', 'an audit policy of the API server'),
  gone('1.20', 'settings.k8s.io/v1alpha1', 'an admission webhook'),
  gone('1.21', 'batch/v2alpha1', 'batch/v1', 'CronJob'),
  gone(
    '1.22',
    'admissionregistration.k8s.io/v1beta1',
    'admissionregistration.k8s.io/v1',
    'MutatingWebhookConfiguration',
    'ValidatingWebhookConfiguration',
  ),
  gone('1.22', 'apiextensions.k8s.io/v1beta1', 'apiextensions.k8s.io/v1'),
  gone('1.22', 'apiregistration.k8s.io/v1beta1', 'apiregistration.k8s.io/v1'),
  gone('1.22', 'authentication.k8s.io/v1beta1', 'authentication.k8s.io/v1', 'TokenReview'),
  gone('1.22', 'authorization.k8s.io/v1beta1', 'authorization.k8s.io/v1'),
  gone('1.22', 'certificates.k8s.io/v1beta1', 'certificates.k8s.io/v1', 'CertificateSigningRequest'),
  gone('1.22', 'coordination.k8s.io/v1beta1', 'coordination.k8s.io/v1', 'Lease'),
  gone('1.22', 'networking.k8s.io/v1beta1', 'networking.k8s.io/v1', 'Ingress', 'IngressClass'),
  gone('1.23', 'rbac.authorization.k8s.io/v1alpha1', 'rbac.authorization.k8s.io/v1'),
  gone('1.22', 'rbac.authorization.k8s.io/v1beta1', 'rbac.authorization.k8s.io/v1'),
  gone('1.23', 'scheduling.k8s.io/v1alpha1', 'scheduling.k8s.io/v1', 'PriorityClass'),
  gone('1.22', 'scheduling.k8s.io/v1beta1', 'scheduling.k8s.io/v1', 'PriorityClass'),
  gone(
    '1.22',
    'storage.k8s.io/v1beta1',
    'storage.k8s.io/v1',
    'CSIDriver',
    'CSINode',
    'StorageClass',
    'VolumeAttachment',
  ),
  gone('1.24', 'node.k8s.io/v1alpha1', 'node.k8s.io/v1'),
  gone('1.25', 'batch/v1beta1', 'batch/v1'),
  gone('1.25', 'discovery.k8s.io/v1beta1', 'discovery.k8s.io/v1'),
  gone('1.25', 'events.k8s.io/v1beta1', 'events.k8s.io/v1'),
  gone('1.25', 'autoscaling/v2beta1', 'autoscaling/v2'),
  gone('1.25', 'policy/v1beta1', 'policy/v1', 'PodDisruptionBudget'),
  gone('1.25', 'policy/v1beta1', 'Pod Security Admission', 'PodSecurityPolicy'),
  gone('1.25', 'node.k8s.io/v1beta1', 'node.k8s.io/v1'),
  gone('1.26', 'autoscaling/v2beta2', 'autoscaling/v2'),
  gone('1.26', 'flowcontrol.apiserver.k8s.io/v1beta1', 'flowcontrol.apiserver.k8s.io/v1'),
  gone('1.27', 'storage.k8s.io/v1beta1', 'storage.k8s.io/v1', 'CSIStorageCapacity'),
  gone('1.29', 'flowcontrol.apiserver.k8s.io/v1beta2', 'flowcontrol.apiserver.k8s.io/v1'),
  gone('1.31', 'networking.k8s.io/v1alpha1', 'networking.k8s.io/v1', 'IPAddress', 'ServiceCIDR'),
  gone('1.32', 'flowcontrol.apiserver.k8s.io/v1beta3', 'flowcontrol.apiserver.k8s.io/v1'),
  {
    api: 'core/v1',
    kinds: ['ComponentStatus'],
    fate: 'is deprecated since Kubernetes 1.19',
    successor: 'the health checks of the components',
  },
  {
    api: 'core/v1',
    kinds: ['Endpoints'],
    fate: 'is deprecated since Kubernetes 1.33',
    successor: 'discovery.k8s.io/v1 EndpointSlice',
  },
];

/** The groups of Kubernetes itself: of others an alpha version may be the only one there is. */
export const ownGroups: readonly string[] = [
  'core',
  'apps',
  'autoscaling',
  'batch',
  'extensions',
  'policy',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'auditregistration.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'internal.apiserver.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'settings.k8s.io',
  'storage.k8s.io',
  'storagemigration.k8s.io',
];
