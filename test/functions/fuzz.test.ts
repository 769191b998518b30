import { randomBytes, randomInt } from 'node:crypto';
import { applicationFunctions, cleanupFunction, statsFunction } from '../../components/sessions/functions';
import { Calls, newId } from './support/calls';
import { disagreements } from './support/consistency';
import { RedisServer } from './support/server';

// FUZZ_SECONDS=5 for a short one.
const seconds = Number(process.env['FUZZ_SECONDS'] ?? 60);
jest.setTimeout((seconds + 60) * 1000);

const pick = <T>(from: readonly T[]): T => from[randomInt(from.length)]!;
const functions = [...applicationFunctions, cleanupFunction, statsFunction];
const ids = Array.from({ length: 20 }, newId);
const prefixes = [
  'session:',
  'user_sessions:',
  'refresh_token:',
  'user_refresh_tokens:',
  'deletion_token:',
  'user_deletion_tokens:',
];
const indexes = ['session_cleanup', 'refresh_token_cleanup', 'deletion_token_cleanup', 'session_stats'];
const users = ['ann', 'bob', '{1}', '%d%s', '\0'];
const texts = [
  '',
  '0',
  '1',
  '3',
  '60',
  '-1',
  '1e9',
  '0x1',
  'nan',
  '@user',
  '@created',
  '@used',
  'device',
  ids[0]!,
  '%s',
  ']',
  '[^',
];

type Argument = string | Buffer;
const bytes = (): Buffer => randomBytes(randomInt(40));
const argument = (): Argument => {
  const kind = randomInt(40);
  if (kind === 0) return 'x'.repeat(randomInt(20_000));
  return kind < 4 ? bytes() : pick(texts);
};
const key = (): Argument => {
  const kind = randomInt(20);
  if (kind === 0) return bytes();
  if (kind === 1) return pick(prefixes) + bytes().toString('latin1');
  if (kind < 5) return pick(indexes) + pick(['', '', ':{1}', ':{x}']);
  return pick(prefixes) + pick([...ids, ...users]);
};

/** Keys as they should be, most of the time: random ones alone would hardly ever get past the first check. */
function likely(name: string): Argument[] {
  const id = () => pick(ids);
  const kind = { session: 'session', refresh: 'refresh_token', deletion: 'deletion_token' }[
    name.split('_')[0]!
  ];
  if (kind === undefined) return [...indexes];
  const of = [`${kind}_cleanup`, 'session_stats'];
  const user = `user_${kind}s:${pick(users)}`;
  if (/create|issue/.test(name)) return [`${kind}:${id()}`, user, ...of];
  if (/revoke_all/.test(name)) return [user, ...of];
  if (/list/.test(name)) return [user];
  if (/rotate/.test(name)) return [`${kind}:${id()}`, `${kind}:${id()}`, ...of];
  if (/revoke|consume/.test(name)) return [`${kind}:${id()}`, ...of];
  return /touch/.test(name) ? [`${kind}:${id()}`, of[0]!] : [`${kind}:${id()}`];
}

const known = /^(BADKEY|BADARG|BADTTL|BADFIELD|TOOLARGE|EXISTS|NOTFOUND|REUSED) [ -~]+$/;
// What Redis itself refuses before a function runs.
const byRedis =
  /^NOPERM (No permissions to access a key|User \w+ has no permissions to (run the 'fcall' command|access one of the keys)[^\n]*)/;

test(`random calls for ${seconds} s: every answer is a result or a known error, and all structures agree`, async () => {
  const server = await RedisServer.start();
  try {
    await server.load();
    const clients = [server.connect('application'), server.connect('cleanup')];
    const odd = new Set<string>();
    const codes = new Map<string, number>();
    const ends = Date.now() + seconds * 1000;
    while (Date.now() < ends) {
      const calls = Array.from({ length: 200 }, () => {
        const name = pick(functions);
        const keys = randomInt(4) > 0 ? likely(name) : Array.from({ length: randomInt(6) }, key);
        const args = Array.from({ length: randomInt(6) }, argument);
        const client = clients[Number(name === cleanupFunction || name === statsFunction)]!;
        return client.callBuffer('FCALL', name, keys.length, ...keys, ...args).then(
          () => 'done',
          (error: unknown) => (error as Error).message,
        );
      });
      for (const answer of await Promise.all(calls)) {
        const code = answer.split(' ')[0]!;
        codes.set(code, (codes.get(code) ?? 0) + 1);
        if (answer !== 'done' && !known.test(answer) && !byRedis.test(answer)) odd.add(answer);
      }
    }
    expect([...odd]).toEqual([]);
    expect([...codes.keys()].sort()).toEqual(
      expect.arrayContaining([
        'BADARG',
        'BADFIELD',
        'BADKEY',
        'BADTTL',
        'EXISTS',
        'NOTFOUND',
        'REUSED',
        'TOOLARGE',
        'done',
      ]),
    );
    await new Promise((wait) => setTimeout(wait, 3010)); // TTLs of 1 and 3 seconds
    await new Calls(server.as('cleanup')).cleanup();
    expect(await disagreements(server.as('admin'))).toEqual([]);
    expect(server.logged).not.toMatch(/user_function|sessions [0-9a-f]{10}:/);
  } finally {
    await server.remove();
  }
});
