import { createInterface } from 'node:readline';

/** What a process of the harness is told: a line of JSON, and that its standard input ends when it shall stop. */
export async function told<T>(): Promise<{ readonly plan: T; readonly stopped: Promise<void> }> {
  const lines = createInterface({ input: process.stdin });
  const stopped = new Promise<void>((done) => lines.once('close', done));
  const line = await new Promise<string>((done) => lines.once('line', done));
  return { plan: JSON.parse(line) as T, stopped };
}

/** Milliseconds since 1970, on a clock that does not jump while the process runs. */
export const now = (): number => performance.timeOrigin + performance.now();

export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((done) => setTimeout(done, Math.max(0, milliseconds)));

/** Runs a process' work to its end. Of an error only the message is told: the library's errors carry passwords. */
export function work(body: () => Promise<void>): void {
  body().then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exit(1);
    },
  );
}
