import { nodes } from '../../local/cluster/topology';
import type { StackOutputs } from '../../scripts/stack';
import { PrometheusOf } from './support/monitoring';
import { eventually, kubectl, type OwnStack, ownStack } from './support/platform';

jest.setTimeout(600_000);

const namespace = 'session-database-prod-test';
let stack: OwnStack;
let prometheus: PrometheusOf | undefined;
const passing = async (args: string): Promise<string> => {
  const { code, stdout, text } = await stack.pulumi(args);
  if (code !== 0) throw new Error(`pulumi ${args} ended with ${code}:\n${text}`);
  return stdout;
};

// What prod is in counts, security and topology, on a machine that has less.
beforeAll(async () => {
  stack = await ownStack({ environment: 'prod', namespace, scale: 0.1 });
  await passing('up --yes --skip-preview');
  const outputs = JSON.parse(await passing('stack output --json --show-secrets')) as StackOutputs;
  prometheus = await PrometheusOf.open(outputs);
});
afterAll(async () => {
  prometheus?.close();
  await passing('state unprotect --all --yes');
  await passing('destroy --yes --skip-preview');
  stack.remove();
});

const numbered = (job: string, name: string, count: number) =>
  Array.from({ length: count }, (_, at) => `${job} ${name}-${at}`);

test('every pod and every node is read, and nothing else', async () => {
  const proxies = await kubectl(
    `get pods -n ${namespace} -l app.kubernetes.io/name=redis-proxy -o jsonpath={.items[*].metadata.name}`,
  );
  const expected = [
    ...numbered('redis', 'redis', 4),
    ...numbered('sentinel', 'sentinel', 3),
    ...proxies.split(' ').map((name) => `proxy ${name}`),
    ...numbered('prometheus', 'prometheus', 1),
    ...numbered('alertmanager', 'alertmanager', 2),
    ...['containers', 'volumes'].flatMap((job) => nodes.map(({ name }) => `${job} ${name}`)),
  ].sort();
  expect(proxies.split(' ').length).toBeGreaterThanOrEqual(2);
  let found: string[] = [];
  await eventually('every target being read', 90, async () => {
    found = await prometheus!.targets();
    return found.join() === expected.join();
  }).catch(() => undefined);
  expect(found).toEqual(expected);
});

test('no rule fails', async () => {
  const rules = await prometheus!.rules();
  expect([...rules].filter(([, problem]) => problem !== '')).toEqual([]);
});

test('the Alertmanagers know of each other, and Prometheus of both', async () => {
  const numbers = async (expr: string) => (await prometheus!.query(expr)).map(({ value }) => value[1]);
  let seen: string[][] = [];
  await eventually('two that know of two', 60, async () => {
    seen = [
      await numbers('alertmanager_cluster_members'),
      await numbers('prometheus_notifications_alertmanagers_discovered'),
    ];
    return JSON.stringify(seen) === '[["2","2"],["2"]]';
  }).catch(() => undefined);
  expect(seen).toEqual([['2', '2'], ['2']]);
});

test('no two pods of Redis are on one node more than on another', async () => {
  const on = await kubectl(
    `get pods -n ${namespace} -l app.kubernetes.io/name=redis -o jsonpath={.items[*].spec.nodeName}`,
  );
  const counts = nodes.map(({ name }) => on.split(' ').filter((node) => node === name).length);
  expect(counts.sort()).toEqual([1, 1, 2]);
});

test('it is not removed by accident: all is there when that is refused', async () => {
  const objects = () =>
    kubectl(`get statefulsets,deployments,services,secrets,pvc,pods -n ${namespace} -o name`);
  const before = await objects();
  const { code, text } = await stack.pulumi('destroy --yes');
  expect(text).toMatch(/protect/);
  expect(code).not.toBe(0);
  expect(await objects()).toBe(before);
});
