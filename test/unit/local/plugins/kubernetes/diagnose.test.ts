import { holdReasons, podReasons, podSelector } from '../../../../../local/plugins/kubernetes/await/diagnose';
import type { Properties } from '../../../../../local/plugins/protocol';

const pod = (status: Properties): Properties => ({
  kind: 'Pod',
  metadata: { namespace: 'ns', name: 'p' },
  status,
});

it.each([
  [
    'cannot get its image',
    {
      containerStatuses: [
        { name: 'c', state: { waiting: { reason: 'ImagePullBackOff', message: 'no such image' } } },
      ],
    },
    ['[Pod ns/p] container "c" is waiting: ImagePullBackOff: no such image'],
  ],
  [
    'crashes',
    {
      containerStatuses: [
        {
          name: 'c',
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
        },
      ],
    },
    [
      '[Pod ns/p] container "c" is waiting: CrashLoopBackOff',
      '[Pod ns/p] container "c" exited with code 137 (OOMKilled)',
    ],
  ],
  [
    'ended badly',
    {
      phase: 'Failed',
      initContainerStatuses: [
        { name: 'i', state: { terminated: { exitCode: 3, reason: 'Error', message: 'no\n' } } },
      ],
    },
    ['[Pod ns/p] container "i" exited with code 3 (Error: no)'],
  ],
  [
    'finds no node',
    { conditions: [{ type: 'PodScheduled', status: 'False', message: '0/3 nodes are available' }] },
    ['[Pod ns/p] cannot be scheduled: 0/3 nodes are available'],
  ],
  [
    'fails its probe',
    { containerStatuses: [{ name: 'c', ready: false, state: { running: {} } }] },
    ['[Pod ns/p] container "c" runs but is not ready'],
  ],
  [
    'is only starting',
    { containerStatuses: [{ name: 'c', ready: false, state: { waiting: { reason: 'ContainerCreating' } } }] },
    [],
  ],
  [
    'is ready',
    {
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [{ name: 'c', lastState: { terminated: { exitCode: 1 } } }],
    },
    [],
  ],
])('a pod that %s', (_, status, expected) => {
  expect(podReasons(pod(status))).toEqual(expected);
});

it('finds the pods of workloads and of Services by their labels', () => {
  expect(podSelector({ spec: { selector: { matchLabels: { a: 'b', c: 'd' } } } })).toBe('a=b,c=d');
  expect(podSelector({ spec: { selector: { a: 'b' } } })).toBe('a=b');
  expect(podSelector({ spec: {} })).toBeUndefined();
});

it('names what holds an object that is being deleted', () => {
  expect(holdReasons({ kind: 'ConfigMap', metadata: { name: 'x', finalizers: ['a/b'] } })).toEqual([
    'finalizers of x: a/b',
  ]);
  const conditions = [
    { type: 'NamespaceContentRemaining', status: 'True', message: 'pods. has 1 resource instances' },
  ];
  expect(holdReasons({ kind: 'Namespace', metadata: { name: 'ns' }, status: { conditions } })).toEqual([
    'pods. has 1 resource instances',
  ]);
});
