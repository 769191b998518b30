import { Calls, fieldsOf, newId } from './support/calls';
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

let users = 0;
const newUser = () => `user-${users++}`;
const days = 86_400_000;

async function issue(user: string, ...fields: string[]): Promise<string> {
  const id = newId();
  await calls.refresh.issue(id, user, '', ...fields);
  return id;
}

async function rotate(old: string): Promise<string> {
  const id = newId();
  await calls.refresh.rotate(old, id);
  return id;
}

describe('refresh_issue', () => {
  test('begins a family, named by its first token, with seven days to live', async () => {
    const [id, user] = [newId(), newUser()];
    const before = Date.now();
    const [expires, dropped] = await calls.refresh.issue(id, user, '', 'scope', 'all');
    expect(dropped).toEqual([]);
    expect(expires).toBeGreaterThanOrEqual(before + 7 * days);
    expect(expires).toBeLessThanOrEqual(Date.now() + 7 * days);
    const { '@created': created, ...fields } = fieldsOf(await calls.refresh.get(id));
    expect(created).toMatch(/^\d{16}$/);
    expect(fields).toEqual({ '@user': user, '@family': id, scope: 'all' });
  });

  test('lets the oldest family go when a user has more than three, however often it was rotated', async () => {
    const user = newUser();
    const first = await rotate(await rotate(await issue(user)));
    const others = [await issue(user), await issue(user)];
    const [, dropped] = await calls.refresh.issue(newId(), user);
    expect(dropped).toEqual([first]);
    expect(await calls.refresh.get(first)).toBeNull();
    expect((await calls.refresh.list(user)).map(([id]) => id).slice(0, 2)).toEqual(others);
  });

  test('refuses an id that is taken', async () => {
    const id = await issue(newUser());
    await expect(calls.refresh.issue(id, newUser())).rejects.toThrow(/^EXISTS /);
  });
});

describe('refresh_rotate', () => {
  test('gives the new token the place, the family and the fields of the old one, and a whole TTL', async () => {
    const user = newUser();
    const old = await issue(user, 'scope', 'all');
    const id = newId();
    const before = Date.now();
    const [expires, flat] = await calls.refresh.rotate(old, id, 600);
    expect(expires).toBeGreaterThanOrEqual(before + 600_000);
    expect(expires).toBeLessThanOrEqual(Date.now() + 600_000);
    expect(fieldsOf(flat)).toEqual(fieldsOf(await calls.refresh.get(id)));
    expect(fieldsOf(flat)).toMatchObject({ '@user': user, '@family': old, scope: 'all' });
    expect((await calls.refresh.list(user)).map(([each]) => each)).toEqual([id]);
  });

  test('leaves of the old token a mark only, until its time would have been over', async () => {
    const [old, user] = [newId(), newUser()];
    const [expires] = await calls.refresh.issue(old, user, 60, 'scope', 'all');
    await rotate(old);
    expect(await calls.refresh.get(old)).toBeNull();
    const { '@used': used, ...fields } = await admin().hgetall(`refresh_token:${old}`);
    expect(used).toMatch(/^\d{16}$/);
    expect(fields).toEqual({ '@user': user, '@family': old });
    expect(await admin().pexpiretime(`refresh_token:${old}`)).toBe(expires);
  });

  test('of a token that was used before: REUSED, and its whole family is revoked', async () => {
    const user = newUser();
    const first = await issue(user);
    const second = await rotate(first);
    const third = await rotate(second);
    const other = await issue(user);
    await expect(rotate(first)).rejects.toThrow(/^REUSED the token was used before; its family is revoked$/);
    expect(await calls.refresh.get(third)).toBeNull();
    await expect(rotate(third)).rejects.toThrow(/^NOTFOUND /);
    await expect(rotate(second)).rejects.toThrow(/^REUSED /);
    expect(await calls.refresh.get(other)).not.toBeNull();
    const counts = await new Calls(server.as('cleanup')).stats();
    expect(counts['refresh_reused']).toBe(2);
  });

  test('of a token that was revoked, has expired, or never was: NOTFOUND, and none is made', async () => {
    const revoked = await issue(newUser());
    await calls.refresh.revoke(revoked);
    const brief = newId();
    await calls.refresh.issue(brief, newUser(), 1);
    await new Promise((wait) => setTimeout(wait, 1010));
    for (const token of [revoked, brief, newId()]) {
      const id = newId();
      await expect(calls.refresh.rotate(token, id)).rejects.toThrow(/^NOTFOUND /);
      expect(await admin().exists(`refresh_token:${id}`)).toBe(0);
    }
  });

  test('into an id that is taken, or into itself: EXISTS, and the old token stays good', async () => {
    const [old, taken] = [await issue(newUser()), await issue(newUser())];
    await expect(calls.refresh.rotate(old, taken)).rejects.toThrow(/^EXISTS /);
    await expect(calls.refresh.rotate(old, old)).rejects.toThrow(/^EXISTS /);
    await expect(rotate(old)).resolves.toMatch(/^[\w-]{43}$/);
  });

  test('never beyond the greatest age of the family', async () => {
    const old = await issue(newUser());
    const created = Date.now() - 89 * days;
    await admin().hset(`refresh_token:${old}`, '@created', created * 1000);
    const [expires] = await calls.refresh.rotate(old, newId());
    expect(expires).toBe(created + 90 * days);
  });

  test('of a family that has reached it: NOTFOUND', async () => {
    const old = await issue(newUser());
    await admin().hset(`refresh_token:${old}`, '@created', (Date.now() - 91 * days) * 1000);
    await expect(rotate(old)).rejects.toThrow(/^NOTFOUND .*greatest age/);
  });
});

