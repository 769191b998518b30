import type Redis from 'ioredis';
import { Calls, newId } from '../functions/support/calls';
import type { RedisServer } from '../functions/support/server';
import { compare, type Comparison, type Operation, rate } from './measure';

/** The fields that a client keeps of a sign-in: about 200 bytes. */
export const fields = [
  ...['device', 'phone', 'address', '203.0.113.7', 'roles', 'customer'],
  ...[
    'agent',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36',
  ],
];
const ttl = 3600;

// Three sessions a user: below the limit of five, as most users are.
const userOf = (nth: number): string => `user-${Math.floor(nth / 3)}`;

const create: Operation = (redis) => {
  const { session } = new Calls(redis);
  return (nth) => session.create(newId(), userOf(nth), ttl, ...fields);
};

// What makes a session of commands: the record, its end, its place with the user and in the index of cleanup, and the look
// whether the user has too many. Statistics, and refusing what is too large, would be more.
interface Sink {
  hset(key: string, ...fields: string[]): unknown;
  expire(key: string, seconds: number): unknown;
  sadd(key: string, member: string): unknown;
  zadd(key: string, score: number, member: string): unknown;
  scard(key: string): unknown;
}
const steps = (id: string, user: string): ((to: Sink) => unknown)[] => [
  (to) => to.hset(`session:${id}`, 'user', user, 'created', String(Date.now()), ...fields),
  (to) => to.expire(`session:${id}`, ttl),
  (to) => to.sadd(`user_sessions:${user}`, id),
  (to) => to.zadd('session_cleanup', Date.now() + ttl * 1000, id + user),
  (to) => to.scard(`user_sessions:${user}`),
];

// One after the other; first the look whether the id is there already, which a transaction cannot act on.
const commands: Operation = (redis) => async (nth) => {
  const id = newId();
  if ((await redis.exists(`session:${id}`)) === 1) throw new Error('the id is taken');
  for (const step of steps(id, userOf(nth))) await step(redis);
};

const multi: Operation = (redis) => (nth) => {
  const transaction = redis.multi();
  for (const step of steps(newId(), userOf(nth))) step(transaction);
  return transaction.exec();
};

const set: Operation = (redis) => (nth) =>
  redis.set(`session:${newId()}`, [userOf(nth), Date.now(), ...fields].join('\n'), 'EX', ttl);

/** Names of the comparisons, as results are written. */
export type ComparisonName =
  | 'create_vs_commands_1'
  | 'create_vs_commands_50'
  | 'create_vs_multi_50'
  | 'create_vs_set_50'
  | 'get_vs_hgetall_50';

export interface Effort {
  /** Slices of each side of a comparison. */
  readonly pairs: number;
  readonly sliceMilliseconds: number;
}

/** Seconds of processor that the server's main thread has used. */
export async function cpuSeconds(admin: Redis): Promise<number> {
  const text = await admin.info('cpu');
  const of = (name: string) => Number(new RegExp(`used_cpu_${name}_main_thread:([\\d.]+)`).exec(text)![1]);
  return of('user') + of('sys');
}

/**
 * Compares the session functions with what users write without them, on one server that has the library.
 *
 * All of it by ioredis, as an ordinary service does. The functions are called as the role `application`; the commands,
 * which that role may not use, as `admin`: both pay for the check of their rights.
 */
export async function* comparisons(
  server: RedisServer,
  effort: Effort,
): AsyncGenerator<[ComparisonName, Comparison]> {
  const admin = server.as('admin');
  const connect = (role: 'application' | 'admin', count: number) =>
    Array.from({ length: count }, () => server.connect(role));
  const application = connect('application', 50);
  const other = connect('admin', 50);
  const cpu = () => cpuSeconds(admin);
  const side = (connections: readonly Redis[], operation: Operation) => {
    const operations = connections.map(operation);
    return (milliseconds: number) => rate(operations, milliseconds, cpu);
  };
  const versus = (count: number, one: Operation, another: Operation) =>
    compare(
      side(application.slice(0, count), one),
      side(other.slice(0, count), another),
      effort.pairs,
      effort.sliceMilliseconds,
    );

  yield ['create_vs_commands_1', await versus(1, create, commands)];
  yield ['create_vs_commands_50', await versus(50, create, commands)];
  yield ['create_vs_multi_50', await versus(50, create, multi)];
  yield ['create_vs_set_50', await versus(50, create, set)];

  await admin.flushdb();
  const ids = Array.from({ length: 10_000 }, newId);
  const calls = new Calls(application[0]!);
  for (const [nth, id] of ids.entries()) await calls.session.create(id, userOf(nth), ttl, ...fields);
  const idOf = (nth: number): string => ids[nth % ids.length]!;
  const get: Operation = (redis) => {
    const { session } = new Calls(redis);
    return (nth) => session.get(idOf(nth));
  };
  // By call, as FCALL is: hgetall would make an object of the reply, which is the client's own affair.
  const hgetall: Operation = (redis) => (nth) => redis.call('HGETALL', `session:${idOf(nth)}`);
  yield ['get_vs_hgetall_50', await versus(50, get, hgetall)];
  [...application, ...other].forEach((redis) => redis.disconnect());
}
