import { readFileSync } from 'node:fs';
import { sessionLibrary } from '../../components/sessions/library';
import type { DemoRole } from '../../scripts/demo/stage';
import { demo } from '../../scripts/demo/story';
import { Calls, idOf, newId } from './support/calls';
import { RedisServer, settings } from './support/server';

jest.setTimeout(60_000);

let server: RedisServer;
const connectAs = (role: DemoRole) => server.connect(role);
const ignore = () => undefined;

beforeAll(async () => {
  server = await RedisServer.start();
  await server.load();
});
afterEach(async () => {
  await server.as('admin').flushall();
});
afterAll(() => server.remove());

const left = async () => (await server.as('admin').keys('*')).filter((key) => key !== 'session_stats');

/** Tokens that a test knows: `token-1` is the phone's. */
function tokens() {
  const made: string[] = [];
  const newToken = () => {
    made.push(`token-${made.length + 1}`);
    return made.at(-1)!;
  };
  return { made, newToken };
}

/** Does something when the demo comes to a step. */
const at = (step: number, act: () => void) => (line: string) => {
  if (line.startsWith(`${step}. `)) act();
};

describe('the story', () => {
  const lines: string[] = [];
  const { made, newToken } = tokens();
  const id = (token: number) => `${idOf(`token-${token}`).slice(0, 8)}…`;
  let stats: Record<string, number>;
  let remaining: string[];
  let file: string;

  // What a step shows, by its number: times and TTLs as HH:MM:SS and N s, the lines of one kind.
  const shown = (step: number, sign: RegExp) => {
    const from = lines.findIndex((line) => line.startsWith(`${step}. `));
    const to = lines.findIndex((line) => line.startsWith(`${step + 1}. `));
    return lines
      .slice(from + 1, to < 0 ? undefined : to)
      .filter((line) => sign.test(line))
      .map((line) =>
        line
          .trim()
          .replace(/ +/g, ' ')
          .replace(/\d\d:\d\d:\d\d/g, 'HH:MM:SS')
          .replace(/\d+ s /, 'N s '),
      );
  };
  const calls = (step: number) => shown(step, /^ {3}FCALL /);
  const replies = (step: number) => shown(step, /^ {3}→ /);
  const keys = (step: number) => shown(step, /^ {3}[+~-] /);
  const record = (device: string) => `@user demo-test, @created HH:MM:SS, device ${device}`;

  beforeAll(async () => {
    await demo(connectAs, (line) => lines.push(line), { user: 'demo-test', newToken });
    stats = await new Calls(server.as('cleanup')).stats();
    remaining = await left();
    file = readFileSync(server.appendOnlyFile, 'latin1');
  });

  test('1. three devices sign in: three sessions, their user and the index', () => {
    expect(calls(1)).toEqual(
      [1, 2, 3].map(
        (token) =>
          `FCALL session_create 4 session:${id(token)} user_sessions:demo-test session_cleanup session_stats`,
      ),
    );
    expect(replies(1)).toEqual(Array(3).fill('→ lives until HH:MM:SS'));
    const ids = [1, 2, 3].map((token) => idOf(`token-${token}`)).sort();
    expect(keys(1)).toEqual([
      `+ user_sessions:demo-test set ${ids.map((each) => `${each.slice(0, 8)}…`).join(', ')}`,
      `+ session:${id(1)} hash N s ${record('phone')}`,
      `+ session:${id(2)} hash N s ${record('laptop')}`,
      `+ session:${id(3)} hash N s ${record('tablet')}`,
      `+ session_cleanup zset ${id(1)}demo-test HH:MM:SS`,
    ]);
  });

  test('a token and its id are shown once', () => {
    expect(lines.filter((line) => /token-\d/.test(line))).toEqual(['      token, in the phone   token-1']);
    expect(lines.filter((line) => line.includes(idOf('token-1')))).toEqual([
      `      id, in Redis          ${idOf('token-1')}`,
    ]);
  });

  test('2. and 3. the sessions are listed, and one is read', () => {
    expect(replies(2)).toEqual([
      '→ 3 sessions',
      `→ ${id(1)} until HH:MM:SS: ${record('phone')}`,
      `→ ${id(2)} until HH:MM:SS: ${record('laptop')}`,
      `→ ${id(3)} until HH:MM:SS: ${record('tablet')}`,
    ]);
    expect(calls(3)).toEqual([`FCALL session_get 1 session:${id(3)}`]);
    expect(replies(3)).toEqual([`→ ${record('tablet')}`]);
    expect(keys(3)).toEqual([]);
  });

  test('4. to 6. a refresh token is issued, rotated, and shown again by a thief, which ends its family', () => {
    const family = `@user demo-test, @created HH:MM:SS, @family ${id(4)}, device phone`;
    expect(keys(4)).toEqual([
      `+ user_refresh_tokens:demo-test set ${id(4)}`,
      `+ refresh_token:${id(4)} hash N s ${family}`,
      `+ refresh_token_cleanup zset ${id(4)}demo-test HH:MM:SS`,
    ]);
    expect(replies(5)).toEqual([`→ lives until HH:MM:SS: ${family}`]);
    expect(keys(5)).toEqual([
      `~ user_refresh_tokens:demo-test set ${id(5)}`,
      `~ refresh_token:${id(4)} hash N s @user demo-test, @family ${id(4)}, @used HH:MM:SS`,
      `+ refresh_token:${id(5)} hash N s ${family}`,
      `~ refresh_token_cleanup zset ${id(5)}demo-test HH:MM:SS`,
    ]);
    expect(replies(6)).toEqual(['→ REUSED the token was used before; its family is revoked']);
    expect(keys(6)).toEqual([
      '- user_refresh_tokens:demo-test set gone',
      `- refresh_token:${id(5)} hash gone`,
      '- refresh_token_cleanup zset no entry of the user',
    ]);
  });

  test('7. and 8. a session expires, and cleanup takes its entries away', () => {
    expect(replies(7)).toEqual(['→ lives until HH:MM:SS', '→ (nil) there is no such session']);
    const user = /^[~] user_sessions:demo-test set /;
    expect(keys(7)[0]).toMatch(user);
    expect(keys(7)[0]).toContain(id(7));
    expect(replies(8)).toEqual(['→ taken out: 1 session, 0 refresh tokens, 0 deletion tokens']);
    expect(keys(8)[0]).toMatch(user);
    expect(keys(8)[0]).not.toContain(id(7));
  });

  test('9. all sessions end, and nothing of the user is left', () => {
    expect(replies(9)).toEqual(['→ 3 sessions ended']);
    expect(lines.at(-1)).toBe('Nothing of demo-test is left in Redis.');
    expect(stats).toMatchObject({
      session_live: 0,
      session_created: 4,
      session_expired: 1,
      session_revoked: 3,
      refresh_live: 0,
      refresh_created: 1,
      refresh_rotated: 1,
      refresh_reused: 1,
    });
    expect(remaining).toEqual([]);
  });

  test('Redis has written ids, and never a token', () => {
    expect(made).toHaveLength(7);
    expect(made.filter((token) => file.includes(idOf(token)))).toEqual(made);
    expect(made.filter((token) => file.includes(token))).toEqual([]);
  });
});

