import type { Dashboard, Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import { dashboards } from '../../../../components/monitoring/dashboards';
import { dashboard, line, row } from '../../../../components/monitoring/dashboards/board';
import { stat } from '../../../../components/monitoring/dashboards/panels';
import { emptyWhenWell, panelQueries, panelsOf } from '../../../../components/monitoring/dashboards/queries';
import { renderedGroups } from '../../../../components/monitoring/rules/render';
import { ruleGroups } from '../../../../components/monitoring/rules';
import { proxyMetrics } from '../../../../components/proxy/metrics';
import { settings as rules } from '../../../rules/support/settings';
import exported from './metrics.json';
import { stacks } from './settings';

const known = { ...exported, proxy: proxyMetrics };
type Mode = keyof typeof stacks;
const modes = Object.keys(stacks) as Mode[];
const all = Object.fromEntries(modes.map((mode) => [mode, dashboards(stacks[mode])])) as Record<
  Mode,
  Readonly<Record<string, Dashboard>>
>;
const every = modes.flatMap((mode) =>
  Object.values(all[mode]).map((board) => [`${mode}: ${board.title}`, board, mode] as const),
);
const board = (mode: Mode, title: string): Dashboard =>
  Object.values(all[mode]).find((of) => of.title === title)!;
const panel = (of: Dashboard, title: string): Panel => panelsOf(of).find((one) => one.title === title)!;

interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
  readonly datasource: unknown;
}
const targetsOf = ({ targets = [] }: Panel) => targets as unknown as readonly Target[];
const rowsOf = ({ panels = [] }: Dashboard) =>
  panels.filter((of): of is RowPanel => of.type === 'row').map(({ title }) => title);

/** Names of metrics in an expression: what is no word of PromQL, no label and no text. */
function metricsOf(expr: string): string[] {
  const bare = expr
    .replace(/"[^"]*"/g, '')
    .replace(/\{[^}]*\}/g, '')
    .replace(/\[[^\]]*\]/g, '')
    .replace(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, '');
  return [...bare.matchAll(/(?<![\w:.])[a-zA-Z_:][\w:]*(?!\s*\()\b/g)]
    .map(([name]) => name)
    .filter((name) => !['or', 'and', 'unless', 'on', 'offset', 'bool'].includes(name))
    .filter((name) => !/^(?:sum|min|max|avg|count|topk)$/.test(name));
}

