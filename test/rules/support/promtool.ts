import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageProgram } from '../../functions/support/image';

/** A test as promtool reads it. */
export interface PromtoolTest {
  readonly name: string;
  readonly interval: string;
  readonly input_series: readonly { readonly series: string; readonly values: string }[];
  readonly alert_rule_test?: readonly object[];
  readonly promql_expr_test?: readonly {
    readonly expr: string;
    readonly eval_time: string;
    readonly exp_samples: object[];
  }[];
}

export interface PromtoolRun {
  /** Text of the file of rules. */
  readonly rules: string;
  /** Names of the groups in the order of their evaluation. */
  readonly order: readonly string[];
  readonly evaluation: string;
  readonly tests: readonly PromtoolTest[];
}

/**
 * Runs tests by Prometheus' own engine.
 * @returns what is wrong, by the name of the test; those that pass are not in it
 * @throws Error when promtool says something else than that a test failed
 */
export async function runTests({
  rules,
  order,
  evaluation,
  tests,
}: PromtoolRun): Promise<Map<string, string>> {
  const file = {
    rule_files: ['rules.yml'],
    evaluation_interval: evaluation,
    group_eval_order: order,
    // It says of which test an alert is, not of which an expression: a comment in it does.
    tests: tests.map(({ promql_expr_test: looks = [], ...test }) => ({
      ...test,
      promql_expr_test: looks.map((look) => ({ ...look, expr: `${look.expr} # ${test.name}` })),
    })),
  };
  const { passed, output } = await promtool(['test', 'rules', 'tests.yml'], {
    'rules.yml': rules,
    'tests.yml': JSON.stringify(file),
  });
  const failures = new Map<string, string>();
  const begins = /^ {4}name: (.*),$|^ {4}expr: ".* # (.*)", time: /;
  let name = '';
  for (const line of output.split('\n')) {
    const [, alert, expression] = begins.exec(line) ?? [];
    name = alert ?? expression ?? name;
    if (name !== '') failures.set(name, `${failures.get(name) ?? ''}${line}\n`);
  }
  if (!passed && failures.size === 0) throw new Error(output);
  return failures;
}

/** Has Prometheus judge a file of rules. @returns its complaints; empty where there are none */
export async function checkRules(rules: string): Promise<string> {
  const { passed, output } = await promtool(['check', 'rules', '--lint=all', '--lint-fatal', 'rules.yml'], {
    'rules.yml': rules,
  });
  return passed ? '' : output;
}

// Runs are short and many at a time: memory is cheaper than looking for garbage.
const thrifty = { GOGC: '400', GOMAXPROCS: '1' };

async function promtool(args: readonly string[], files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'session-database-rules-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const [program, ...always] = imageProgram('promtool');
    return await new Promise<{ passed: boolean; output: string }>((done) => {
      execFile(
        program,
        [...always, ...args],
        { cwd: folder, maxBuffer: 2 ** 26, env: { ...process.env, ...thrifty } },
        (error, out, problems) => done({ passed: error === null, output: `${out}${problems}` }),
      );
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
