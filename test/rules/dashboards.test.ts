import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dashboards } from '../../components/monitoring/dashboards';
import { panelQueries } from '../../components/monitoring/dashboards/queries';
import { imageProgram } from '../functions/support/image';
import { stacks } from '../unit/components/monitoring/settings';

const [promtool, ...always] = imageProgram('promtool');
const folder = mkdtempSync(join(tmpdir(), 'dashboards-'));

afterAll(() => rmSync(folder, { recursive: true }));

/** What promtool says of expressions, all of them at once: it checks them as those of recording rules. */
function check(expressions: readonly string[]) {
  const file = join(folder, 'rules.json');
  const rules = expressions.map((expr, index) => ({ record: `query:${index}`, expr }));
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'queries', rules }] }));
  const { status, stdout, stderr } = spawnSync(promtool, [...always, 'check', 'rules', file], {
    encoding: 'utf8',
  });
  return { status, said: stdout + stderr };
}

test.each(Object.entries(stacks))(
  'Prometheus takes every query of the dashboards of a %s stack',
  (_, settings) => {
    const boards = Object.values(dashboards(settings));
    const queries = boards.flatMap((board) => [
      ...panelQueries(board, { namespace: 'sessions' }),
      ...(board.annotations.list ?? []).map(({ expr = '' }) => ({
        expr: expr.replaceAll('$namespace', 'sessions'),
      })),
    ]);
    const { status, said } = check(queries.map(({ expr }) => expr));
    expect(said).toContain(`SUCCESS: ${queries.length} rules found`);
    expect(status).toBe(0);
  },
);

test('what Prometheus would not take is found', () => {
  expect(check(['sum(']).status).not.toBe(0);
});