describe('dashboards', () => {
  test('are four, the one of sessions first, by uids that links and bookmarks may hold', () => {
    for (const mode of modes) {
      expect(Object.entries(all[mode]).map(([uid, { title }]) => [uid, title])).toEqual([
        ['session-database-sessions', 'Sessions'],
        ['session-database-redis', 'Redis'],
        ['session-database-platform', 'Platform'],
        ['session-database-slo', 'Service level objectives'],
      ]);
    }
  });

  test('are the same text for the same settings', () => {
    expect(JSON.stringify(dashboards(stacks.sentinel))).toBe(JSON.stringify(all.sentinel));
  });

  test('leave out what a mode does not have', () => {
    const words = Object.values(all.standalone).flatMap((of) =>
      [...JSON.stringify(of).matchAll(/\w*(?:sentinel|replica|proxy|slave)\w*/gi)].map(([word]) => word),
    );
    expect(words).toEqual([]);
    expect(rowsOf(board('standalone', 'Redis'))).toEqual([
      ...['Now', 'State', 'Memory', 'Commands', 'Persistence', 'Clients', 'Errors and refusals'],
    ]);
    expect(rowsOf(board('sentinel', 'Redis'))).toEqual([
      ...['Now', 'Replication', 'Sentinels', 'Proxy'],
      ...['Memory', 'Commands', 'Persistence', 'Clients', 'Errors and refusals'],
    ]);
    const plain = Object.values(dashboards({ ...stacks.standalone, tls: false }));
    expect(plain.flatMap(rowsOf)).not.toContain('Certificates');
    expect(rowsOf(board('standalone', 'Platform'))).toContain('Certificates');
  });

  test('take their colours from what the stack promises and allows', () => {
    const steps = (mode: Mode, title: string, of: string) =>
      panel(board(mode, title), of).fieldConfig!.defaults.thresholds!.steps.map(({ value }) => value);
    expect(steps('sentinel', 'Redis', 'Memory in use')).toEqual([null, 0.8, 0.95]);
    expect(steps('sentinel', 'Redis', 'Behind the master')).toEqual([null, 16 * 2 ** 20]);
    expect(steps('sentinel', 'Redis', 'Pods that answer')).toEqual([null, 1, 3]);
    expect(steps('sentinel', 'Redis', 'Sentinels that are well')).toEqual([null, 3]);
    expect(steps('sentinel', 'Redis', 'Connections')).toEqual([null, 800, 1000]);
    expect(steps('standalone', 'Sessions', 'Since the last cleanup')).toEqual([null, 360, 540]);
    expect(steps('standalone', 'Sessions', 'Mean call')).toEqual([null, 0.0005, 0.001]);
    expect(steps('standalone', 'Platform', 'Least free volume')).toEqual([null, 0.15, 0.3]);
    expect(steps('standalone', 'Service level objectives', 'Availability')).toEqual([null, 0.999]);
    expect(steps('standalone', 'Service level objectives', 'Time left to fail')).toEqual([
      null,
      0,
      648,
      1296,
    ]);
  });

  test('count the budget by the objective', () => {
    const [target] = targetsOf(
      panel(board('sentinel', 'Service level objectives'), 'Availability budget left'),
    );
    expect(target!.expr).toBe(
      '1 - (1 - session_database:sli_availability:ratio_30d{namespace=~"$namespace|"}) / 0.001',
    );
  });

  test('lead from an alert to its page, where there are pages', () => {
    const link = (of: Dashboard) =>
      JSON.stringify(panel(of, 'Alerts').fieldConfig!.overrides.flatMap(({ properties }) => properties));
    const { runbooks, ...without } = stacks.sentinel;
    expect(link(board('sentinel', 'Platform'))).toContain(`"url":"${runbooks}/\${__value.raw}.md"`);
    expect(JSON.stringify(dashboards(without))).not.toContain('.md');
  });

  test('have each of the panels that are empty when all is well', () => {
    const titles = Object.values(all.standalone).flatMap((of) => panelsOf(of).map(({ title }) => title));
    for (const title of emptyWhenWell) expect(titles).toContain(title);
  });

  test('mark failovers in mode sentinel', () => {
    const names = (of: Dashboard) => of.annotations.list?.map(({ name }) => name);
    expect(names(board('sentinel', 'Redis'))).toEqual(['Alerts', 'Another master']);
    expect(names(board('standalone', 'Redis'))).toEqual(['Alerts']);
  });
});

