// What is compared: the session functions, and what users write in their place without them.
import { newId } from '../functions/support/calls';
import { settings } from '../functions/support/server';

/** A command and its words. */
export type Command = readonly [string, ...(string | number)[]];

/** The commands of one operation that go to Redis in one write, each time of another session. */
export type Way = () => Command[];

/** The fields that a client keeps of a sign-in: about 200 bytes. */
export const fields = [
  ...['device', 'phone', 'address', '203.0.113.7', 'roles', 'customer'],
  ...[
    'agent',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36',
  ],
];
export const ttl = 3600;
const { perUser } = settings.sessions;

// Ids that look like digests and cost nothing to make: hashing is the client's own affair, and the same for both sides.
const beginning = newId().slice(0, -12);
let made = 0;

/** A session that was never there, and its user: users have 3 on average, and one sign-in in twenty meets the limit of 5. */
export function nextSession(): { id: string; user: string } {
  const user = Math.floor((made + Math.random() * 3000) / 3);
  return { id: beginning + String(made++).padStart(12, '0'), user: `user-${user}` };
}

/** The call that signs a user in. */
export function createCall(
  id: string,
  user: string,
  seconds = ttl,
  own: readonly string[] = fields,
): Command {
  const keys = [`session:${id}`, `user_sessions:${user}`, 'session_cleanup', 'session_stats'];
  return ['FCALL', 'session_create', keys.length, ...keys, seconds, ...own];
}

// The same data under names of its own: the functions' indexes hold nothing but what they wrote.
const others = { session: 'other:session:', user: 'other:user_sessions:', cleanup: 'other:session_cleanup' };
const otherIndex = (user: string): string => others.user + user;

/** What makes a session by commands: the record, its end, its place with the user and in the index of cleanup, and how
 * many the user has. Refusing what is too large, and statistics, would be more. */
const createSteps = (id: string, user: string): Command[] => [
  ['HSET', others.session + id, '@user', user, '@created', Date.now(), ...fields],
  ['EXPIRE', others.session + id, ttl],
  ['SADD', otherIndex(user), id],
  ['ZADD', others.cleanup, Date.now() + ttl * 1000, id + user],
  ['SCARD', otherIndex(user)],
];

export type Ask = (command: Command) => Promise<unknown>;

/** By separate commands, each after the reply to the last one, with the result of `session_create`: an id that is taken is
 * refused, which a transaction cannot do, and of too many sessions the oldest goes. */
export async function createByCommands(ask: Ask): Promise<void> {
  const { id, user } = nextSession();
  if ((await ask(['EXISTS', others.session + id])) !== 0) throw new Error('the id is taken');
  let sessions: unknown;
  for (const step of createSteps(id, user)) sessions = await ask(step);
  if (Number(sessions) > perUser) await dropOldest(ask, user);
}

async function dropOldest(ask: Ask, user: string): Promise<void> {
  const found: [created: number, id: string][] = [];
  for (const id of (await ask(['SMEMBERS', otherIndex(user)])) as string[]) {
    found.push([Number(await ask(['HGET', others.session + id, '@created'])), id]);
  }
  found.sort(([one], [other]) => one - other);
  for (const [, id] of found.slice(0, -perUser)) {
    await ask(['DEL', others.session + id]);
    await ask(['SREM', otherIndex(user), id]);
    await ask(['ZREM', others.cleanup, id + user]);
  }
}

export const create: Way = () => {
  const { id, user } = nextSession();
  return [createCall(id, user)];
};

/** The steps as a transaction in one write. It keeps no limit: that would take a second one where there are too many. */
export const multi: Way = () => {
  const { id, user } = nextSession();
  return [['MULTI'], ...createSteps(id, user), ['EXEC']];
};

/** The same bytes as a plain value that no index knows. */
export const set: Way = () => {
  const { id, user } = nextSession();
  const value = ['@user', user, '@created', Date.now(), ...fields].join('\n');
  return [['SET', others.session + id, value, 'EX', ttl]];
};

/** Reads of sessions in turn, by function or by command. */
export const reads = (ids: readonly string[]): { get: Way; hgetall: Way } => {
  let nth = 0;
  const key = () => `session:${ids[nth++ % ids.length]!}`;
  return {
    get: () => [['FCALL', 'session_get', 1, key()]],
    hgetall: () => [['HGETALL', key()]],
  };
};
