import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A command that ended with an error; `message` names it, its last words and where the rest is. */
export class CommandError extends Error {
  constructor(
    readonly command: string,
    readonly status: string,
    readonly tail: string,
    readonly logFile?: string,
  ) {
    super(`${command}: ${status}${tail ? `\n${tail}` : ''}${logFile ? `\nThe whole log: ${logFile}` : ''}`);
  }
}

/** Options of {@link run}. */
export interface RunOptions {
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Written to the command's standard input, which is empty otherwise. */
  readonly input?: string;
  /** Output goes to the end of this file, too. */
  readonly logFile?: string;
  /** Called with each line of output as it comes. */
  readonly onLine?: (line: string) => void;
  /** Kill after so many milliseconds. @default never */
  readonly timeout?: number;
}

/**
 * Runs a command to its end and returns its standard output.
 *
 * @throws CommandError when it cannot be started, is killed, or exits with another status than 0
 */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(options.timeout === undefined ? {} : { timeout: options.timeout, killSignal: 'SIGKILL' as const }),
    });
    if (options.logFile) mkdirSync(dirname(options.logFile), { recursive: true });
    const log = options.logFile ? createWriteStream(options.logFile, { flags: 'a' }) : undefined;
    let stdout = '';
    let tail = '';
    let partial = '';
    const take = (text: string) => {
      log?.write(text);
      tail = (tail + text).slice(-4000);
      if (!options.onLine) return;
      const lines = (partial + text).split('\n');
      partial = lines.pop() ?? '';
      lines.forEach(options.onLine);
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      take(text);
    });
    child.stderr.setEncoding('utf8').on('data', take);
    const fail = (status: string) =>
      reject(
        new CommandError(
          [command, ...args.slice(0, 3)].join(' '),
          status,
          tail.trimEnd().split('\n').slice(-15).join('\n'),
          options.logFile,
        ),
      );
    child.on('error', (error) => fail(error.message));
    child.on('close', (code, signal) => {
      if (partial) options.onLine?.(partial);
      const settle = () => {
        if (code === 0) resolve(stdout);
        else fail(signal ? `killed by ${signal}` : `exit status ${code}`);
      };
      // Whoever is told that the command has ended may read its log, or remove it.
      if (log === undefined) settle();
      else log.end(settle);
    });
    child.stdin.on('error', () => undefined); // a command that does not read its input is no error
    child.stdin.end(options.input ?? '');
  });
}

/** Like {@link run}, but tells only whether the command succeeded. */
export async function succeeds(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<boolean> {
  try {
    await run(command, args, options);
    return true;
  } catch (error) {
    if (error instanceof CommandError) return false;
    throw error;
  }
}

/** A process by its id and start time, so that a re-used id is never taken for it. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks after boot, from /proc/PID/stat. */
  readonly startTime: string;
}

/** The identity of a running process; undefined when there is none (a zombie counts as none). */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const startTime = fields[19];
    return fields[0] === 'Z' || startTime === undefined ? undefined : { pid, startTime };
  } catch {
    return undefined;
  }
}

/** Whether exactly this process still runs. */
export function isAlive(process: ProcessIdentity): boolean {
  return identify(process.pid)?.startTime === process.startTime;
}

/** Waits. */
export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((done) => setTimeout(done, milliseconds));

/**
 * Tries until `probe` gives true.
 *
 * @param what completes the sentence "… within N s"
 * @throws Error naming `what` and the probe's last failure
 */
export async function until(
  what: string,
  seconds: number,
  probe: () => Promise<boolean> | boolean,
  everyMs = 200,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  let last = '';
  for (;;) {
    try {
      if (await probe()) return;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    if (Date.now() > deadline)
      throw new Error(`${what} did not happen within ${seconds} s${last ? `: ${last}` : ''}`);
    await sleep(everyMs);
  }
}
