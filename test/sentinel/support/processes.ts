import type { ChildProcess, ChildProcessWithoutNullStreams } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A pod's script and what it has started. */
export interface Pod {
  readonly name: string;
  readonly address: string;
  readonly folder: string;
  process: ChildProcess | undefined;
  log: string;
}

/** How a script ended. */
export interface Ended {
  readonly code: number;
  readonly text: string;
}

/** How a script ends, and all it says. */
export function ended(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  let text = '';
  child.stdout.on('data', (part: Buffer) => (text += part.toString()));
  child.stderr.on('data', (part: Buffer) => (text += part.toString()));
  return new Promise((done) => child.on('close', (code) => done({ code: code ?? 1, text })));
}

/** Processes that a process has started. */
export const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

/** Whether a process is Redis or a Sentinel, and no script. One that has ended since it was listed is none. */
export function isServer(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('redis-server');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}
