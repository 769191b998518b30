import { inMachine, running } from '../../local/cluster/machine';
import { nodeNamed, nodes, type Node } from '../../local/cluster/topology';
import { command, eventually, kubectl } from './support/platform';

jest.setTimeout(180_000);

const [one, two, three] = nodes as unknown as [Node, Node, Node];
const make = async (target: string) => {
  const { code, text } = await command('make', ['--no-print-directory', ...target.split(' ')]);
  if (code !== 0) throw new Error(`make ${target}: ${text}`);
  return text;
};
/** Whether a kubelet's port on one node can be reached from another. */
const reaches = async (from: Node, to: Node) => {
  const attempt = `timeout 1 bash -c ': </dev/tcp/${to.address}/10250' 2>/dev/null && echo yes || echo no`;
  return (await inMachine(from, ['bash', '-c', attempt])).trim() === 'yes';
};
const isReady = async (node: Node) =>
  (await kubectl(`get node ${node.name} -o jsonpath={.status.conditions[?(@.type=="Ready")].status}`)) ===
  'True';

afterAll(async () => {
  await make('heal');
});

test('DNS, the default storage class and the metrics API are there', async () => {
  expect(await kubectl('get storageclass -o jsonpath={.items[*].metadata.name}')).toBe('standard');
  await eventually('metrics of every node', 90, async () => {
    const { code, stdout } = await command('.platform/bin/kubectl', ['top', 'nodes', '--no-headers']);
    return code === 0 && nodes.every((node) => stdout.includes(node.name));
  });
  const dns = await kubectl(
    'get pods -n kube-system -l k8s-app=kube-dns -o jsonpath={.items[*].spec.nodeName}',
  );
  expect(new Set(dns.split(' ')).size).toBe(2);
});

test('two nodes that are cut apart do not reach each other, but all else, until they are healed', async () => {
  expect(await reaches(one, two)).toBe(true);
  expect(await make('cut A=1 B=2')).toContain('node-1 and node-2 cannot reach each other');
  expect(await Promise.all([reaches(one, two), reaches(two, one)])).toEqual([false, false]);
  expect(await Promise.all([reaches(one, three), reaches(three, two), reaches(two, three)])).toEqual([
    true,
    true,
    true,
  ]);
  expect(await make('status')).toContain('cut apart: node-1 and node-2');
  await make('heal');
  expect(await Promise.all([reaches(one, two), reaches(two, one)])).toEqual([true, true]);
});

test('a failed node is gone at once with all its processes, and comes back with its pods', async () => {
  const node = nodeNamed('3');
  // Without the pods of jobs, which come and go.
  const pods = () =>
    kubectl(
      `get pods -A -l app.kubernetes.io/component!=sessions --field-selector spec.nodeName=${node.name} -o jsonpath={.items[*].metadata.uid}`,
    );
  const before = await pods();
  await make('fail NODE=3');
  expect(running(node)).toBeUndefined();
  expect(await reaches(one, node)).toBe(false);
  await make('heal');
  expect(await isReady(node)).toBe(true);
  expect(await reaches(one, node)).toBe(true);
  expect(await pods()).toBe(before);
});

test('a node that nobody knows is refused by name', async () => {
  const { code, text } = await command('make', ['fail', 'NODE=7']);
  expect(text).toContain('no node is called 7; the nodes are node-1, node-2, node-3');
  expect(code).toBe(2);
});

test('a kubelet, a container runtime and an API server that are killed are started again', async () => {
  const kubelet = (await inMachine(two, ['pidof', 'kubelet'])).trim();
  await inMachine(two, ['sh', '-c', 'kill -KILL $(pidof kubelet containerd)']);
  await eventually('another kubelet', 20, async () => {
    const now = (await inMachine(two, ['sh', '-c', 'pidof kubelet || true'])).trim();
    return now !== '' && now !== kubelet;
  });
  const control = { name: 'control', address: '198.18.0.10' };
  await inMachine(control, ['sh', '-c', 'kill -KILL $(pidof kube-apiserver)']);
  await eventually('the API answers again', 60, async () => {
    const { code, stdout } = await command('.platform/bin/kubectl', ['get', '--raw', '/readyz']);
    return code === 0 && stdout === 'ok';
  });
  await eventually('the node is ready', 60, () => isReady(two));
  expect((await inMachine(two, ['pidof', 'containerd'])).trim()).toMatch(/^\d+$/);
});
