import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

const checkout = resolve(__dirname, '..', '..', '..');

/**
 * Starts a program of test/chaos/inside, in a session of its own.
 * @param inside - command and arguments before it, such as of nsenter
 */
export function spawnInside(script: string, inside: readonly string[] = []): ChildProcess {
  const [program, ...args] = [
    ...inside,
    process.execPath,
    ...['--import', 'tsx', join(checkout, 'test', 'chaos', 'inside', script)],
  ];
  return spawn(program!, args, { cwd: checkout, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
}
