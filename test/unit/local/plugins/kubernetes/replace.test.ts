import { KINDS_BY_TOKEN, kindOf, pathOf, tokenOf } from '../../../../../local/plugins/kubernetes/kinds';
import { replacedOn } from '../../../../../local/plugins/kubernetes/replace';

const IMMUTABLE = { configMaps: false, secrets: false };
const MUTABLE = { configMaps: true, secrets: true };

const paths = (apiVersion: string, kind: string, mutable = IMMUTABLE, inputs = {}): readonly string[] =>
  replacedOn(kindOf(apiVersion, kind), inputs, mutable).filter((path) => !path.startsWith('metadata.'));

it.each([...KINDS_BY_TOKEN])('%s is replaced when its name or namespace changes', (_, kind) => {
  expect(replacedOn(kind, {}, MUTABLE)).toEqual(
    expect.arrayContaining(['metadata.name', 'metadata.namespace']),
  );
});

it.each([
  [
    'apps/v1',
    'StatefulSet',
    [
      'spec.podManagementPolicy',
      'spec.revisionHistoryLimit',
      'spec.selector',
      'spec.serviceName',
      'spec.volumeClaimTemplates',
    ],
  ],
  ['apps/v1', 'Deployment', ['spec.selector']],
  ['apps/v1', 'DaemonSet', ['spec.selector']],
  ['batch/v1', 'Job', ['spec.completions', 'spec.parallelism', 'spec.selector', 'spec.template']],
  ['batch/v1', 'CronJob', []],
  ['v1', 'Service', ['spec.clusterIP']],
  [
    'v1',
    'PersistentVolumeClaim',
    ['spec.accessModes', 'spec.selector', 'spec.storageClassName', 'spec.volumeName'],
  ],
  ['v1', 'ResourceQuota', ['spec.scopes']],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding', ['roleRef']],
  ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', ['roleRef']],
  ['storage.k8s.io/v1', 'StorageClass', ['parameters', 'provisioner']],
  ['policy/v1', 'PodDisruptionBudget', []],
  ['v1', 'ConfigMap', ['binaryData', 'data']],
  ['v1', 'Secret', ['type', 'data', 'stringData']],
])('%s %s is replaced when %j change', (apiVersion, kind, expected) => {
  expect(paths(apiVersion, kind)).toEqual(expected);
});

it('keeps ConfigMaps and Secrets whose data may change, unless they say that it may not', () => {
  expect(paths('v1', 'ConfigMap', MUTABLE)).toEqual([]);
  expect(paths('v1', 'Secret', MUTABLE)).toEqual(['type']);
  expect(paths('v1', 'ConfigMap', MUTABLE, { immutable: true })).toEqual(['binaryData', 'data']);
  expect(paths('v1', 'Secret', MUTABLE, { immutable: true })).toEqual(['type', 'data', 'stringData']);
});

describe('kinds', () => {
  it('have the tokens of the package', () => {
    expect(tokenOf({ apiVersion: 'v1', kind: 'Pod' })).toBe('kubernetes:core/v1:Pod');
    expect(tokenOf({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' })).toBe(
      'kubernetes:networking.k8s.io/v1:Ingress',
    );
  });

  it('are served below their namespace when they have one', () => {
    expect(pathOf(kindOf('v1', 'Pod'), 'ns', 'p')).toBe('/api/v1/namespaces/ns/pods/p');
    expect(pathOf(kindOf('apps/v1', 'Deployment'), 'ns')).toBe('/apis/apps/v1/namespaces/ns/deployments');
    expect(pathOf(kindOf('v1', 'Namespace'), undefined, 'ns')).toBe('/api/v1/namespaces/ns');
    expect(pathOf(kindOf('storage.k8s.io/v1', 'StorageClass'), 'ignored', 's')).toBe(
      '/apis/storage.k8s.io/v1/storageclasses/s',
    );
  });
});
