import type { CasesByRule } from '../../support/cases';
import { adding } from './support';

// Groups, versions and kinds that are gone: each line of the deprecation guide.
const gone: readonly (readonly [api: string, kinds: string, says: string])[] = [
  ['extensions/v1beta1', 'Deployment DaemonSet ReplicaSet', '1.16; its place took apps/v1.'],
  ['extensions/v1beta1', 'NetworkPolicy', '1.16; its place took networking.k8s.io/v1.'],
  ['extensions/v1beta1', 'PodSecurityPolicy', '1.16; its place took Pod Security Admission.'],
  ['extensions/v1beta1', 'Ingress', '1.22; its place took networking.k8s.io/v1.'],
  ['apps/v1beta1', 'Deployment StatefulSet', '1.16; its place took apps/v1.'],
  ['apps/v1beta2', 'Deployment DaemonSet', '1.16; its place took apps/v1.'],
  [
    'auditregistration.k8s.io/v1alpha1',
    'AuditSink',
    '1.19; its place took an audit policy of the API server.',
  ],
  ['settings.k8s.io/v1alpha1', 'PodPreset', '1.20; its place took an admission webhook.'],
  ['batch/v2alpha1', 'CronJob', '1.21; its place took batch/v1.'],
  [
    'admissionregistration.k8s.io/v1beta1',
    'MutatingWebhookConfiguration ValidatingWebhookConfiguration',
    '1.22; its place took admissionregistration.k8s.io/v1.',
  ],
  [
    'apiextensions.k8s.io/v1beta1',
    'CustomResourceDefinition',
    '1.22; its place took apiextensions.k8s.io/v1.',
  ],
  ['apiregistration.k8s.io/v1beta1', 'APIService', '1.22; its place took apiregistration.k8s.io/v1.'],
  ['authentication.k8s.io/v1beta1', 'TokenReview', '1.22; its place took authentication.k8s.io/v1.'],
  ['authorization.k8s.io/v1beta1', 'SubjectAccessReview', '1.22; its place took authorization.k8s.io/v1.'],
  [
    'certificates.k8s.io/v1beta1',
    'CertificateSigningRequest',
    '1.22; its place took certificates.k8s.io/v1.',
  ],
  ['coordination.k8s.io/v1beta1', 'Lease', '1.22; its place took coordination.k8s.io/v1.'],
  ['networking.k8s.io/v1beta1', 'Ingress IngressClass', '1.22; its place took networking.k8s.io/v1.'],
  ['rbac.authorization.k8s.io/v1beta1', 'Role', '1.22; its place took rbac.authorization.k8s.io/v1.'],
  ['rbac.authorization.k8s.io/v1alpha1', 'Role', '1.23; its place took rbac.authorization.k8s.io/v1.'],
  ['scheduling.k8s.io/v1beta1', 'PriorityClass', '1.22; its place took scheduling.k8s.io/v1.'],
  ['scheduling.k8s.io/v1alpha1', 'PriorityClass', '1.23; its place took scheduling.k8s.io/v1.'],
  [
    'storage.k8s.io/v1beta1',
    'CSIDriver CSINode StorageClass VolumeAttachment',
    '1.22; its place took storage.k8s.io/v1.',
  ],
  ['node.k8s.io/v1alpha1', 'RuntimeClass', '1.24; its place took node.k8s.io/v1.'],
  ['batch/v1beta1', 'CronJob', '1.25; its place took batch/v1.'],
  ['discovery.k8s.io/v1beta1', 'EndpointSlice', '1.25; its place took discovery.k8s.io/v1.'],
  ['events.k8s.io/v1beta1', 'Event', '1.25; its place took events.k8s.io/v1.'],
  ['autoscaling/v2beta1', 'HorizontalPodAutoscaler', '1.25; its place took autoscaling/v2.'],
  ['policy/v1beta1', 'PodDisruptionBudget', '1.25; its place took policy/v1.'],
  ['policy/v1beta1', 'PodSecurityPolicy', '1.25; its place took Pod Security Admission.'],
  ['node.k8s.io/v1beta1', 'RuntimeClass', '1.25; its place took node.k8s.io/v1.'],
  ['autoscaling/v2beta2', 'HorizontalPodAutoscaler', '1.26; its place took autoscaling/v2.'],
  [
    'flowcontrol.apiserver.k8s.io/v1beta1',
    'FlowSchema',
    '1.26; its place took flowcontrol.apiserver.k8s.io/v1.',
  ],
  ['storage.k8s.io/v1beta1', 'CSIStorageCapacity', '1.27; its place took storage.k8s.io/v1.'],
  [
    'flowcontrol.apiserver.k8s.io/v1beta2',
    'FlowSchema',
    '1.29; its place took flowcontrol.apiserver.k8s.io/v1.',
  ],
  ['networking.k8s.io/v1alpha1', 'IPAddress ServiceCIDR', '1.31; its place took networking.k8s.io/v1.'],
  [
    'flowcontrol.apiserver.k8s.io/v1beta3',
    'FlowSchema',
    '1.32; its place took flowcontrol.apiserver.k8s.io/v1.',
  ],
];

