import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Site, System } from './systems/system';

/** A program of test/chaos/inside that runs. */
export class Inside {
  private errors = '';
  private readonly ended: Promise<number>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly script: string,
    onLine: (line: string) => void,
  ) {
    const output = createInterface({ input: child.stdout! });
    output.on('line', onLine);
    child.stderr!.on('data', (text: Buffer) => (this.errors += text.toString()));
    child.stdin!.on('error', () => undefined); // it has ended, which `stop` tells
    this.ended = new Promise((done) => {
      child.once('error', (error) => {
        this.errors += error.message;
        done(127);
      });
      child.once('close', (code) => done(code ?? 1));
    });
  }

  /** Starts it with what it is told. @param site - where; see {@link System.spawn} */
  static async start(
    system: System,
    script: string,
    plan: object,
    onLine: (line: string) => void = () => undefined,
    site?: Site,
  ): Promise<Inside> {
    const running = new Inside(await system.spawn(script, site), script, onLine);
    running.child.stdin!.write(`${JSON.stringify(plan)}\n`);
    return running;
  }

  /** Tells it to stop and waits for its end. @throws when it failed or does not end */
  async stop(seconds = 15): Promise<void> {
    this.child.stdin!.end();
    const limit = setTimeout(() => this.child.kill('SIGKILL'), seconds * 1000);
    const code = await this.ended;
    clearTimeout(limit);
    if (code !== 0) throw new Error(`${this.script} ended with ${code}: ${this.errors || 'not in time'}`);
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}
