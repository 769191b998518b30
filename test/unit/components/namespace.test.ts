import { limitRange, namespaceObject, resourceQuota } from '../../../components/namespace/objects';

test('the namespace enforces, audits and warns of what is not restricted, at the given version', () => {
  const { metadata } = namespaceObject('sessions', '1.36.3');
  expect(metadata.name).toBe('sessions');
  expect(metadata.labels).toMatchObject({
    'pod-security.kubernetes.io/enforce': 'restricted',
    'pod-security.kubernetes.io/enforce-version': 'v1.36',
    'pod-security.kubernetes.io/audit': 'restricted',
    'pod-security.kubernetes.io/audit-version': 'v1.36',
    'pod-security.kubernetes.io/warn': 'restricted',
    'pod-security.kubernetes.io/warn-version': 'v1.36',
    'app.kubernetes.io/part-of': 'session-database',
  });
});

test('the quota bounds pods, CPU, memory and storage, and forbids publishing outside the cluster', () => {
  expect(resourceQuota('sessions', { pods: 7, cpu: '2', memory: '3Gi', storage: '4Gi' }).spec.hard).toEqual({
    pods: '7',
    'requests.cpu': '2',
    'requests.memory': '3Gi',
    'limits.memory': '3Gi',
    'requests.storage': '4Gi',
    'services.nodeports': '0',
    'services.loadbalancers': '0',
  });
});

test('a container that says nothing gets sizes that the quota can count', () => {
  expect(limitRange('sessions').spec.limits).toEqual([
    {
      type: 'Container',
      default: { memory: '128Mi', 'ephemeral-storage': '64Mi' },
      defaultRequest: { cpu: '50m', memory: '64Mi', 'ephemeral-storage': '16Mi' },
    },
  ]);
});