// A group of Kubernetes itself with a version that is not stable.
const unstable = [
  'core/v1alpha1',
  'apps/v1beta1',
  'autoscaling/v2beta2',
  'batch/v2alpha1',
  'extensions/v1beta1',
  'policy/v1beta1',
  'admissionregistration.k8s.io/v1alpha1',
  'apiextensions.k8s.io/v1beta1',
  'apiregistration.k8s.io/v1beta1',
  'auditregistration.k8s.io/v1alpha1',
  'authentication.k8s.io/v1beta1',
  'authorization.k8s.io/v1beta1',
  'certificates.k8s.io/v1alpha1',
  'coordination.k8s.io/v1alpha2',
  'discovery.k8s.io/v1beta1',
  'events.k8s.io/v1beta1',
  'flowcontrol.apiserver.k8s.io/v1beta3',
  'internal.apiserver.k8s.io/v1alpha1',
  'networking.k8s.io/v1beta1',
  'node.k8s.io/v1beta1',
  'rbac.authorization.k8s.io/v1alpha1',
  'resource.k8s.io/v1beta2',
  'scheduling.k8s.io/v1alpha1',
  'settings.k8s.io/v1alpha1',
  'storage.k8s.io/v1beta1',
  'storagemigration.k8s.io/v1alpha1',
];

export const apis: CasesByRule = {
  'no-deprecated-api': {
    refused: {
      ...Object.fromEntries(
        gone.flatMap(([api, kinds, says]) =>
          kinds.split(' ').map((kind) => [
            `${api} ${kind}`,
            {
              change: adding(`kubernetes:${api}:${kind}`),
              says: `${api} ${kind} is not served since Kubernetes ${says}`,
            },
          ]),
        ),
      ),
      'a patch': { change: adding('kubernetes:batch/v1beta1:CronJobPatch'), says: 'batch/v1beta1 CronJob' },
      Endpoints: {
        change: adding('kubernetes:core/v1:Endpoints'),
        says: 'core/v1 Endpoints is deprecated since Kubernetes 1.33; its place took discovery.k8s.io/v1 EndpointSlice. Use the class',
      },
      ComponentStatus: {
        change: adding('kubernetes:core/v1:ComponentStatus'),
        says: 'core/v1 ComponentStatus is deprecated since Kubernetes 1.19; its place took the health checks of the components.',
      },
    },
    passed: {
      'another kind of the core': { change: adding('kubernetes:core/v1:Event') },
      'another kind in a version that others left': {
        change: (program) => {
          for (const type of [
            'storage.k8s.io/v1beta1:VolumeAttributesClass',
            'networking.k8s.io/v1beta1:IPAddress',
            'scheduling.k8s.io/v1alpha1:Workload',
            'certificates.k8s.io/v1beta1:ClusterTrustBundle',
            'admissionregistration.k8s.io/v1beta1:MutatingAdmissionPolicy',
            'coordination.k8s.io/v1beta1:LeaseCandidate',
            'authentication.k8s.io/v1beta1:SelfSubjectReview',
          ])
            adding(`kubernetes:${type}`)(program);
        },
      },
      "the same version of somebody else's group": {
        change: adding('kubernetes:batch.example.com/v1beta1:CronJob'),
      },
    },
  },

  'stable-api': {
    refused: Object.fromEntries(
      unstable.map((api) => [
        `${api}`,
        {
          change: adding(`kubernetes:${api}:Thing`),
          says: `${api} Thing is of a version that is not stable. Use the stable version`,
        },
      ]),
    ),
    passed: {
      'stable versions': { change: adding('kubernetes:autoscaling/v2:HorizontalPodAutoscaler') },
      "somebody else's alpha version": { change: adding('kubernetes:argoproj.io/v1alpha1:Rollout') },
      'what is no object of Kubernetes': { change: adding('aws:apps/v1beta1:Deployment') },
    },
  },
};
