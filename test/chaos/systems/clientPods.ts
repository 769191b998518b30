import { kubectl } from '../../../local/cluster/cluster';
import { type Node, nodes } from '../../../local/cluster/topology';
import { podOf } from '../../cluster/support/pods';

export const clientPodOf = (node: Node): string => `chaos-client-${node.name}`;

/** Makes a sleeping client pod on each node: the harness' programs run in its network, under the policies for clients. */
export async function makeClientPods(
  namespace: string,
  clientLabel: Readonly<Record<string, string>>,
): Promise<void> {
  const pods = nodes.map((node) => {
    const name = clientPodOf(node);
    const pod = podOf({ name, app: 'chaos', node: node.name, command: 'sleep infinity' });
    return {
      ...pod,
      metadata: { name, labels: { ...pod.metadata.labels, ...clientLabel } },
      // A node that fails has its client again when it is back.
      spec: { ...pod.spec, restartPolicy: 'Always' },
    };
  });
  await removeClientPods(namespace);
  const list = { apiVersion: 'v1', kind: 'List', items: pods };
  await kubectl(['apply', '--namespace', namespace, '-f', '-'], JSON.stringify(list));
  await kubectl([
    'wait',
    '--namespace',
    namespace,
    '--for=condition=Ready',
    'pod',
    '-l',
    'app=chaos',
    '--timeout=60s',
  ]);
}

export async function removeClientPods(namespace: string): Promise<void> {
  await kubectl([
    'delete',
    'pod',
    '--namespace',
    namespace,
    '-l',
    'app=chaos',
    '--ignore-not-found',
    '--wait',
  ]);
}
