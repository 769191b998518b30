import { nodes } from '../../local/cluster/topology';
import { monitorOf, PrometheusOf } from './support/monitoring';
import { Dev, eventually, kubectl, tryKubectl } from './support/platform';

jest.setTimeout(240_000);

let dev: Dev;
let prometheus: PrometheusOf;
beforeAll(async () => {
  dev = await Dev.start();
  prometheus = await PrometheusOf.open('dev');
});
afterAll(() => {
  prometheus.close();
  dev.close();
});

test('every pod and every node is read, and nothing else', async () => {
  const expected = [
    ...['alertmanager alertmanager-0', 'prometheus prometheus-0', 'redis redis-0'],
    ...['containers', 'volumes'].flatMap((job) => nodes.map(({ name }) => `${job} ${name}`)),
  ].sort();
  let found: string[] = [];
  await eventually('every target being read', 60, async () => {
    found = await prometheus.targets();
    return found.join() === expected.join();
  }).catch(() => undefined);
  expect(found).toEqual(expected);
});

test('no rule fails', async () => {
  const rules = await prometheus.rules();
  expect(rules.size).toBeGreaterThan(45);
  expect([...rules].filter(([, problem]) => problem !== '')).toEqual([]);
});

test('of containers and volumes it keeps those of the platform alone', async () => {
  const namespaces = await prometheus.query(
    'count by (namespace) ({__name__=~"container_.+|kubelet_volume_.+"})',
  );
  expect(namespaces.map(({ metric }) => metric['namespace'])).toEqual([dev.outputs.redis.namespace]);
});

test('what Prometheus counts is what Redis counts, a session that was just made too', async () => {
  const id = Buffer.from(`monitoring ${Date.now()}`.padEnd(32)).toString('base64url').slice(0, 43);
  const indexes = ['session_cleanup', 'session_stats'];
  const keys = [`session:${id}`, 'user_sessions:monitored', ...indexes];
  await dev.as('application').call('FCALL', 'session_create', 4, ...keys, '120');
  const upkeep = ['session_cleanup', 'refresh_token_cleanup', 'deletion_token_cleanup', 'session_stats'];
  const stats = (await dev.as('cleanup').call('FCALL', 'sessions_stats', 4, ...upkeep)) as (
    string | number
  )[];
  const made = Number(stats[stats.indexOf('session_created') + 1]);
  expect(made).toBeGreaterThan(0);
  let counted = 0;
  await eventually(`${made} sessions made`, 60, async () => {
    const [sample] = await prometheus.query('session_database:records_created_total{kind="session"}');
    counted = Number(sample?.value[1]);
    return counted === made;
  }).catch(() => undefined);
  expect(counted).toBe(made);
});

test('the exporter has been refused nothing', async () => {
  const log = (await dev.as('admin').call('ACL', 'LOG')) as string[][];
  const users = log.map((entry) => entry[entry.indexOf('username') + 1]);
  expect(users).not.toContain('metrics');
});

test('nobody is answered without the password, or with another', async () => {
  for (const name of ['prometheus', 'alertmanager'] as const) {
    const asked = await monitorOf('dev', name, { password: 'another' });
    const answer = await asked.ask('/');
    expect([name, answer.statusCode]).toEqual([name, 401]);
    answer.destroy();
    asked.close();
  }
});

test('Prometheus may look for pods and read the metrics of nodes, and ask the cluster for nothing else', async () => {
  const { namespace } = dev.outputs.redis;
  const as = `--as=system:serviceaccount:${namespace}:prometheus`;
  const may = async (what: string) => (await tryKubectl(`auth can-i ${what} ${as}`)).stdout.trim() === 'yes';
  const allowed = [`list pods -n ${namespace}`, 'list nodes', 'get nodes --subresource=metrics'];
  const refused = [
    ...['list pods -n kube-system', `get secrets -n ${namespace}`, `list configmaps -n ${namespace}`],
    ...[`create pods -n ${namespace}`, 'get nodes --subresource=proxy', `create pods/exec -n ${namespace}`],
  ];
  const answers = await Promise.all([...allowed, ...refused].map(may));
  expect(answers).toEqual([...allowed.map(() => true), ...refused.map(() => false)]);
});

test('a rule that is changed is in force without a restart, and one that is broken is told of and changes nothing', async () => {
  const { namespace } = dev.outputs.redis;
  const configMap = async () =>
    JSON.parse(await kubectl(`get configmap prometheus-config -n ${namespace} -o json`)) as {
      data: Record<string, string>;
    };
  const before = await configMap();
  const put = async (rules: string) => {
    await kubectl(
      `apply -n ${namespace} --server-side --force-conflicts --field-manager=test -f -`,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'prometheus-config' },
        data: { ...before.data, 'rules.yml': rules },
      }),
    );
    // The kubelet looks at a pod's files when the pod changes, and else once in a minute or so.
    await kubectl(
      `annotate pod prometheus-0 -n ${namespace} --overwrite session-database/test=${Date.now()}`,
    );
  };
  const restarts = () =>
    kubectl(`get pod prometheus-0 -n ${namespace} -o jsonpath={.status.containerStatuses[0].restartCount}`);
  const count = await restarts();
  const known = JSON.parse(before.data['rules.yml']!) as { groups: object[] };
  try {
    const rule = { record: 'added_by_a_test', expr: 'vector(1)' };
    await put(JSON.stringify({ groups: [...known.groups, { name: 'test', rules: [rule] }] }));
    await eventually('the new rule', 150, async () => (await prometheus.rules()).has('added_by_a_test'));
    await put('groups: of nothing');
    await eventually('the failure', 150, async () => {
      const [sample] = await prometheus.query('prometheus_config_last_reload_successful');
      return sample?.value[1] === '0';
    });
    expect((await prometheus.rules()).has('added_by_a_test')).toBe(true);
  } finally {
    await put(before.data['rules.yml']!);
  }
  await eventually(
    'the rules from before',
    150,
    async () => !(await prometheus.rules()).has('added_by_a_test'),
  );
  expect(await restarts()).toBe(count);
});
