import { deployment, identityObjects, type KubernetesObject } from './objects';

/** Options of {@link localPathObjects}. */
export interface LocalPathOptions {
  readonly image: string;
  /** Image with a shell, whose pods make and remove the folders. */
  readonly helperImage: string;
  /** Where a node keeps its volumes: a path on the node. */
  readonly volumesDir: string;
  readonly storageClass: string;
}

const name = 'local-path-provisioner';
const namespace = 'local-path-storage';
const config = 'local-path-config';

// Owned by root and closed, as a fresh disk's root folder is: a pod that writes needs its fsGroup here as elsewhere.
const setup = `#!/bin/sh
set -eu
mkdir -m 0755 -p "$VOL_DIR"
`;
const teardown = `#!/bin/sh
set -eu
rm -rf "$VOL_DIR"
`;

const helperPod = (image: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'helper-pod' },
  spec: {
    priorityClassName: 'system-node-critical',
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 0,
    containers: [{ name: 'helper-pod', image, imagePullPolicy: 'IfNotPresent' }],
  },
});

/** @returns the default StorageClass, whose volumes are folders on the node that a pod was placed on */
export function localPathObjects(options: LocalPathOptions): KubernetesObject[] {
  const data = {
    'config.json': JSON.stringify({
      nodePathMap: [{ node: 'DEFAULT_PATH_FOR_NON_LISTED_NODES', paths: [options.volumesDir] }],
    }),
    setup,
    teardown,
    'helperPod.yaml': JSON.stringify(helperPod(options.helperImage)),
  };
  const read = ['get', 'list', 'watch'];
  const write = [...read, 'create', 'patch', 'update', 'delete'];
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      // The helper's pods mount a folder of the node.
      metadata: { name: namespace, labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } },
    },
    ...identityObjects({
      name,
      namespace,
      rules: [
        {
          apiGroups: [''],
          resources: ['nodes', 'persistentvolumeclaims', 'configmaps', 'pods', 'pods/log'],
          verbs: read,
        },
        { apiGroups: [''], resources: ['persistentvolumes'], verbs: write },
        { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
        { apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: read },
      ],
    }),
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name, namespace },
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: write }],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name, namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: config, namespace }, data },
    deployment({
      name,
      namespace,
      replicas: 1,
      labels: { app: name },
      image: options.image,
      args: [
        'start',
        '--config',
        '/etc/config/config.json',
        '--service-account-name',
        name,
        '--configmap-name',
        config,
      ],
      env: [
        { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
        { name: 'CONFIG_MOUNT_PATH', value: '/etc/config/' },
      ],
      user: 65534,
      memory: { request: '30Mi', limit: '128Mi' },
      volumeMounts: [{ name: 'config', mountPath: '/etc/config', readOnly: true }],
      volumes: [{ name: 'config', configMap: { name: config } }],
      configuration: data,
    }),
    {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: {
        name: options.storageClass,
        annotations: {
          'storageclass.kubernetes.io/is-default-class': 'true',
          // Of type local, not hostPath: only there does the kubelet apply a pod's fsGroup.
          defaultVolumeType: 'local',
        },
      },
      provisioner: 'rancher.io/local-path',
      volumeBindingMode: 'WaitForFirstConsumer',
      reclaimPolicy: 'Delete',
      allowVolumeExpansion: false,
    },
  ];
}
