import { Calls, fieldsOf, idOf, newId } from './support/calls';
import { disagreements } from './support/consistency';
import { RedisServer } from './support/server';

let server: RedisServer;
let calls: Calls;
const admin = () => server.as('admin');

beforeAll(async () => {
  server = await RedisServer.start();
  await server.load();
  calls = new Calls(server.as('application'));
});
afterEach(async () => {
  await new Calls(server.as('cleanup')).cleanup();
  expect(await disagreements(admin())).toEqual([]);
});
afterAll(() => server.remove());

const session = () => calls.session;
let users = 0;
const newUser = () => `user-${users++}`;

async function signIn(user: string, ...fields: string[]): Promise<string> {
  const id = newId();
  await session().create(id, user, '', ...fields);
  return id;
}

describe('session_create', () => {
  test('makes the hash with its TTL, puts the id into the set of the user and both into the index', async () => {
    const [id, user] = [newId(), newUser()];
    const before = Date.now();
    const [expires, dropped] = await session().create(id, user, 120, 'device', 'phone');
    expect(dropped).toEqual([]);
    expect(expires).toBeGreaterThanOrEqual(before + 120_000);
    expect(expires).toBeLessThanOrEqual(Date.now() + 120_000);
    expect(await admin().pexpiretime(`session:${id}`)).toBe(expires);
    expect(await admin().smembers(`user_sessions:${user}`)).toEqual([id]);
    expect(await admin().zscore('session_cleanup', id + user)).toBe(String(expires));
    const hash = await admin().hgetall(`session:${id}`);
    const { '@created': created, ...fields } = hash;
    expect(fields).toEqual({ '@user': user, device: 'phone' });
    expect(created).toMatch(/^\d{16}$/);
    expect(Number(created) / 1000).toBeGreaterThanOrEqual(before);
  });

  test('takes the default TTL for an empty text: an hour', async () => {
    const before = Date.now();
    const [expires] = await session().create(newId(), newUser());
    expect(expires).toBeGreaterThanOrEqual(before + 3_600_000);
    expect(expires).toBeLessThanOrEqual(Date.now() + 3_600_000);
  });

  test('needs no fields', async () => {
    expect(Object.keys(fieldsOf(await session().get(await signIn(newUser()))))).toEqual([
      '@user',
      '@created',
    ]);
  });

  test('refuses an id that is taken, whoever took it, and changes nothing', async () => {
    const user = newUser();
    const id = await signIn(user, 'device', 'phone');
    const before = await admin().hgetall(`session:${id}`);
    for (const other of [user, newUser()]) {
      await expect(session().create(id, other, '', 'device', 'stolen')).rejects.toThrow(/^EXISTS /);
    }
    expect(await admin().hgetall(`session:${id}`)).toEqual(before);
  });

  test('lets the oldest go when a user has more than five, and says which', async () => {
    const user = newUser();
    const ids: string[] = [];
    for (let at = 0; at < 5; at++) ids.push(await signIn(user));
    const [, dropped] = await session().create(newId(), user);
    expect(dropped).toEqual([ids[0]]);
    const [, next] = await session().create(newId(), user);
    expect(next).toEqual([ids[1]]);
    expect(await session().get(ids[0]!)).toBeNull();
    expect(await session().list(user)).toHaveLength(5);
  });

  test('counts expired sessions that wait for cleanup not towards the limit', async () => {
    const user = newUser();
    const ids: string[] = [];
    for (let at = 0; at < 5; at++) ids.push(await signIn(user));
    await expire(ids[4]!, user);
    const [, dropped] = await session().create(newId(), user);
    expect(dropped).toEqual([]);
    expect(await session().get(ids[0]!)).not.toBeNull();
  });

  test('counts sessions that Redis has evicted not towards the limit, and forgets them', async () => {
    const user = newUser();
    const ids: string[] = [];
    for (let at = 0; at < 5; at++) ids.push(await signIn(user));
    await admin().del(`session:${ids[2]}`);
    const [, dropped] = await session().create(newId(), user);
    expect(dropped).toEqual([]);
    expect(await admin().zscore('session_cleanup', ids[2] + user)).toBeNull();
    expect(await admin().scard(`user_sessions:${user}`)).toBe(5);
  });

  test('keeps a usual session a listpack, the small form of a hash', async () => {
    const agent =
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/143.0.0.0 Safari/537.36';
    const id = await signIn(newUser(), 'agent', agent, 'ip', '2001:db8::1', 'device', 'phone');
    expect(await admin().object('ENCODING', `session:${id}`)).toBe('listpack');
  });
});

