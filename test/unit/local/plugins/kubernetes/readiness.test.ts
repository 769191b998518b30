import * as readiness from '../../../../../local/plugins/kubernetes/await/readiness';
import type { Properties } from '../../../../../local/plugins/protocol';

const ready = { ready: true, message: '' };
const waiting = (message: string): unknown => ({ ready: false, message });
const failed = (message: string): unknown => ({ ready: false, failed: true, message });
const object = (spec: Properties, status: Properties, generation = 1): Properties => ({
  metadata: { namespace: 'ns', name: 'name', generation },
  spec,
  status: { observedGeneration: 1, ...status },
});

describe('Deployment', () => {
  const complete = { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' };
  const rolled = { replicas: 2, updatedReplicas: 2, availableReplicas: 2, conditions: [complete] };

  it.each([
    ['every replica is new and available', object({ replicas: 2 }, rolled), ready],
    [
      'its controller has not seen it',
      object({ replicas: 2 }, rolled, 2),
      waiting("[1/2] Waiting for the Deployment's controller (2/2 Pods ready)"),
    ],
    [
      'the new ReplicaSet is not complete',
      object(
        { replicas: 2 },
        { ...rolled, availableReplicas: 1, conditions: [{ ...complete, reason: 'ReplicaSetUpdated' }] },
      ),
      waiting("[1/2] Waiting for the new ReplicaSet's Pods (1/2 Pods ready)"),
    ],
    [
      'it grows',
      object({ replicas: 3 }, rolled),
      waiting("[1/2] Waiting for the new ReplicaSet's Pods (2/3 Pods ready)"),
    ],
    [
      'pods of the old revision are left',
      object({ replicas: 2 }, { ...rolled, replicas: 3 }),
      waiting('[2/2] Waiting for Pods of the old revision to end'),
    ],
    [
      'a pod is away',
      object({ replicas: 2 }, { ...rolled, availableReplicas: 1 }),
      waiting('[2/2] Waiting for Pods to be available (1/2 Pods ready)'),
    ],
    ['it is paused', object({ paused: true, replicas: 2 }, {}), ready],
    [
      'it made no progress',
      object(
        { replicas: 1 },
        {
          conditions: [
            { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'stuck' },
          ],
        },
      ),
      failed(
        'the rollout made no progress within its deadline (0/1 Pods ready): ProgressDeadlineExceeded: stuck',
      ),
    ],
  ])('when %s', (_, deployment, expected) => {
    expect(readiness.deploymentReadiness(deployment)).toEqual(expected);
  });
});

describe('StatefulSet', () => {
  const rolled = { replicas: 2, readyReplicas: 2, currentRevision: 'b', updateRevision: 'b' };

  it.each([
    ['every replica is ready and new', object({ replicas: 2 }, rolled), ready],
    ['it has no replicas', object({ replicas: 0 }, { currentRevision: 'b', updateRevision: 'b' }), ready],
    [
      'its controller has not seen it',
      object({ replicas: 2 }, rolled, 2),
      waiting("[1/2] Waiting for the StatefulSet's controller (2/2 Pods ready)"),
    ],
    [
      'a pod is not ready',
      object({ replicas: 2 }, { ...rolled, readyReplicas: 1 }),
      waiting('[1/2] Waiting for StatefulSet to create Pods (1/2 Pods ready)'),
    ],
    [
      'it shrinks',
      object({ replicas: 1 }, rolled),
      waiting('[1/2] Waiting for StatefulSet to create Pods (2/1 Pods ready)'),
    ],
    [
      'the roll is not done',
      object({ replicas: 2 }, { ...rolled, currentRevision: 'a', updatedReplicas: 1 }),
      waiting('[2/2] Waiting for StatefulSet to update Pods (1/2 updated)'),
    ],
    [
      'somebody else replaces pods',
      object({ replicas: 2, updateStrategy: { type: 'OnDelete' } }, { ...rolled, currentRevision: 'a' }),
      ready,
    ],
    [
      'a partition holds pods back',
      object(
        { replicas: 2, updateStrategy: { rollingUpdate: { partition: 1 } } },
        { ...rolled, currentRevision: 'a', updatedReplicas: 1 },
      ),
      ready,
    ],
    [
      'the partition is not rolled',
      object(
        { replicas: 2, updateStrategy: { rollingUpdate: { partition: 1 } } },
        { ...rolled, currentRevision: 'a' },
      ),
      waiting('[2/2] Waiting for StatefulSet to update Pods (0/1 updated)'),
    ],
  ])('when %s', (_, set, expected) => {
    expect(readiness.statefulSetReadiness(set)).toEqual(expected);
  });
});

it.each([
  ['runs everywhere', { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3 }, ready],
  [
    'is not available everywhere',
    { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 2 },
    waiting("Waiting for DaemonSet's Pods (2/3 Pods ready)"),
  ],
  [
    'is not updated everywhere',
    { desiredNumberScheduled: 3, updatedNumberScheduled: 1, numberAvailable: 3 },
    waiting('Waiting for DaemonSet to update Pods (1/3 updated)'),
  ],
])('DaemonSet that %s', (_, status, expected) => {
  expect(readiness.daemonSetReadiness(object({}, status))).toEqual(expected);
});

describe('Job', () => {
  it.each([
    ['complete', { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] }, ready],
    [
      'running',
      { active: 1 },
      waiting('Waiting for Job "ns/name" to succeed (Active: 1 | Succeeded: 0 | Failed: 0)'),
    ],
    [
      'failed',
      {
        failed: 1,
        conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: 'limit' }],
      },
      failed('the Job failed: BackoffLimitExceeded: limit'),
    ],
  ])('%s', (_, status, expected) => {
    expect(readiness.jobReadiness(object({}, status))).toEqual(expected);
  });

  it('suspended, is as it should be', () => {
    expect(readiness.jobReadiness(object({ suspend: true }, {}))).toEqual(ready);
  });
});