describe('refresh_revoke', () => {
  test('ends the family, by its current token or by a used one', async () => {
    for (const pick of [0, 1]) {
      const user = newUser();
      const old = await issue(user);
      const family = [old, await rotate(old)];
      expect(await calls.refresh.revoke(family[pick]!)).toBe(1);
      expect(await calls.refresh.get(family[1]!)).toBeNull();
      expect(await admin().exists(`user_refresh_tokens:${user}`)).toBe(0);
    }
  });

  test('of none: 0', async () => {
    const id = await issue(newUser());
    await calls.refresh.revoke(id);
    expect(await calls.refresh.revoke(id)).toBe(0);
    expect(await calls.refresh.revoke(newId())).toBe(0);
  });
});

test('refresh_revoke_all ends all families of a user, or all but one', async () => {
  const user = newUser();
  const [one, two, kept] = [await issue(user), await issue(user), await issue(user)];
  expect(await calls.refresh.revokeAll(user, kept)).toBe(2);
  expect([await calls.refresh.get(one), await calls.refresh.get(two)]).toEqual([null, null]);
  expect((await calls.refresh.list(user)).map(([id]) => id)).toEqual([kept]);
  expect(await calls.refresh.revokeAll(user)).toBe(1);
});

describe('deletion tokens', () => {
  test('are issued for a day, and read without being used', async () => {
    const [id, user] = [newId(), newUser()];
    const before = Date.now();
    const [expires] = await calls.deletion.issue(id, user, '', 'reason', 'asked for');
    expect(expires).toBeGreaterThanOrEqual(before + days);
    expect(expires).toBeLessThanOrEqual(Date.now() + days);
    expect(fieldsOf(await calls.deletion.get(id))).toMatchObject({ '@user': user, reason: 'asked for' });
    expect(fieldsOf(await calls.deletion.get(id))).toMatchObject({ '@user': user });
  });

  test('are consumed once', async () => {
    const [id, user] = [newId(), newUser()];
    await calls.deletion.issue(id, user, '', 'reason', 'asked for');
    expect(fieldsOf(await calls.deletion.consume(id))).toMatchObject({ '@user': user, reason: 'asked for' });
    expect(await calls.deletion.consume(id)).toBeNull();
    expect(await calls.deletion.get(id)).toBeNull();
  });

  test('beyond three of a user replace the oldest', async () => {
    const user = newUser();
    const ids = [newId(), newId(), newId()];
    for (const id of ids) await calls.deletion.issue(id, user);
    expect((await calls.deletion.issue(newId(), user))[1]).toEqual([ids[0]]);
    expect(await calls.deletion.consume(ids[0]!)).toBeNull();
  });

  test('are revoked all at once', async () => {
    const [id, user] = [newId(), newUser()];
    await calls.deletion.issue(id, user);
    expect(await calls.deletion.revokeAll(user)).toBe(1);
    expect(await calls.deletion.consume(id)).toBeNull();
  });

  test('of an unknown id are none', async () => {
    expect(await calls.deletion.consume(newId())).toBeNull();
    expect(await calls.deletion.get(newId())).toBeNull();
  });
});
