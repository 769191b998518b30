import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What a gate found. `unchecked` is for what could not be looked at here; it is shown, and no pass. */
export interface Outcome {
  readonly state: 'passed' | 'failed' | 'unchecked';
  /** For people: findings, or why nothing was checked. */
  readonly output: string;
}

/** One of the checks of `make check`. */
export interface Gate {
  readonly name: string;
  /** Completes the sentence "checks …". */
  readonly about: string;
  /** Looks at a checkout. @param root - its folder, whose own settings and node_modules count */
  readonly check: (root: string) => Promise<Outcome>;
}

/** A command that has ended. */
export interface Ended {
  readonly status: number;
  readonly stdout: string;
  /** Both streams as they came. */
  readonly output: string;
}

/** Runs a command in a folder to its end, whatever its status. @throws Error when it cannot be started */
export function command(program: string, args: readonly string[], root: string, input = ''): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ status: code ?? 1, stdout, output }));
    child.stdin.on('error', () => undefined); // a command that does not read its input is no error
    child.stdin.end(input);
  });
}

/** Passed without problems, failed with them. */
export const judged = (problems: readonly string[]): Outcome => ({
  state: problems.length === 0 ? 'passed' : 'failed',
  output: problems.join('\n'),
});

/** Passed where a command succeeds. */
export async function succeeding(program: string, args: readonly string[], root: string): Promise<Outcome> {
  const { status, output } = await command(program, args, root);
  return { state: status === 0 ? 'passed' : 'failed', output };
}

/** An executable of an npm package of a checkout. */
export const bin = (root: string, name: string): string => join(root, 'node_modules', '.bin', name);

/**
 * The files of a checkout that are, or would be, in its repository: not what .gitignore leaves out.
 * @param patterns - git's; without any, all files
 */
export async function filesOf(root: string, ...patterns: readonly string[]): Promise<string[]> {
  const options = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...patterns];
  const { status, stdout, output } = await command('git', options, root);
  if (status !== 0) throw new Error(output);
  // git knows a file until its removal is committed, and takes a link to a folder for a file.
  const isFile = (file: string) => statSync(join(root, file), { throwIfNoEntry: false })?.isFile() === true;
  return [...new Set(stdout.split('\0'))].filter((file) => file !== '' && isFile(file)).sort();
}

/** What a tool finds and the project stands by, with the reason. */
export interface Exception {
  readonly rule: string;
  /** File or object. */
  readonly at: string;
  readonly why: string;
}

/** The exceptions of a gate in a checkout, from its scripts/checks/exceptions.json. */
export function exceptionsOf(root: string, gate: string): readonly Exception[] {
  const file = join(root, 'scripts', 'checks', 'exceptions.json');
  if (!existsSync(file)) return [];
  return (JSON.parse(readFileSync(file, 'utf8')) as Record<string, Exception[]>)[gate] ?? [];
}

/** What a tool found. */
export interface Found {
  readonly rule: string;
  readonly at: string;
  readonly text: string;
}

/** Findings without those that are excepted. An exception that nothing needs any more is a problem, too. */
export function excepting(found: readonly Found[], exceptions: readonly Exception[]): string[] {
  const same = (a: { rule: string; at: string }, b: { rule: string; at: string }) =>
    a.rule === b.rule && a.at === b.at;
  return [
    ...found.filter((one) => !exceptions.some((exception) => same(exception, one))).map(({ text }) => text),
    ...exceptions
      .filter((exception) => !found.some((one) => same(one, exception)))
      .map(({ rule, at }) => `the exception of ${at} from ${rule} is needed no more: remove it`),
  ];
}