/** As if its time were over: Redis has removed the hash, cleanup has not come by. */
async function expire(id: string, user: string): Promise<void> {
  await admin().zadd('session_cleanup', 'XX', Date.now() - 1, id + user);
  await admin().pexpireat(`session:${id}`, Date.now() - 1);
}

describe('session_get', () => {
  test('gives the fields as they were written, whatever bytes they are', async () => {
    const id = newId();
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    await session().create(id, newUser(), '', bytes, bytes, '', 'of an empty name', 'empty', '');
    const flat = (await calls.redis.callBuffer('FCALL', 'session_get', 1, `session:${id}`)) as Buffer[];
    expect(flat.slice(4)).toEqual([
      bytes,
      bytes,
      Buffer.from(''),
      Buffer.from('of an empty name'),
      Buffer.from('empty'),
      Buffer.from(''),
    ]);
  });

  test('gives nothing for an id that never was', async () => {
    expect(await session().get(newId())).toBeNull();
  });

  test('gives nothing when its time is over', async () => {
    const id = newId();
    await session().create(id, newUser(), 1);
    await new Promise((wait) => setTimeout(wait, 1010));
    expect(await session().get(id)).toBeNull();
  });

  test('reads by FCALL_RO, too, and changes no TTL', async () => {
    const id = newId();
    const [expires] = await session().create(id, newUser(), 60);
    expect(await calls.redis.call('FCALL_RO', 'session_get', 1, `session:${id}`)).toHaveLength(4);
    expect(await admin().pexpiretime(`session:${id}`)).toBe(expires);
  });
});

describe('session_touch', () => {
  test('gives the fields, and a whole TTL again in hash and index', async () => {
    const [id, user] = [newId(), newUser()];
    await session().create(id, user, 10, 'device', 'phone');
    const before = Date.now();
    expect(fieldsOf(await session().touch(id, 600))).toMatchObject({ '@user': user, device: 'phone' });
    const expires = await admin().pexpiretime(`session:${id}`);
    expect(expires).toBeGreaterThanOrEqual(before + 600_000);
    expect(await admin().zscore('session_cleanup', id + user)).toBe(String(expires));
  });

  test('never beyond the greatest age of a session', async () => {
    const user = newUser();
    const id = await signIn(user);
    const created = Date.now() - 29 * 86_400_000;
    await admin().hset(`session:${id}`, '@created', created * 1000);
    await session().touch(id, 30 * 86_400);
    expect(await admin().pexpiretime(`session:${id}`)).toBe(created + 30 * 86_400_000);
  });

  test('ends one that has reached the greatest age', async () => {
    const id = await signIn(newUser());
    await admin().hset(`session:${id}`, '@created', (Date.now() - 31 * 86_400_000) * 1000);
    expect(await session().touch(id)).toBeNull();
    expect(await session().get(id)).toBeNull();
  });

  test('gives nothing for one that is not there, and makes none', async () => {
    const id = newId();
    expect(await session().touch(id)).toBeNull();
    expect(await admin().exists(`session:${id}`)).toBe(0);
  });

  test('finds user and age in a session too large for a listpack', async () => {
    const fields = Array.from({ length: 29 }, (_, at) => [`field-${at}`, 'x']).flat();
    const id = await signIn(newUser(), ...fields, 'large', 'x'.repeat(600));
    expect(await admin().object('ENCODING', `session:${id}`)).toBe('hashtable');
    expect(Object.keys(fieldsOf(await session().touch(id, 30)))).toHaveLength(32);
    expect(await admin().ttl(`session:${id}`)).toBeLessThanOrEqual(30);
  });
});

describe('session_update and session_unset', () => {
  test('set and remove fields, and leave the others and the TTL', async () => {
    const id = await signIn(newUser(), 'a', '1', 'b', '2');
    const expires = await admin().pexpiretime(`session:${id}`);
    expect(await session().update(id, 'b', '3', 'c', '4')).toBe(1);
    expect(await session().unset(id, 'a', 'none')).toBe(1);
    expect(fieldsOf((await session().get(id))!.slice(4))).toEqual({ b: '3', c: '4' });
    expect(await admin().pexpiretime(`session:${id}`)).toBe(expires);
  });

  test('of a session that is not there: NOTFOUND, and none is made', async () => {
    const id = newId();
    await expect(session().update(id, 'a', '1')).rejects.toThrow(/^NOTFOUND /);
    await expect(session().unset(id, 'a')).rejects.toThrow(/^NOTFOUND /);
    expect(await admin().exists(`session:${id}`)).toBe(0);
  });
});

