import type Redis from 'ioredis';
import { answerTimeout, type Client } from './clients';
import { type Endpoint, once, parseInfo, type Place, quiet } from './place';
import { sleep } from './standardInput';

/** How long it looks for a master before a call fails, in milliseconds. */
const searchTimeout = 2000;

interface Found {
  readonly redis: Redis;
  readonly endpoint: Endpoint;
  readonly node: string;
}

/**
 * A small client that follows the master: when its server is lost or no longer the master, it asks that server whom it
 * follows itself, and else all Sentinels at once; whoever is named is asked whether it is the master. INFO says what ROLE
 * does, and every client library may ask for it.
 */
export class Follower implements Client {
  private found: Promise<Found> | undefined;
  private last: Endpoint | undefined;
  node = '';

  constructor(private readonly place: Place) {}

  async call(command: string, ...args: (string | number)[]): Promise<unknown> {
    this.found ??= this.search();
    const found = this.found;
    let redis: Redis | undefined;
    try {
      const { redis: connected, endpoint, node } = await found;
      redis = connected;
      this.last = endpoint;
      this.node = node;
      return await connected.call(command, ...args);
    } catch (error) {
      // An answer that is no refusal of the office leaves the connection as it is.
      const message = error instanceof Error ? error.message : String(error);
      const answered = error instanceof Error && error.name === 'ReplyError';
      if (!answered || /^(READONLY|NOREPLICAS|MASTERDOWN|LOADING)/.test(message)) {
        redis?.disconnect();
        if (this.found === found) this.found = undefined;
        // A master without replicas names itself; Sentinels know better.
        if (message.startsWith('NOREPLICAS')) this.last = undefined;
      }
      throw error;
    }
  }

  close(): void {
    void this.found?.then(
      ({ redis }) => redis.disconnect(),
      () => undefined,
    );
  }

  private async search(): Promise<Found> {
    const deadline = Date.now() + searchTimeout;
    let next = this.last;
    do {
      const tried = next && (await this.tryMaster(next));
      if (tried && 'redis' in tried) return tried;
      if (tried) next = tried;
      else next = await this.namedBySentinels();
      if (next === undefined) await sleep(20);
    } while (Date.now() < deadline);
    throw new Error('no master was found');
  }

  /** A connection to a server that is the master; else whom it follows, if it says so. */
  private async tryMaster(endpoint: Endpoint): Promise<Found | Endpoint | undefined> {
    const redis = quiet(once(this.place, this.place.application, endpoint));
    try {
      await redis.connect();
      const info = parseInfo((await redis.call('INFO', 'server', 'replication')) as string);
      if (info['role'] === 'master') {
        redis.options.commandTimeout = answerTimeout;
        return { redis, endpoint, node: info['run_id'] ?? '' };
      }
      redis.disconnect();
      const host = info['master_host'];
      return host === undefined || host === endpoint.host
        ? undefined
        : { name: host, host, port: Number(info['master_port']) };
    } catch {
      redis.disconnect();
      return undefined;
    }
  }

  /** The first answer of a Sentinel. */
  private async namedBySentinels(): Promise<Endpoint | undefined> {
    const answers = this.place.sentinels.map(async (sentinel): Promise<Endpoint> => {
      const redis = quiet(once(this.place, this.place.atSentinels, sentinel));
      try {
        const named = (await redis.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', this.place.masterName)) as
          [string, string] | null;
        if (named === null) throw new Error('it knows no master');
        return { name: named[0], host: named[0], port: Number(named[1]) };
      } finally {
        redis.disconnect();
      }
    });
    return Promise.any(answers).catch(() => undefined);
  }
}
