import type Redis from 'ioredis';
import type { Group, Pod } from './group';

interface Acknowledged {
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Whether a replica had it, too, before it counted as written. */
  readonly waited: boolean;
}

/** Clients that write without a pause, half of them with WAIT 1, and follow the master by asking every server for its role. */
export class Writers {
  readonly acknowledged: Acknowledged[] = [];
  errors = 0;
  private running = true;
  private readonly done: Promise<unknown>;

  constructor(
    private readonly group: Group,
    writers = 4,
  ) {
    this.done = Promise.all(Array.from({ length: writers }, (_, writer) => this.write(writer)));
  }

  private async write(writer: number): Promise<void> {
    const waits = writer % 2 === 0;
    let client: Redis | undefined;
    for (let at = 0; this.running; at++) {
      const key = `session:${writer}:${at}`;
      try {
        client ??= await this.master();
        await client.set(key, '1');
        if (waits && (await client.wait(1, 300)) < 1) continue;
        this.acknowledged.push({ key, at: Date.now(), waited: waits });
      } catch {
        this.errors++;
        client?.disconnect();
        client = undefined;
      }
      await new Promise((pause) => setTimeout(pause, 5));
    }
    client?.disconnect();
  }

  /** A client of the server that says it is master; of the first when several do. */
  private async master(): Promise<Redis> {
    const clients = this.group.redis.map((pod) => this.group.client(pod));
    try {
      const found = await Promise.any(
        clients.map(async (client) => {
          const [role] = (await client.role()) as unknown as [string];
          if (role !== 'master') throw new Error(`a ${role}`);
          return client;
        }),
      );
      clients.filter((client) => client !== found).forEach((client) => client.disconnect());
      return found;
    } catch (error) {
      clients.forEach((client) => client.disconnect());
      throw error;
    }
  }

  /** How many writes have been acknowledged. */
  get count(): number {
    return this.acknowledged.length;
  }

  /** Returns when so many more writes have been acknowledged. */
  async more(writes = 100): Promise<void> {
    const until = this.count + writes;
    while (this.count < until) await new Promise((pause) => setTimeout(pause, 10));
  }

  async stop(): Promise<void> {
    this.running = false;
    await this.done;
  }

  /** The longest time in milliseconds from one acknowledged write to the next. */
  get gap(): number {
    const times = this.acknowledged.map(({ at }) => at).sort((a, b) => a - b);
    return times.reduce((most, at, index) => Math.max(most, at - (times[index - 1] ?? at)), 0);
  }

  /** How many acknowledged writes a server does not have. */
  async lost(master: Pod): Promise<{ readonly waited: number; readonly unwaited: number }> {
    const client = this.group.client(master);
    const found = new Set<string>();
    const keys = this.acknowledged.map(({ key }) => key);
    for (let at = 0; at < keys.length; at += 1000) {
      const some = keys.slice(at, at + 1000);
      (await client.mget(some)).forEach((value, index) => value !== null && found.add(some[index]!));
    }
    client.disconnect();
    const missing = this.acknowledged.filter(({ key }) => !found.has(key));
    const waited = missing.filter((one) => one.waited).length;
    return { waited, unwaited: missing.length - waited };
  }
}