describe('session_revoke', () => {
  test('takes the session out of all three structures', async () => {
    const user = newUser();
    const id = await signIn(user);
    expect(await session().revoke(id)).toBe(1);
    expect(await admin().exists(`session:${id}`, `user_sessions:${user}`)).toBe(0);
    expect(await admin().zscore('session_cleanup', id + user)).toBeNull();
  });

  test('a second time, or of an id that never was: 0', async () => {
    const id = await signIn(newUser());
    await session().revoke(id);
    expect(await session().revoke(id)).toBe(0);
    expect(await session().revoke(newId())).toBe(0);
  });
});

describe('session_list', () => {
  test('gives id, expiry and fields of each, oldest first', async () => {
    const user = newUser();
    const [one, two] = [newId(), newId()];
    const [first] = await session().create(one, user, 100, 'device', 'phone');
    const [second] = await session().create(two, user, 200, 'device', 'tablet');
    const listed = await session().list(user);
    expect(listed.map(([id, expires, flat]) => [id, expires, fieldsOf(flat)['device']])).toEqual([
      [one, first, 'phone'],
      [two, second, 'tablet'],
    ]);
  });

  test('leaves out what has expired', async () => {
    const user = newUser();
    const [one, two] = [await signIn(user), await signIn(user)];
    await expire(one, user);
    expect((await session().list(user)).map(([id]) => id)).toEqual([two]);
  });

  test('of a user without sessions is empty', async () => {
    expect(await session().list(newUser())).toEqual([]);
  });
});

describe('session_revoke_all', () => {
  test('ends all of a user and of nobody else, and says how many', async () => {
    const [user, other] = [newUser(), newUser()];
    const [one, two, kept] = [await signIn(user), await signIn(user), await signIn(other)];
    expect(await session().revokeAll(user)).toBe(2);
    expect([await session().get(one), await session().get(two)]).toEqual([null, null]);
    expect(await session().get(kept)).not.toBeNull();
    expect(await session().revokeAll(user)).toBe(0);
  });

  test('all but one, for a user who signs out everywhere else', async () => {
    const user = newUser();
    const [one, kept] = [await signIn(user), await signIn(user)];
    expect(await session().revokeAll(user, kept)).toBe(1);
    expect(await session().get(one)).toBeNull();
    expect((await session().list(user)).map(([id]) => id)).toEqual([kept]);
  });

  test('of a user without sessions: 0', async () => {
    expect(await session().revokeAll(newUser())).toBe(0);
  });
});

describe('ids', () => {
  test('an id that was taken over by another user after it expired stays theirs', async () => {
    const [id, former, latter] = [newId(), newUser(), newUser()];
    await session().create(id, former);
    await expire(id, former);
    await session().create(id, latter, '', 'of', 'the latter');
    expect(await session().list(former)).toEqual([]);
    expect(await session().revokeAll(former)).toBe(0);
    expect(fieldsOf(await session().get(id))).toMatchObject({ of: 'the latter' });
  });

  test('and what the former user left of it is cleaned up', async () => {
    const [id, former, latter] = [newId(), newUser(), newUser()];
    await session().create(id, former);
    await expire(id, former);
    await session().create(id, latter);
    expect((await new Calls(server.as('cleanup')).cleanup())[0]).toBe(1);
    expect(await admin().zscore('session_cleanup', id + former)).toBeNull();
    expect(await session().get(id)).toHaveLength(4);
  });

  test('a token is in no file, log or statistic of Redis: only its SHA-256 ever gets there', async () => {
    const token = 'token-that-nobody-may-see-0123456789';
    await admin().config('SET', 'slowlog-log-slower-than', '0');
    await session().create(idOf(token), newUser());
    await session().touch(idOf(token));
    const seen = JSON.stringify([await admin().slowlog('GET', '100'), await admin().keys('*')]);
    await admin().config('SET', 'slowlog-log-slower-than', '10000');
    expect(seen).toContain(idOf(token));
    expect(seen).not.toContain(token);
    expect(idOf(token)).toBe('yDSCPzmExO2nuhJJqN5E3zt5akSmg7ZkCOY1z9Ytjb0');
  });
});