describe.each(every)('%s', (_, of, mode) => {
  const panels = panelsOf(of);
  const targets = panels.flatMap((one) => targetsOf(one).map((target) => ({ ...target, panel: one.title })));

  test('is read only, has a question to answer, tags, links to the others and alerts on its graphs', () => {
    expect(of).toMatchObject({
      editable: false,
      tags: ['session-database'],
      links: [{ type: 'dashboards', tags: ['session-database'], includeVars: true, keepTime: true }],
    });
    expect(of.description).toMatch(/\?$/);
    expect(of.annotations.list?.[0]).toMatchObject({
      name: 'Alerts',
      enable: true,
      expr: 'ALERTS{namespace=~"$namespace|", alertstate="firing", severity=~"critical|warning"}',
    });
    expect(of.templating.list?.map(({ name }) => name).slice(0, 2)).toEqual(['datasource', 'namespace']);
  });

  test('has ids and letters of queries that are unique', () => {
    const ids = of.panels!.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const one of panels) {
      const letters = targetsOf(one).map(({ refId }) => refId);
      expect(letters).toEqual(letters.map((__, index) => String.fromCharCode(65 + index)));
    }
  });

  test('has titles that are unique in a row', () => {
    let title = '';
    const full = of.panels!.flatMap((one) => {
      if (one.type === 'row') title = one.title!;
      return one.type === 'row' ? [] : [`${title}: ${one.title}`];
    });
    expect(full.filter((one, index) => full.indexOf(one) !== index)).toEqual([]);
  });

  test('fills the grid, line by line, and nothing lies on something else', () => {
    const cells = new Set<string>();
    for (const { gridPos } of of.panels!) {
      const { x, y, w, h } = gridPos!;
      expect(x + w).toBeLessThanOrEqual(24);
      for (let column = x; column < x + w; column += 1) {
        for (let at = y; at < y + h; at += 1) cells.add(`${column} ${at}`);
      }
    }
    const area = of.panels!.reduce((sum, { gridPos }) => sum + gridPos!.w * gridPos!.h, 0);
    expect(cells.size).toBe(area);
    const height = Math.max(...of.panels!.map(({ gridPos }) => gridPos!.y + gridPos!.h));
    expect(area).toBe(24 * height);
  });

  test('says what its lines are, of which source, in which unit', () => {
    expect(targets.length).toBeGreaterThanOrEqual(panels.length);
    for (const target of targets) {
      expect(target).toMatchObject({ datasource: { type: 'prometheus', uid: '$datasource' } });
      expect(target.legendFormat).not.toBe('');
    }
    for (const one of panels) {
      expect(one.fieldConfig!.defaults.unit).toMatch(/\S/);
      expect(one.title).toMatch(/\S/);
    }
  });

  test('asks for metrics that there are, and of the chosen namespace only', () => {
    const there = new Set(
      Object.entries(known).flatMap(([job, names]) =>
        mode === 'standalone' && ['sentinel', 'proxy'].includes(job) ? [] : names,
      ),
    );
    for (const { expr, panel: title } of targets) {
      const used = metricsOf(expr).filter((name) => name !== 'time');
      expect(used.length).toBeGreaterThan(0);
      expect([title, used.filter((name) => !there.has(name))]).toEqual([title, []]);
      const selectors = expr.match(/\{[^}]*\}/g) ?? [];
      expect([title, selectors.length]).toEqual([title, used.length]);
      for (const selector of selectors) expect(selector).toMatch(/^\{namespace=~?"\$namespace\|?"/);
    }
  });

  test('has queries that Prometheus takes once the variables have values', () => {
    const queries = panelQueries(of, { namespace: 'sessions' });
    expect(queries.map(({ refId }) => refId)).toEqual(targets.map(({ refId }) => refId));
    expect(queries.filter(({ expr }) => expr.includes('$'))).toEqual([]);
  });
});

test('a proxy is asked for what rules and dashboards read, and nothing else', () => {
  const read = [
    ...every.flatMap(([, of]) => panelsOf(of).flatMap((one) => targetsOf(one).map(({ expr }) => expr))),
    ...renderedGroups(ruleGroups(rules.staging), '').flatMap((group) => group.rules.map(({ expr }) => expr)),
  ].flatMap((expr) => expr.match(/haproxy_\w+/g) ?? []);
  expect([...new Set(read)].sort()).toEqual(proxyMetrics);
});

describe('queries of a panel', () => {
  const of = dashboard({
    uid: 'uid',
    title: 'title',
    description: 'description',
    from: 'now-1h',
    choices: [],
    rows: [
      row(
        'row',
        line(
          'small',
          stat('one', {}, { expr: 'rate(a{b="$namespace", c=~"$instance"}[$__rate_interval])', legend: 'l' }),
        ),
      ),
    ],
  });

  test('have the given values, and those of Grafana itself', () => {
    expect(panelQueries(of, { namespace: 'n' })).toEqual([
      { panel: 'one', refId: 'A', expr: 'rate(a{b="n", c=~".+"}[1m])' },
    ]);
    expect(panelQueries(of, { namespace: 'n', instance: 'i', __rate_interval: '5m' })[0]!.expr).toBe(
      'rate(a{b="n", c=~"i"}[5m])',
    );
  });

  test('are refused without a value', () => {
    expect(() => panelQueries(of, {})).toThrow('"one" A has no value for $namespace');
  });
});

test('names of metrics are found in expressions', () => {
  expect(
    metricsOf(
      '1 - (sum(rate((max without (le) (a_bucket{x="y|z"}))[1m:15s])) or vector(0)) / on (i) group_right () b:c{d="e"} - time()',
    ),
  ).toEqual(['a_bucket', 'b:c']);
});
