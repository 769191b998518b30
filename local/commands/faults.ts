import { waitForNode } from '../cluster/cluster';
import { cut, cuts, heal } from '../cluster/fabric';
import { powerOff, running } from '../cluster/machine';
import { startNode } from '../cluster/node';
import { nodeNamed, nodes } from '../cluster/topology';
import { builtTool, tools } from '../tools/build';

/** Pulls a node's plug: all it runs ends at once, and it is off the network. */
export async function failNode(name: string | undefined): Promise<void> {
  const node = nodeNamed(name);
  if (!running(node)) throw new Error(`${node.name} does not run`);
  await powerOff(node);
  console.log(`${node.name} is off; \`make heal\` switches it on again`);
}

/** Stops all traffic between two nodes. */
export async function cutNodes(a: string | undefined, b: string | undefined): Promise<void> {
  const [one, other] = [nodeNamed(a), nodeNamed(b)];
  if (one === other) throw new Error('a node cannot be cut off from itself: name two');
  await cut(one, other);
  console.log(`${one.name} and ${other.name} cannot reach each other; \`make heal\` joins them again`);
}

/** Joins what was cut and switches on what is off. Returns when every node is ready. */
export async function healAll(): Promise<void> {
  for (const pair of await cuts()) console.log(`joining ${pair}`);
  await heal();
  const [kube, containerd] = [await builtTool(tools.kubernetes), await builtTool(tools.containerd)];
  if (!kube || !containerd) throw new Error('the cluster has not been built; run `make up`');
  await Promise.all(
    nodes.map(async (node) => {
      if (!running(node)) console.log(`switching ${node.name} on`);
      await startNode(node, kube, containerd);
      await waitForNode(node);
    }),
  );
  console.log('every node is ready');
}
