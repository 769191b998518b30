import { dashboards } from '../../components/monitoring/dashboards';
import { ruleSettings } from '../../stacks/monitoringPlan';
import { parseStackConfig } from '../../stacks/parse';
import { PrometheusOf } from './support/monitoring';

jest.setTimeout(240_000);

let prometheus: PrometheusOf;
beforeAll(async () => {
  prometheus = await PrometheusOf.open('dev');
});
afterAll(() => prometheus.close());

const config = parseStackConfig('session-database', { environment: 'dev' });
const boards = Object.values(dashboards(ruleSettings(config, 'standalone', {})));

test.each(boards.map((board) => [board.title!, board] as const))(
  'every panel of "%s" shows something, as far as there is something to show',
  async (_, board) => {
    expect(await prometheus.emptyPanels(board, config.namespace)).toEqual([]);
  },
);