it.each([
  ['ready', { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }, ready],
  ['done', { phase: 'Succeeded' }, ready],
  [
    'running',
    { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] },
    waiting('Waiting for Pod "ns/name" to be ready (Running)'),
  ],
  ['new', {}, waiting('Waiting for Pod "ns/name" to be ready (Pending)')],
  [
    'failed',
    { phase: 'Failed', reason: 'Evicted', message: 'low on memory' },
    failed('the Pod failed: Evicted: low on memory'),
  ],
])('Pod that is %s', (_, status, expected) => {
  expect(readiness.podReadiness(object({}, status))).toEqual(expected);
});

describe('Service', () => {
  const served = [{ endpoints: [{ conditions: { ready: true } }] }];
  const unserved = [{ endpoints: [{ conditions: { ready: false } }] }, {}];
  const selector = { app: 'x' };

  it.each([
    ['has endpoints', { selector }, {}, served, ready],
    ['has none', { selector }, {}, unserved, waiting('[1/3] Finding Pods to direct traffic to')],
    ['is headless', { selector, clusterIP: 'None' }, {}, [], ready],
    ['selects nothing', {}, {}, [], ready],
    ['is only a name', { selector, type: 'ExternalName' }, {}, [], ready],
    [
      'has no address yet',
      { selector, type: 'LoadBalancer' },
      {},
      served,
      waiting('[2/3] Waiting for the load balancer to give the Service an address'),
    ],
    [
      'has its address',
      { selector, type: 'LoadBalancer' },
      { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } },
      served,
      ready,
    ],
  ])('that %s', (_, spec, status, slices, expected) => {
    expect(readiness.serviceReadiness(object(spec, status), slices)).toEqual(expected);
  });
});

describe('Ingress', () => {
  const backend = (name: string): Properties => ({ service: { name, port: { number: 80 } } });
  const spec = {
    rules: [
      { http: { paths: [{ backend: backend('a') }, { backend: backend('b') }] } },
      { http: { paths: [{ backend: backend('a') }] } },
    ],
    defaultBackend: backend('c'),
  };

  it('leads to the Services of its paths and its default', () => {
    expect(readiness.ingressServices({ spec })).toEqual(['a', 'b', 'c']);
  });

  it('waits for their endpoints, then for its address', () => {
    const addressed = object(spec, { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } });
    expect(readiness.ingressReadiness(addressed, ['b'])).toEqual(
      waiting('[1/2] Waiting for endpoints of Services: b'),
    );
    expect(readiness.ingressReadiness(object(spec, {}), [])).toEqual(
      waiting('[2/2] Waiting for the ingress controller to give the Ingress an address'),
    );
    expect(readiness.ingressReadiness(addressed, [])).toEqual(ready);
  });
});

it('PersistentVolumeClaim is bound, or left to its first consumer', () => {
  const pending = object({}, { phase: 'Pending' });
  expect(readiness.claimReadiness(object({}, { phase: 'Bound' }), undefined)).toEqual(ready);
  expect(readiness.claimReadiness(pending, { volumeBindingMode: 'WaitForFirstConsumer' })).toEqual(ready);
  const unbound = waiting('Waiting for PersistentVolumeClaim "ns/name" to be bound (Pending)');
  expect(readiness.claimReadiness(pending, { volumeBindingMode: 'Immediate' })).toEqual(unbound);
  expect(readiness.claimReadiness(pending, undefined)).toEqual(unbound);
  expect(readiness.claimReadiness(object({}, { phase: 'Lost' }), undefined)).toMatchObject({ failed: true });
});

it('ResourceQuota is counted', () => {
  const hard = { pods: '1', 'limits.cpu': '2' };
  expect(readiness.quotaReadiness(object({ hard }, { hard }))).toEqual(ready);
  expect(readiness.quotaReadiness(object({ hard }, { hard: { pods: '1' } }))).toEqual(
    waiting("Waiting for the quota's count of limits.cpu"),
  );
});
