// `make test`: every suite in turn, one closing line for all. A suite that cannot start counts as a failure.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

const checkout = resolve(__dirname, '..');
const results = join(checkout, 'results');
const total: Tally = { passed: 0, failed: 0, skipped: 0 };

function add(name: string, begun: number, tally: Tally): void {
  total.passed += tally.passed;
  total.failed += tally.failed;
  total.skipped += tally.skipped;
  const seconds = ((Date.now() - begun) / 1000).toFixed(1);
  console.log(
    `${tally.failed === 0 ? '✔' : '✖'} ${name}: ${tally.passed} of ${tally.passed + tally.failed} passed, ${seconds} s\n`,
  );
}

function start(
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = checkout,
): Promise<number> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: 'inherit' });
  return new Promise((done) => {
    child.on('error', () => done(127));
    child.on('close', (code) => done(code ?? 1));
  });
}

/** A command that passes or fails as a whole. */
async function check(name: string, command: readonly string[]): Promise<boolean> {
  console.log(`── ${name}`);
  return judge(name, Date.now(), start(command));
}

async function judge(name: string, begun: number, ending: Promise<number>): Promise<boolean> {
  const passed = (await ending) === 0;
  add(name, begun, { passed: Number(passed), failed: Number(!passed), skipped: 0 });
  return passed;
}

interface JestResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

// Suites that measure nothing may use every processor, and one that mostly waits runs two files at a time; the others have the
// machine for themselves, a file at a time.
const workers: Readonly<Record<string, string>> = {
  unit: '100%',
  policy: '100%',
  gates: '100%',
  sentinel: '2',
};

async function jest(project: string, env: Readonly<Record<string, string>> = {}): Promise<void> {
  console.log(`── ${project}`);
  const begun = Date.now();
  const file = join(results, `jest-${project}.json`);
  rmSync(file, { force: true });
  const options = ['--selectProjects', project, '--json', '--outputFile', file, '--silent=false'];
  const status = await start(
    [
      'node_modules/.bin/jest',
      ...options,
      ...(workers[project] === undefined ? ['--runInBand'] : [`--maxWorkers=${workers[project]}`]),
    ],
    env,
  );
  const none: Tally = { passed: 0, failed: 1, skipped: 0 };
  if (!existsSync(file)) return add(project, begun, none);
  const found = JSON.parse(readFileSync(file, 'utf8')) as JestResults;
  const failed = found.numFailedTests + found.numRuntimeErrorTestSuites;
  add(project, begun, {
    passed: found.numPassedTests,
    failed: failed === 0 && status !== 0 ? 1 : failed,
    skipped: found.numPendingTests + found.numTodoTests,
  });
}

/** Go tests of a module below local/tools, counted one by one. */
async function go(module: string, packages: string): Promise<void> {
  console.log(`── go test: ${module}`);
  const begun = Date.now();
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  // With the flag of the build, whose compiled packages then serve here, too.
  const child = spawn('go', ['test', '-trimpath', '-json', packages], {
    cwd: join(checkout, 'local', 'tools', module),
    env: { ...process.env, CGO_ENABLED: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const output = new Map<string, string>();
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = JSON.parse(line) as { Action: string; Test?: string; Output?: string };
      const test = event.Test ?? '';
      if (event.Action === 'output') output.set(test, (output.get(test) ?? '') + (event.Output ?? ''));
      if (event.Action === 'fail') process.stdout.write(output.get(test) ?? '');
      if (!event.Test) continue;
      if (event.Action === 'pass') tally.passed++;
      if (event.Action === 'fail') tally.failed++;
      if (event.Action === 'skip') tally.skipped++;
    }
  });
  const status = await new Promise<number>((done) => child.on('close', (code) => done(code ?? 1)));
  if (status !== 0 && tally.failed === 0) tally.failed = 1;
  add(`go test: ${module}`, begun, tally);
}

async function main(): Promise<void> {
  mkdirSync(results, { recursive: true });
  await check('make check', ['make', '--no-print-directory', 'check']);
  await jest('gates');
  await jest('unit');
  const kubeconfig = join(checkout, '.platform', 'kubeconfig');
  // What waits for pods leaves processors to what only computes.
  const up = check('make up', ['make', '--no-print-directory', 'up']);
  await jest('policy');
  if (await up) {
    // Beside suites that leave the cluster alone: five minutes in which nothing is wrong.
    const begun = Date.now();
    const calm = start(['make', '--no-print-directory', 'calm']);
    await go('kubernetes', './netpol/...');
    await jest('functions', { FUZZ_SECONDS: '15' });
    await jest('sentinel');
    await jest('rules');
    await judge('calm', begun, calm);
    await jest('plugins', { KUBECONFIG: kubeconfig });
    await jest('cluster', { KUBECONFIG: kubeconfig });
    const staging = check('make up STACK=staging', ['make', '--no-print-directory', 'up', 'STACK=staging']);
    await jest('previews');
    if (await staging) {
      await jest('chaos', { KUBECONFIG: kubeconfig });
    }
    await jest('lifecycle');
  }
  await check('make down', ['make', '--no-print-directory', 'down']);
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error);
  console.log(`${total.passed} passed, ${total.failed + 1} failed`);
  process.exitCode = 1;
});
