import type Redis from 'ioredis';
import type { RedisOptions } from 'ioredis';
import { Follower } from './follower';
import { parseInfo, type Place, quiet, tlsOf } from './place';

/** How a client finds the master: by its library's Sentinel mode, by following what servers say, or by the proxy. */
export type Kind = 'sentinel' | 'follow' | 'proxy';

/** The longest outage that a planned change may bring to clients of a kind, in milliseconds. */
export const plannedOutage: Readonly<Record<Kind, number>> = { sentinel: 1500, follow: 500, proxy: 500 };

/** A writer's way to the master. */
export interface Client {
  /** A command at the master; rejects when it failed, or is not known to have been done. */
  call(command: string, ...args: (string | number)[]): Promise<unknown>;
  /** The run id of the server that it is connected to; empty while that is not known. */
  readonly node: string;
  close(): void;
}

/** How long a client waits for an answer before it takes its server for lost, in milliseconds. */
export const answerTimeout = 1000;

/** A client of a kind, as an application sets it up. */
export function clientOf(kind: Kind, place: Place): Client {
  if (kind === 'follow') return new Follower(place);
  const common: RedisOptions = {
    ...place.application,
    // What was under way when a connection broke may have been done or not: the caller decides.
    autoResendUnfulfilledCommands: false,
    // What comes while there is no connection waits for the next one.
    maxRetriesPerRequest: null,
    commandTimeout: 2 * answerTimeout,
    socketTimeout: answerTimeout,
    connectTimeout: 300,
    retryStrategy: () => (kind === 'sentinel' ? 100 : 50),
    reconnectOnError: ({ message }) => /^(READONLY|NOREPLICAS|MASTERDOWN|LOADING)/.test(message),
    ...tlsOf(place),
  };
  if (kind === 'proxy') {
    if (place.proxy === undefined) throw new Error('there is no proxy');
    const { host, port, name } = place.proxy;
    // By its address, so that no look-up is measured; its certificate is for its names.
    return new Wrapped(quiet({ ...common, host, port, ...tlsOf(place, name) }));
  }
  const login = place.atSentinels;
  return new Wrapped(
    quiet({
      ...common,
      sentinels: place.sentinels.map(({ host, port }) => ({ host, port })),
      name: place.masterName,
      sentinelRetryStrategy: () => 100,
      sentinelCommandTimeout: 300,
      ...(login ? { sentinelUsername: login.username, sentinelPassword: login.password } : {}),
      ...(common.tls ? { sentinelTLS: common.tls, enableTLSForSentinelMode: true } : {}),
    }),
  );
}

/** A client of the library, and which server it has reached. */
class Wrapped implements Client {
  node = '';

  constructor(private readonly redis: Redis) {
    redis.on('close', () => (this.node = ''));
    redis.on('ready', () => {
      redis.info('server').then(
        (text) => (this.node = parseInfo(text)['run_id'] ?? ''),
        () => undefined, // the next connection asks again
      );
    });
  }

  call(command: string, ...args: (string | number)[]): Promise<unknown> {
    const answer = this.redis.call(command, ...args);
    if (this.redis.status !== 'ready') return answer; // it waits for a connection
    // The library drops what was under way when a connection ends, and its answer never comes.
    let lose: () => void = () => undefined;
    const lost = new Promise((_, fail) => {
      lose = () => fail(new Error('Connection is closed'));
      this.redis.once('close', lose);
    });
    return Promise.race([answer, lost]).finally(() => this.redis.off('close', lose));
  }

  close(): void {
    this.redis.disconnect();
  }
}
