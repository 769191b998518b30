import { join } from 'node:path';
import type Redis from 'ioredis';
import type { HaproxyConf } from '../../../components/proxy/conf';
import { checkout } from '../../../local/paths';
import { type Lab, type Node, until } from './replicated';
import { freePort, passwordOf } from './server';

/** Path of takeover.lua. */
export const takeover = join(checkout, 'components', 'proxy', 'takeover.lua');

/** What a change of masters may take at most on a busy machine; without load it is below 100 ms. */
export const boundMs = 2000;

/** Three Redis servers and what a proxy before them is told. */
export interface Stage {
  readonly a: Node;
  readonly b: Node;
  readonly c: Node;
  /** Port of all three. */
  readonly port: number;
  readonly conf: HaproxyConf;
}

/** Starts three Redis servers, of which `b` and `c` follow `a`. @param tls - folder of their certificates */
export async function stage(lab: Lab, tls?: string): Promise<Stage> {
  const port = await freePort();
  const a = await lab.redis('127.0.0.2', port, undefined, tls);
  const b = await lab.redis('127.0.0.3', port, a.address, tls);
  const c = await lab.redis('127.0.0.4', port, a.address, tls);
  await a.replicated(2);
  const conf = {
    pods: [a, b, c].map(({ address }, index) => ({ name: `redis-${index}`, address })),
    redisPort: port,
    port: await freePort(),
    statusPort: await freePort(),
    login: { user: 'proxy', password: passwordOf('proxy') },
    minReplicas: 1,
    maxConnections: 1000,
    drainSeconds: 5,
    takeover,
  };
  return { a, b, c, port, conf };
}

/** A client of the proxy. */
export const proxied = (lab: Lab, { port }: HaproxyConf, tls?: string): Redis =>
  lab.client('127.0.0.1', port, 'application', passwordOf('application'), tls);

/** The address of the server that a client has been sent to, as the server itself sees it. */
export async function nodeOf(
  nodes: readonly Node[],
  redis: Redis,
  name: string,
): Promise<string | undefined> {
  await redis.call('CLIENT', 'SETNAME', name);
  for (const node of nodes) {
    if (String(await node.call('CLIENT', 'LIST')).includes(` name=${name} `)) return node.address;
  }
  return undefined;
}

/** When a connection ends, by `performance.now`. */
export const closed = (redis: Redis): Promise<number> =>
  new Promise((done) => redis.once('close', () => done(performance.now())));

/** Returns when a new client has written. @returns when that was, by `performance.now` */
export async function written(connect: () => Redis): Promise<number> {
  await until(async () => {
    const redis = connect();
    return redis
      .hset('session:x', 'a', '1')
      .then(
        () => true,
        () => false,
      )
      .finally(() => redis.disconnect());
  });
  return performance.now();
}

/** Hands the role of master on. */
export async function handOver(from: Node, to: Node, other: Node, port: number): Promise<void> {
  await to.promote();
  await from.follow(to, port);
  await other.follow(to, port);
}

/** Until a proxy that has just started knows every server. */
export const settled = (): Promise<void> => new Promise((wait) => setTimeout(wait, 1500));
