import { sleep } from '../../local/exec';
import { claims, mastersIn, type Sample, unsettled } from './analysis/sample';
import { Inside } from './inside';
import type { Endpoint } from './inside/place';
import type { Site, System } from './systems/system';

/** Sees all servers and Sentinels of a system, ten times a second. */
export class Watcher {
  private seen: Sample | undefined;
  /** The most servers that said at one time that they are a master and take writes; may be set back. */
  claimed = 0;
  private process: Inside | undefined;

  private constructor(private readonly system: System) {}

  static async start(system: System, site?: Site): Promise<Watcher> {
    const watcher = new Watcher(system);
    const plan = { place: system.place, everyMs: 100 };
    const see = (line: string) => {
      watcher.seen = JSON.parse(line) as Sample;
      watcher.claimed = Math.max(watcher.claimed, claims(watcher.seen));
    };
    watcher.process = await Inside.start(system, 'watch.ts', plan, see, site);
    try {
      await watcher.until('the first look at all servers', 20, () => true);
    } catch (error) {
      await watcher.stop();
      throw error;
    }
    return watcher;
  }

  /** Waits until what is seen from now on passes. @throws with what was seen last */
  async until(what: string, seconds: number, passes: (sample: Sample) => boolean): Promise<Sample> {
    const began = Date.now();
    for (;;) {
      const { seen } = this;
      if (seen && seen.at > began && passes(seen)) return seen;
      if (Date.now() - began > seconds * 1000) {
        throw new Error(
          `${what}: not within ${seconds} s\n${this.description}\n${await this.system.describe()}`,
        );
      }
      await sleep(20);
    }
  }

  /**
   * Waits until there is one master that all Sentinels name and all replicas follow in sync.
   * @param lag - bytes that a replica may lack, under load. @default none
   * @param but - servers and Sentinels that are left out
   */
  async settled(
    seconds: number,
    lag = 0,
    but: readonly string[] = [],
  ): Promise<{ at: number; master: Endpoint }> {
    const hosts = Object.fromEntries(this.system.place.redis.map(({ name, host }) => [name, host]));
    const without = <T>(all: Readonly<Record<string, T>>) =>
      Object.fromEntries(Object.entries(all).filter(([name]) => !but.includes(name)));
    const sample = await this.until(
      'one master, named by all Sentinels and followed in sync',
      seconds,
      ({ at, redis, sentinels }) =>
        unsettled({ at, redis: without(redis), sentinels: without(sentinels) }, hosts, lag).length === 0,
    );
    const master = mastersIn(sample).find((name) => !but.includes(name));
    return { at: sample.at, master: this.system.place.redis.find(({ name }) => name === master)! };
  }

  private get description(): string {
    if (this.seen === undefined) return 'nothing was seen';
    const { redis, sentinels } = this.seen;
    return [
      ...Object.entries(redis).map(([name, seen]) => `${name}: ${seen ? JSON.stringify(seen) : 'no answer'}`),
      ...Object.entries(sentinels).map(([name, named]) => `${name} names ${named ?? '(no answer)'}`),
    ].join('\n');
  }

  async stop(): Promise<void> {
    await this.process?.kill();
  }
}
