import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** How a step ended. */
export interface StepResult {
  readonly name: string;
  readonly seconds: number;
  /** `unchanged`: it found its result there already. */
  readonly outcome: 'done' | 'unchanged' | 'failed';
}

/** The result of a step that found it there already. */
export class Unchanged<T> {
  constructor(readonly value: T) {}
}

/** Says that a step had nothing to do. */
export function unchanged(): Unchanged<undefined>;
export function unchanged<T>(value: T): Unchanged<T>;
export function unchanged(value?: unknown): Unchanged<unknown> {
  return new Unchanged(value);
}

const seconds = (milliseconds: number) => Math.round(milliseconds / 100) / 10;
const interval = 20_000;

/**
 * Runs the steps of a command, side by side where they do not wait for each other, and says of each what it does
 * and how long it took. A step is a promise: whoever needs it awaits it. The first failure is the command's.
 */
export class Steps {
  readonly results: StepResult[] = [];
  private readonly started = Date.now();

  constructor(private readonly say: (line: string) => void = console.log) {}

  /** Seconds since the command began. */
  get elapsed(): number {
    return seconds(Date.now() - this.started);
  }

  /**
   * Runs one step. `work` gets a function for news of its progress, shown at most every 20 s while the step lasts,
   * and returns an `unchanged` result when there was nothing to do.
   */
  async step<T>(
    name: string,
    work: (progress: (line: string) => void) => Promise<T | Unchanged<T>>,
  ): Promise<T> {
    const begun = Date.now();
    let news = '';
    const ticker = setInterval(
      () =>
        this.say(
          `    ${name}: still at it after ${Math.round((Date.now() - begun) / 1000)} s ${news}`.trimEnd(),
        ),
      interval,
    );
    try {
      const result = await work((line) => (news = `(${line.trim().slice(0, 90)})`));
      const found = result instanceof Unchanged;
      this.finish(name, begun, found ? 'unchanged' : 'done');
      return found ? result.value : result;
    } catch (error) {
      this.finish(name, begun, 'failed');
      throw error;
    } finally {
      clearInterval(ticker);
    }
  }

  private finish(name: string, begun: number, outcome: StepResult['outcome']): void {
    const took = seconds(Date.now() - begun);
    this.results.push({ name, seconds: took, outcome });
    const mark = { done: '✔', unchanged: '·', failed: '✖' }[outcome];
    this.say(
      `  ${mark} ${name.padEnd(44)} ${outcome === 'unchanged' ? 'unchanged' : ''.padEnd(9)} ${took.toFixed(1).padStart(7)} s`,
    );
  }

  /** Writes the figures of this run as JSON: `{finished, seconds, steps: [{name, seconds, outcome}]}`. */
  write(file: string): void {
    mkdirSync(dirname(file), { recursive: true });
    const figures = { finished: new Date().toISOString(), seconds: this.elapsed, steps: this.results };
    writeFileSync(file, `${JSON.stringify(figures, undefined, 2)}\n`);
  }
}

/** Lets at most `limit` pieces of work run at once. */
export function limited(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= limit) await new Promise<void>((go) => waiting.push(go));
    running++;
    try {
      return await work();
    } finally {
      running--;
      waiting.shift()?.();
    }
  };
}
