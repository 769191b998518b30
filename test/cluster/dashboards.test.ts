import { dashboards } from '../../components/monitoring/dashboards';
import { emptyWhenWell, panelQueries } from '../../components/monitoring/dashboards/queries';
import { ruleSettings } from '../../stacks/monitoring';
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
    const queries = panelQueries(board, { namespace: config.namespace });
    const empty: string[] = [];
    for (const { panel, refId, expr } of queries) {
      const series = await prometheus.query(expr);
      if (series.length === 0 && !emptyWhenWell.includes(panel)) empty.push(`${panel} ${refId}: ${expr}`);
    }
    expect(empty).toEqual([]);
  },
);
