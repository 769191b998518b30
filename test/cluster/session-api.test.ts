import { randomBytes } from 'node:crypto';
import { Calls, newId } from '../functions/support/calls';
import { Dev, eventually, kubectl, type Outputs } from './support/platform';

jest.setTimeout(120_000);

let dev: Dev;
let outputs: Outputs;

beforeAll(async () => {
  dev = await Dev.start();
  ({ outputs } = dev);
});
afterEach(() => dev.disconnect());
afterAll(() => dev.close());

const as = (role: string) => dev.as(role);
const application = () => new Calls(dev.as('application'));
const newUser = (): string => `user-${randomBytes(8).toString('hex')}`;
const refused = /NOPERM/;

describe('the session API, by FCALL as the role application', () => {
  test('creates a session with the default TTL of the stack, reads it and lists it', async () => {
    const { session, redis } = application();
    const [id, user] = [newId(), newUser()];
    const [expiry, dropped] = await session.create(id, user, '', 'device', 'phone');
    expect(dropped).toEqual([]);
    expect(Math.abs(expiry - (Date.now() + 3600_000))).toBeLessThan(30_000);
    const fields = ['@user', user, '@created', expect.stringMatching(/^\d{16}$/), 'device', 'phone'];
    expect(await session.get(id)).toEqual(fields);
    expect(await redis.call('FCALL_RO', 'session_list', 1, `user_sessions:${user}`)).toEqual([
      [id, expiry, fields],
    ]);
  });

  test('revokes one, which is then gone from everywhere', async () => {
    const { session } = application();
    const [id, user] = [newId(), newUser()];
    await session.create(id, user, 60);
    expect(await session.revoke(id)).toBe(1);
    expect(await session.get(id)).toBeNull();
    expect(await session.list(user)).toEqual([]);
    expect(await as('admin').zscore('session_cleanup', `${id}${user}`)).toBeNull();
  });

  test('keeps a user within the limit of the stack: the oldest of six sessions goes', async () => {
    const { session } = application();
    const user = newUser();
    const ids = Array.from({ length: 6 }, newId);
    for (const id of ids.slice(0, 5)) await session.create(id, user, 60);
    expect((await session.create(ids[5]!, user, 60))[1]).toEqual([ids[0]]);
    expect((await session.list(user)).map(([id]) => id)).toEqual(ids.slice(1));
  });
});

describe('the library', () => {
  test('is the one that the outputs name: every function, in this version', async () => {
    const [library] = (await as('deployer').call('FUNCTION', 'LIST')) as unknown[][];
    const of = (flat: unknown[], name: string) => flat[flat.indexOf(name) + 1];
    expect(of(library!, 'library_name')).toBe(outputs.sessions.library);
    const functions = (of(library!, 'functions') as unknown[][]).map((flat) => ({
      name: of(flat, 'name') as string,
      version: /\(sessions (\w+)\)$/.exec(of(flat, 'description') as string)?.[1],
    }));
    expect(functions.map(({ name }) => name).sort()).toEqual(
      [...outputs.sessions.functions, 'sessions_cleanup', 'sessions_stats'].sort(),
    );
    expect([...new Set(functions.map(({ version }) => version))]).toEqual([outputs.sessions.version]);
  });

  test('was loaded by one Job, which is complete', async () => {
    const columns = 'NAME:.metadata.name,SUCCEEDED:.status.succeeded';
    const jobs = await kubectl(
      `get jobs -n ${outputs.redis.namespace} -l app.kubernetes.io/name=sessions-library -o custom-columns=${columns} --no-headers`,
    );
    expect(jobs.trim()).toMatch(/^sessions-library-[0-9a-f]{10} +1$/);
  });
});

describe('cleanup', () => {
  const run = async (name: string) => {
    const { namespace } = outputs.redis;
    await kubectl(`create job ${name} -n ${namespace} --from=cronjob/sessions-cleanup`);
    try {
      await kubectl(`wait --for=condition=Complete job/${name} -n ${namespace} --timeout=60s`);
      return await kubectl(`logs -n ${namespace} job/${name}`);
    } finally {
      await kubectl(`delete job ${name} -n ${namespace}`);
    }
  };

  test('takes a session that has expired out of the indexes, and writes its heartbeat', async () => {
    const [id, user] = [newId(), newUser()];
    await application().session.create(id, user, 1);
    const admin = as('admin');
    await eventually('the session expires', 10, async () => (await admin.exists(`session:${id}`)) === 0);
    const before = Math.floor(Date.now() / 1000);

    expect(await run(`cleanup-${randomBytes(4).toString('hex')}`)).toMatch(/^\d+ entries\n$/);

    expect(await admin.exists(`user_sessions:${user}`)).toBe(0);
    expect(await admin.zscore('session_cleanup', `${id}${user}`)).toBeNull();
    // Clocks of the machines are one clock, told in whole seconds.
    expect(Number(await admin.get('maintenance:cleanup:last_success'))).toBeGreaterThanOrEqual(before);
  });

  test('is scheduled as the stack says, one at a time', async () => {
    const path = '{.spec.schedule}|{.spec.concurrencyPolicy}';
    expect(
      await kubectl(`get cronjob sessions-cleanup -n ${outputs.redis.namespace} -o jsonpath=${path}`),
    ).toBe('*/5 * * * *|Forbid');
  });
});

describe('who is refused', () => {
  test.each([
    ['FUNCTION', 'LOAD', 'REPLACE', '#!lua name=sessions'],
    ['FUNCTION', 'DELETE', 'sessions'],
    ['FUNCTION', 'FLUSH'],
    ['FCALL', 'sessions_cleanup', '0'],
    ['ZRANGE', 'session_cleanup', '0', '-1'],
    ['UNLINK', 'session_cleanup'],
  ])('%s %s of an application', async (name, ...args) => {
    await expect(as('application').call(name, ...args)).rejects.toThrow(refused);
  });

  test.each([
    ['FCALL', 'session_get', '1', 'session:x'],
    ['FCALL', 'session_list', '1', 'user_sessions:x'],
    ['FUNCTION', 'LOAD', 'REPLACE', '#!lua name=sessions'],
    ['KEYS', '*'],
  ])('%s %s of cleanup', async (name, ...args) => {
    await expect(as('cleanup').call(name, ...args)).rejects.toThrow(refused);
  });

  test.each([
    ['FUNCTION', 'DELETE', 'sessions'],
    ['FCALL', 'session_get', '1', 'session:x'],
    ['HGETALL', 'session:x'],
  ])('%s %s of the deployer', async (name, ...args) => {
    await expect(as('deployer').call(name, ...args)).rejects.toThrow(refused);
  });
});
