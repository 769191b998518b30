import { Calls, newId } from './support/calls';
import { disagreements } from './support/consistency';
import { RedisServer } from './support/server';

let server: RedisServer;
let calls: Calls;
let upkeep: Calls;
const admin = () => server.as('admin');

beforeAll(async () => {
  server = await RedisServer.start();
  await server.load();
});
beforeEach(async () => {
  await admin().flushall();
  calls = new Calls(server.as('application'));
  upkeep = new Calls(server.as('cleanup'));
});
afterAll(() => server.remove());

const past = () => Date.now() - 1000;

/** Sessions whose time is over, as Redis leaves them: the hash is gone, the entries wait. */
async function expired(count: number, user: (at: number) => string): Promise<string[]> {
  const ids = Array.from({ length: count }, newId);
  const pipeline = admin().pipeline();
  ids.forEach((id, at) => {
    pipeline.zadd('session_cleanup', past(), id + user(at)).sadd(`user_sessions:${user(at)}`, id);
  });
  await pipeline.exec();
  return ids;
}

describe('sessions_cleanup', () => {
  test('takes what has expired out of index and user, and leaves what lives', async () => {
    const live = newId();
    await calls.session.create(live, 'u1');
    await expired(3, () => 'u1');
    expect(await upkeep.cleanup()).toEqual([3, 0, 0, 0]);
    expect(await admin().smembers('user_sessions:u1')).toEqual([live]);
    expect(await disagreements(admin())).toEqual([]);
  });

  test('by itself, when TTLs run out: sessions, refresh tokens and deletion tokens', async () => {
    await calls.session.create(newId(), 'u1', 1);
    await calls.refresh.issue(newId(), 'u1', 1);
    await calls.deletion.issue(newId(), 'u1', 1);
    await new Promise((wait) => setTimeout(wait, 1010));
    expect(await upkeep.cleanup()).toEqual([1, 1, 1, 0]);
    expect(await admin().keys('*')).toEqual(['session_stats']);
  });

  test('stops at the number of entries, and says that there may be more', async () => {
    await expired(250, (at) => `u${at % 10}`);
    expect(await upkeep.cleanup(100)).toEqual([100, 0, 0, 1]);
    expect(await upkeep.cleanup(100)).toEqual([100, 0, 0, 1]);
    expect(await upkeep.cleanup(100)).toEqual([50, 0, 0, 0]);
    expect(await admin().keys('*')).toEqual(['session_stats']);
  });

  test('stops when its time is used up, after a chunk at the least', async () => {
    await expired(2000, (at) => `u${at}`);
    const [removed, , , more] = await upkeep.cleanup(10_000, 1);
    expect([removed, more]).toEqual([64, 1]);
  });

  test('gives one that lives longer than the index says its right time', async () => {
    const id = newId();
    await calls.session.create(id, 'u1', 600);
    await admin().zadd('session_cleanup', past(), `${id}u1`);
    expect(await upkeep.cleanup()).toEqual([0, 0, 0, 0]);
    expect(await disagreements(admin())).toEqual([]);
  });

  test('ends one that somebody has made last forever', async () => {
    const id = newId();
    await calls.session.create(id, 'u1', 600);
    await admin().persist(`session:${id}`);
    await admin().zadd('session_cleanup', past(), `${id}u1`);
    expect(await upkeep.cleanup()).toEqual([1, 0, 0, 0]);
    expect(await calls.session.get(id)).toBeNull();
  });

  test('is not held up by what is no session, no set, or no entry of its own', async () => {
    const [id] = await expired(1, () => 'u1');
    await admin().set(`session:${id}`, 'a text');
    await admin().set('user_sessions:u2', 'a text');
    await admin().zadd('session_cleanup', past(), `${newId()}u2`, past(), 'short', past(), '');
    expect(await upkeep.cleanup()).toEqual([4, 0, 0, 0]);
    expect(await admin().exists('session_cleanup')).toBe(0);
  });

  test('works through a backlog of 20,000 sessions in small batches', async () => {
    await expired(20_000, (at) => `u${at % 4000}`);
    let [removed, batches] = [0, 0];
    for (let more = 1; more === 1; batches++) {
      const result = await upkeep.cleanup(500, 500);
      removed += result[0];
      more = result[3];
    }
    expect(removed).toBe(20_000);
    expect(batches).toBeGreaterThanOrEqual(40);
    expect(await admin().keys('*')).toEqual(['session_stats']);
  });

  test.each([
    [[]],
    [['1']],
    [['0', '1']],
    [['1', '0']],
    [['10001', '1']],
    [['1', '1000001']],
    [['x', '1']],
    [['1e2', '1']],
    [['-1', '1']],
  ])('refuses the arguments %j', async (args) => {
    const keys = ['session_cleanup', 'refresh_token_cleanup', 'deletion_token_cleanup', 'session_stats'];
    await expect(upkeep.call('sessions_cleanup', keys, ...args)).rejects.toThrow(/^BADARG /);
  });
});

describe('sessions_stats', () => {
  test('on an empty database is all zeros', async () => {
    const counts = await upkeep.stats();
    expect(Object.values(counts)).toEqual(Array.from({ length: 24 }, () => 0));
  });

  test('counts what lives, was made, revoked, dropped, has expired and waits, and how long it waits', async () => {
    const ids = Array.from({ length: 6 }, newId);
    for (const id of ids) await calls.session.create(id, 'u1');
    await calls.session.revoke(ids[5]!);
    await expired(2, () => 'u2');
    const counts = await upkeep.stats();
    expect(counts).toMatchObject({
      session_live: 4,
      session_created: 8,
      session_revoked: 1,
      session_dropped: 1,
      session_expired: 0,
      session_backlog: 2,
    });
    expect(counts['session_lag_ms']).toBeGreaterThanOrEqual(1000);
    expect(counts['session_lag_ms']).toBeLessThan(10_000);
    await upkeep.cleanup();
    expect(await upkeep.stats()).toMatchObject({
      session_live: 4,
      session_created: 8,
      session_expired: 2,
      session_backlog: 0,
      session_lag_ms: 0,
    });
  });

  test('counts tokens: issued, rotated, reused, consumed', async () => {
    const [one, two] = [newId(), newId()];
    await calls.refresh.issue(one, 'u1');
    await calls.refresh.rotate(one, two);
    expect(await upkeep.stats()).toMatchObject({ refresh_live: 1, refresh_created: 1, refresh_rotated: 1 });
    await expect(calls.refresh.rotate(one, newId())).rejects.toThrow(/^REUSED /);
    const deletion = newId();
    await calls.deletion.issue(deletion, 'u1');
    await calls.deletion.consume(deletion);
    expect(await upkeep.stats()).toMatchObject({
      refresh_live: 0,
      refresh_created: 1,
      refresh_revoked: 1,
      refresh_reused: 1,
      deletion_live: 0,
      deletion_created: 1,
      deletion_consumed: 1,
    });
  });
});
