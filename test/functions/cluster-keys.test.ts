import { Calls, newId, type Flat } from './support/calls';
import { RedisServer } from './support/server';

let server: RedisServer;
let calls: Calls;

beforeAll(async () => {
  server = await RedisServer.start();
  await server.load();
  calls = new Calls(server.as('application'));
});
afterAll(() => server.remove());

const tag = '{17}';
const user = 'u1';
const keysOf = (prefix: string, id: string) => `${prefix}:${tag}${id}`;
const indexOf = (name: string) => [`${name}:${tag}`, `session_stats:${tag}`];

// What Redis Cluster would ask of the same calls: every key that one touches has the tag, declared or found on the way.
describe('with a tag in every key, as Redis Cluster needs', () => {
  const create = (id: string) =>
    calls.call<[number, string[]]>(
      'session_create',
      [keysOf('session', id), keysOf('user_sessions', user), ...indexOf('session_cleanup')],
      60,
      'device',
      'phone',
    );

  test('sessions are made, limited, listed, touched, revoked, and every key written has the tag', async () => {
    const ids = Array.from({ length: 6 }, newId);
    const replies = [];
    for (const id of ids) replies.push(await create(id));
    expect(replies[5]![1]).toEqual([`${tag}${ids[0]}`]);
    const listed = await calls.call<[string, number, Flat][]>('session_list', [
      keysOf('user_sessions', user),
    ]);
    expect(listed.map(([id]) => id)).toEqual(ids.slice(1).map((id) => `${tag}${id}`));
    expect(listed[0]![2].slice(0, 2)).toEqual(['@user', user]);
    expect(await calls.call('session_get', [keysOf('session', ids[1]!)])).toHaveLength(6);
    expect(
      await calls.call('session_touch', [keysOf('session', ids[1]!), `session_cleanup:${tag}`], ''),
    ).toHaveLength(6);
    expect(
      await calls.call('session_revoke', [keysOf('session', ids[1]!), ...indexOf('session_cleanup')]),
    ).toBe(1);
    const keys = await server.as('admin').keys('*');
    expect(keys.filter((key) => !key.includes(`:${tag}`))).toEqual([]);
    expect(
      await calls.call('session_revoke_all', [keysOf('user_sessions', user), ...indexOf('session_cleanup')]),
    ).toBe(4);
    expect(await server.as('admin').keys('*')).toEqual([`session_stats:${tag}`]);
  });

  test('tokens are rotated and cleaned, and every key written has the tag', async () => {
    const [one, two] = [newId(), newId()];
    const indexes = indexOf('refresh_token_cleanup');
    await calls.call(
      'refresh_issue',
      [keysOf('refresh_token', one), keysOf('user_refresh_tokens', user), ...indexes],
      1,
    );
    await calls.call(
      'refresh_rotate',
      [keysOf('refresh_token', one), keysOf('refresh_token', two), ...indexes],
      1,
    );
    const keys = await server.as('admin').keys('*');
    expect(keys.filter((key) => !key.includes(`:${tag}`))).toEqual([]);
    await new Promise((wait) => setTimeout(wait, 1010));
    const upkeep = [
      'session_cleanup',
      'refresh_token_cleanup',
      'deletion_token_cleanup',
      'session_stats',
    ].map((key) => `${key}:${tag}`);
    expect(await new Calls(server.as('cleanup')).call('sessions_cleanup', upkeep, 10, 1000)).toEqual([
      0, 1, 0, 0,
    ]);
    expect(await server.as('admin').keys('*')).toEqual([`session_stats:${tag}`]);
  });

  test.each([
    ['the record', [`session:{18}${newId()}`, `user_sessions:${tag}u`, ...indexOf('session_cleanup')]],
    ['the user', [`session:${tag}${newId()}`, 'user_sessions:{18}u', ...indexOf('session_cleanup')]],
    [
      'the statistics',
      [`session:${tag}${newId()}`, `user_sessions:${tag}u`, `session_cleanup:${tag}`, 'session_stats:{18}'],
    ],
    [
      'nothing but the index',
      [`session:${newId()}`, 'user_sessions:u', `session_cleanup:${tag}`, `session_stats:${tag}`],
    ],
  ])('keys of two slots are refused: another tag in %s', async (_, keys) => {
    await expect(calls.call('session_create', keys, '')).rejects.toThrow(/^BADKEY /);
  });
});

test('without tags a user may look like one', async () => {
  const id = newId();
  await calls.session.create(id, '{17}u1');
  expect((await calls.session.get(id))!.slice(0, 2)).toEqual(['@user', '{17}u1']);
  expect((await calls.session.list('{17}u1')).map(([each]) => each)).toEqual([id]);
  expect(await calls.session.revokeAll('{17}u1')).toBe(1);
});
