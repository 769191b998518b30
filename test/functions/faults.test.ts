import { Calls, newId } from './support/calls';
import { disagreements, everything } from './support/consistency';
import { RedisServer, settings } from './support/server';

let server: RedisServer;
let calls: Calls;
const admin = () => server.as('admin');
const id = newId();

beforeAll(async () => {
  server = await RedisServer.start();
  await server.load();
  calls = new Calls(server.as('application'));
});
afterAll(() => server.remove());

describe('keys that hold something else', () => {
  afterEach(async () => {
    await admin().del('user_sessions:broken', `session:${id}`, 'session_cleanup:{7}');
    expect(await disagreements(admin())).toEqual([]);
  });

  test('a set of a user that is none: WRONGTYPE, and no session', async () => {
    await admin().set('user_sessions:broken', 'text');
    const before = await everything(admin());
    await expect(calls.session.create(id, 'broken')).rejects.toThrow(
      /^WRONGTYPE a key of this call or of its user holds/,
    );
    expect(await everything(admin())).toEqual(before);
    await expect(calls.session.list('broken')).rejects.toThrow(/^WRONGTYPE /);
  });

  test('an index that is none: WRONGTYPE, and no session', async () => {
    await admin().set('session_cleanup:{7}', 'text');
    const before = await everything(admin());
    const keys = [`session:{7}${id}`, 'user_sessions:{7}u', 'session_cleanup:{7}', 'session_stats:{7}'];
    await expect(calls.call('session_create', keys, '')).rejects.toThrow(/^WRONGTYPE /);
    expect(await everything(admin())).toEqual(before);
  });

  test('a session that is none: WRONGTYPE or EXISTS', async () => {
    await admin().set(`session:${id}`, 'text');
    await expect(calls.session.get(id)).rejects.toThrow(/^WRONGTYPE /);
    await expect(calls.session.touch(id)).rejects.toThrow(/^WRONGTYPE /);
    await expect(calls.session.revoke(id)).rejects.toThrow(/^WRONGTYPE /);
    await expect(calls.session.create(id, 'u')).rejects.toThrow(/^EXISTS /);
  });

  test('a hash without a user is no session', async () => {
    await admin().hset(`session:${id}`, 'device', 'phone');
    expect(await calls.session.touch(id)).toBeNull();
    expect(await calls.session.revoke(id)).toBe(0);
    await expect(calls.session.update(id, 'a', 'b')).rejects.toThrow(/^NOTFOUND /);
  });
});

test('when memory is full, nothing is made, and what is there can be read and ended', async () => {
  const [session, deletion] = [newId(), newId()];
  await calls.session.create(session, 'full');
  await calls.deletion.issue(deletion, 'full');
  await admin().config('SET', 'maxmemory-policy', 'noeviction', 'maxmemory', '1');
  try {
    await expect(calls.session.create(id, 'full')).rejects.toThrow(/^OOM /);
    await expect(calls.session.touch(session)).rejects.toThrow(/^OOM /);
    expect(await calls.session.get(session)).toHaveLength(4);
    expect(await calls.session.revoke(session)).toBe(1);
    expect(await calls.deletion.consume(deletion)).toHaveLength(4);
    expect(await new Calls(server.as('cleanup')).cleanup()).toEqual([0, 0, 0, 0]);
  } finally {
    await admin().config('SET', 'maxmemory', '1073741824');
  }
  expect(await disagreements(admin())).toEqual([]);
});

test('every limit is the one the library was loaded with', async () => {
  const own = await RedisServer.start();
  try {
    await own.load({ ...settings, maxFields: 1, maxBytes: 10, sessions: { ttl: 7, maxAge: 9, perUser: 1 } });
    const { session } = new Calls(own.as('application'));
    const first = newId();
    const before = Date.now();
    const [expires] = await session.create(first, 'u');
    expect(Math.round((expires - before) / 1000)).toBe(7);
    expect((await session.create(newId(), 'u'))[1]).toEqual([first]);
    await expect(session.create(newId(), 'u', 10)).rejects.toThrow(/^BADTTL .* 1 to 9,/);
    await expect(session.create(newId(), 'u', 1, 'a', '1', 'b', '2')).rejects.toThrow(
      /^TOOLARGE at most 1 fields/,
    );
    await expect(session.create(newId(), 'u', 1, 'a', '0123456789')).rejects.toThrow(/^TOOLARGE .* 10 bytes/);
  } finally {
    await own.remove();
  }
});
