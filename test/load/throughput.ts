import type Redis from 'ioredis';
import type { RoleName } from '../../components/credentials/roles';
import { Calls } from '../functions/support/calls';
import type { RedisServer } from '../functions/support/server';
import { compare, type Comparison, rate, type Slice, within } from './measure';
import { encoded, RawConnection } from './raw';
import {
  type Command,
  create,
  createByCommands,
  fields,
  multi,
  nextSession,
  reads,
  set,
  ttl,
  type Way,
} from './ways';

/** Names of the comparisons, as results are written; by the client that costs next to nothing: `_raw`. */
export type ComparisonName =
  | 'create_vs_commands_1'
  | 'create_vs_commands_50'
  | 'create_vs_multi_50'
  | 'create_vs_multi_50_raw'
  | 'create_vs_set_50'
  | 'create_vs_set_50_raw'
  | 'get_vs_hgetall_50'
  | 'get_vs_hgetall_50_raw';

export interface Effort {
  /** Slices of each side of a comparison. */
  readonly pairs: number;
  readonly sliceMilliseconds: number;
}

/** Seconds of processor that the server's main thread has used. */
async function cpuSeconds(admin: Redis): Promise<number> {
  const text = await admin.info('cpu');
  const of = (name: string) => Number(new RegExp(`used_cpu_${name}_main_thread:([\\d.]+)`).exec(text)![1]);
  return of('user') + of('sys');
}

const ask =
  (redis: Redis) =>
  ([name, ...words]: Command): Promise<unknown> =>
    redis.call(name, ...words);

/** A way by ioredis: one command, or a transaction. */
const byIoredis =
  (way: Way) =>
  (redis: Redis): (() => Promise<unknown>) => {
    const send = ask(redis);
    return async () => {
      const commands = way();
      if (commands.length === 1) return send(commands[0]!);
      // MULTI and EXEC are ioredis' own.
      for (const [error] of (await redis
        .multi(commands.slice(1, -1).map(([name, ...words]) => [name.toLowerCase(), ...words]))
        .exec())!)
        if (error) throw error;
      return undefined;
    };
  };

/** Slices in which the connections of a role do an operation by ioredis, which prepares each as an ordinary service does. */
function ordinary(
  server: RedisServer,
  role: RoleName,
  count: number,
  operation: (redis: Redis) => () => Promise<unknown>,
): Slice {
  const operations = Array.from({ length: count }, () => operation(server.connect(role)));
  const cpu = () => cpuSeconds(server.as('admin'));
  return (milliseconds) => rate(operations, within(milliseconds), cpu);
}

/** Slices in which raw connections send what was prepared before the clock starts, as many as the last slice had time for. */
async function raw(
  server: RedisServer,
  role: RoleName,
  count: number,
  way: Way,
): Promise<Slice & { close(): void }> {
  const connections = await Promise.all(
    Array.from({ length: count }, () => RawConnection.open(server, role)),
  );
  const cpu = () => cpuSeconds(server.as('admin'));
  const replies = way().length;
  let perSecond = 5000;
  const slice = async (milliseconds: number) => {
    const requests = Array.from({ length: Math.ceil((perSecond * milliseconds) / 1000) }, () =>
      encoded(way()),
    );
    const operations = connections.map((connection) => () => connection.send(requests.pop()!, replies));
    const rated = await rate(operations, () => requests.length > 0, cpu);
    perSecond = rated.perSecond;
    return rated;
  };
  return Object.assign(slice, { close: () => connections.forEach((connection) => connection.close()) });
}

/**
 * Compares the session functions with what users write without them, on one server that has the library and no data.
 * The functions are called as the role `application`; the commands, which that role may not use, as `admin`: both pay for
 * the check of their rights.
 */
export async function* comparisons(
  server: RedisServer,
  { pairs, sliceMilliseconds }: Effort,
): AsyncGenerator<[ComparisonName, Comparison]> {
  const admin = server.as('admin');
  // A rewrite of the append-only file would fall on one side alone.
  await admin.config('SET', 'auto-aof-rewrite-percentage', '0');
  const between = (one: Slice, other: Slice) => compare(one, other, pairs, sliceMilliseconds);
  const both = async function* (
    name: 'create_vs_multi_50' | 'create_vs_set_50' | 'get_vs_hgetall_50',
    one: Way,
    other: Way,
  ) {
    const sides = [
      ordinary(server, 'application', 50, byIoredis(one)),
      ordinary(server, 'admin', 50, byIoredis(other)),
    ];
    yield [name, await between(sides[0]!, sides[1]!)] as [ComparisonName, Comparison];
    const [rawOne, rawOther] = [
      await raw(server, 'application', 50, one),
      await raw(server, 'admin', 50, other),
    ];
    yield [`${name}_raw`, await between(rawOne, rawOther)] as [ComparisonName, Comparison];
    rawOne.close();
    rawOther.close();
    await admin.flushdb('SYNC');
  };
  for (const count of [1, 50] as const) {
    const functions = ordinary(server, 'application', count, byIoredis(create));
    const commands = ordinary(server, 'admin', count, (redis) => () => createByCommands(ask(redis)));
    yield [`create_vs_commands_${count}`, await between(functions, commands)];
    await admin.flushdb('SYNC');
  }
  yield* both('create_vs_multi_50', create, multi);
  yield* both('create_vs_set_50', create, set);
  const { session } = new Calls(server.as('application'));
  const sessions = Array.from({ length: 10_000 }, nextSession);
  await Promise.all(sessions.map(({ id }) => session.create(id, `reader-${id}`, ttl, ...fields)));
  const { get, hgetall } = reads(sessions.map(({ id }) => id));
  yield* both('get_vs_hgetall_50', get, hgetall);
}
