import { waitForPods, whyNotReady } from '../../../../local/addons/wait';

const nodeStart = Date.parse('2026-01-01T10:00:00.400Z');
const startOf = (node: string) => (node === 'node-1' ? nodeStart : undefined);

const running = (startedAt: string, ready = true) => ({ ready, state: { running: { startedAt } } });
const pod = (containerStatus?: object, nodeName: string | null = 'node-1', conditions: object[] = []) => ({
  metadata: { name: 'dns-1' },
  spec: nodeName === null ? {} : { nodeName },
  status: { conditions, ...(containerStatus && { containerStatuses: [containerStatus] }) },
});
type Argument = Parameters<typeof whyNotReady>[0];
const why = (of: object) => whyNotReady(of as Argument, startOf);

describe('an add-on’s pod', () => {
  it('serves when it is ready and has been started after its node', () => {
    expect(why(pod(running('2026-01-01T10:00:05Z')))).toBeUndefined();
  });

  it('serves when it was started in the second of its node’s start', () => {
    expect(why(pod(running('2026-01-01T10:00:00Z')))).toBeUndefined();
  });

  it.each([
    [
      'is known from before its node’s start',
      pod(running('2026-01-01T09:59:58Z')),
      'has not been started again on node-1',
    ],
    ['is not ready', pod(running('2026-01-01T10:00:05Z', false)), 'is not ready yet on node-1'],
    ['has no container yet', pod(), 'is starting on node-1'],
    [
      'waits for its image',
      pod({ ready: false, state: { waiting: { reason: 'ErrImagePull', message: 'no such host' } } }),
      'does not run on node-1: ErrImagePull no such host',
    ],
    [
      'has ended',
      pod({ ready: false, state: { terminated: { reason: 'OOMKilled' } } }),
      'does not run on node-1: OOMKilled',
    ],
    [
      'is on a node that is switched off',
      pod(running('2026-01-01T10:00:05Z'), 'node-2'),
      'is on node-2, which does not run',
    ],
    [
      'fits on no node',
      pod(undefined, null, [{ type: 'PodScheduled', status: 'False', message: 'Insufficient cpu' }]),
      'is on no node: Insufficient cpu',
    ],
  ])('does not serve while it %s', (_, of, problem) => {
    expect(why(of)).toBe(problem);
  });
});

describe('waiting for pods', () => {
  const wait = (answers: object[][]) => {
    const asked: (readonly string[])[] = [];
    const kubectl = (args: readonly string[]) => {
      asked.push(args);
      const items = answers[Math.min(asked.length, answers.length) - 1];
      return Promise.resolve(JSON.stringify({ items }));
    };
    const options = {
      namespace: 'kube-system',
      selector: 'k8s-app=kube-dns',
      startOf,
      seconds: 0.05,
      everyMs: 5,
    };
    return { asked, done: waitForPods(kubectl, options) };
  };
  const ready = pod(running('2026-01-01T10:00:05Z'));

  it('ends when all of them serve', async () => {
    const { asked, done } = wait([[], [ready, pod()], [ready, ready]]);
    await expect(done).resolves.toBeUndefined();
    expect(asked).toHaveLength(3);
    expect(asked[0]).toEqual([
      'get',
      'pods',
      '--namespace',
      'kube-system',
      '--selector',
      'k8s-app=kube-dns',
      '--output',
      'json',
    ]);
  });

  it('does not count those that are being deleted', async () => {
    const going = { ...pod(), metadata: { name: 'dns-0', deletionTimestamp: '2026-01-01T10:00:09Z' } };
    await expect(wait([[going, ready]]).done).resolves.toBeUndefined();
  });

  it('gives up with the pods that do not serve, and why', async () => {
    await expect(wait([[ready, pod()]]).done).rejects.toThrow(
      'readiness of the pods k8s-app=kube-dns in kube-system did not happen within 0.05 s: dns-1 is starting on node-1',
    );
  });

  it('gives up where there is no pod at all', async () => {
    await expect(wait([[]]).done).rejects.toThrow('there is no pod yet');
  });
});
