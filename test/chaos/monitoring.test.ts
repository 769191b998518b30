import { dashboards } from '../../components/monitoring/dashboards';
import { kubectl } from '../../local/cluster/cluster';
import { until } from '../../local/exec';
import { nodes } from '../../local/cluster/topology';
import { ruleSettings } from '../../stacks/monitoringPlan';
import { parseStackConfig } from '../../stacks/parse';
import { PrometheusOf } from '../cluster/support/monitoring';

jest.setTimeout(240_000);

const namespace = 'session-database-staging';
let prometheus: PrometheusOf;
beforeAll(async () => {
  prometheus = await PrometheusOf.open('staging');
});
afterAll(() => prometheus.close());

test('every pod of Redis, Sentinels, the proxy and monitoring is read', async () => {
  const running = async (name: string): Promise<string[]> => {
    const of = ['-n', namespace, '-l', `app.kubernetes.io/name=${name}`];
    return (await kubectl(['get', 'pods', ...of, '-o', 'jsonpath={.items[*].metadata.name}'])).split(' ');
  };
  const jobs = {
    redis: 'redis',
    sentinel: 'sentinel',
    'redis-proxy': 'proxy',
    prometheus: 'prometheus',
    alertmanager: 'alertmanager',
  };
  let expected: string[] = [];
  let found: string[] = [];
  await until('every target being read', 60, async () => {
    const pods = await Promise.all(
      Object.entries(jobs).map(async ([name, job]) => (await running(name)).map((pod) => `${job} ${pod}`)),
    );
    const kubelets = ['containers', 'volumes'].flatMap((job) => nodes.map(({ name }) => `${job} ${name}`));
    expected = [...pods.flat(), ...kubelets].sort();
    found = await prometheus.targets();
    return found.join() === expected.join();
  }).catch(() => undefined);
  expect(found).toEqual(expected);
  expect(found.length).toBeGreaterThanOrEqual(3 + 3 + 2 + 2 + 2 * nodes.length);
});

test('no rule fails', async () => {
  const rules = await prometheus.rules();
  expect(rules.size).toBeGreaterThan(90);
  expect([...rules].filter(([, problem]) => problem !== '')).toEqual([]);
});

const config = parseStackConfig('session-database', { environment: 'staging' });
const settings = ruleSettings(config, 'sentinel', {});

test.each(Object.values(dashboards(settings)).map((board) => [board.title!, board] as const))(
  'every panel of "%s" shows something, as far as there is something to show',
  async (_, board) => {
    expect(await prometheus.emptyPanels(board, namespace)).toEqual([]);
  },
);