test('runs at once have users of their own, and leave other sessions alone', async () => {
  const { session, refresh } = new Calls(server.as('application'));
  const [id, token] = [newId(), newId()];
  await session.create(id, 'somebody', 600);
  await refresh.issue(token, 'somebody', 600);
  const said: string[] = [];
  await Promise.all([1, 2, 3].map(() => demo(connectAs, (line) => said.push(line))));
  expect(new Set(said.filter((line) => line.startsWith('Nothing of demo-'))).size).toBe(3);
  expect((await left()).sort()).toEqual(
    [
      ...[`session:${id}`, 'user_sessions:somebody', 'session_cleanup'],
      ...[`refresh_token:${token}`, 'user_refresh_tokens:somebody', 'refresh_token_cleanup'],
    ].sort(),
  );
  expect(await server.as('admin').zcard('session_cleanup')).toBe(1);
});

describe('a run that does not come to its end leaves nothing', () => {
  test.each([2, 3, 4, 5, 6, 7, 8, 9])('when it fails at step %i', async (step) => {
    const fail = at(step, () => {
      throw new Error('the test ends it');
    });
    await expect(demo(connectAs, fail)).rejects.toThrow(/^the test ends it$/);
    expect(await left()).toEqual([]);
  });

  test('when it is interrupted, before its next call', async () => {
    const stop = new AbortController();
    const called: string[] = [];
    const print = (line: string) => {
      if (line.includes('FCALL')) called.push(line.trim().split(' ')[1]!);
      at(5, () => stop.abort(new Error('interrupted')))(line);
    };
    await expect(demo(connectAs, print, { signal: stop.signal })).rejects.toThrow(/^interrupted$/);
    expect(called).toEqual([
      ...Array<string>(3).fill('session_create'),
      'session_list',
      'session_get',
      'refresh_issue',
    ]);
    expect(await left()).toEqual([]);
  });

  test('when it loses its connections', async () => {
    const clients: ReturnType<typeof connectAs>[] = [];
    const remembering = (role: DemoRole) => {
      clients.push(connectAs(role));
      return clients.at(-1)!;
    };
    const lose = at(6, () => clients.forEach((client) => client.disconnect()));
    await expect(demo(remembering, lose)).rejects.toThrow(/^refresh_rotate: Connection is closed\.$/);
    expect(await left()).toEqual([]);
  });

  test('when the library does not know the old token again', async () => {
    const code = sessionLibrary(settings).code.replace("if own['@used'] then", 'if false then');
    await server.as('deployer').call('FUNCTION', 'LOAD', 'REPLACE', code);
    try {
      await expect(demo(connectAs, ignore)).rejects.toThrow(/^refresh_rotate: NOTFOUND /);
      expect(await left()).toEqual([]);
    } finally {
      await server.load();
    }
  });
});

test('what could not be removed is told, with when it goes by itself', async () => {
  const other = await RedisServer.start();
  try {
    await other.load();
    const user = 'demo-test';
    let killed: Promise<void> | undefined;
    const kill = at(5, () => {
      killed = other.kill();
    });
    await expect(demo((role) => other.connect(role), kill, { user })).rejects.toThrow(
      /what was written of user demo-test was not removed, and expires in 300 s: session_revoke_all: /,
    );
    await killed;
  } finally {
    await other.remove();
  }
});
