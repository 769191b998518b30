import type Redis from 'ioredis';
import {
  applicationFunctions,
  cleanupFunction,
  readingFunctions,
  statsFunction,
} from '../../components/sessions/functions';
import { sessionLibrary } from '../../components/sessions/library';
import { Calls, newId, upkeep } from './support/calls';
import { RedisServer, settings } from './support/server';

let server: RedisServer;
const as = (role: Parameters<RedisServer['as']>[0]): Redis => server.as(role);
const refused = /^NOPERM /;

beforeAll(async () => {
  server = await RedisServer.start();
  await server.load();
});
afterAll(() => server.remove());

interface Listed {
  readonly name: string;
  readonly description: string;
  readonly flags: string[];
}

async function listed(): Promise<Listed[]> {
  const [library] = (await as('deployer').call('FUNCTION', 'LIST')) as unknown[][];
  const of = (flat: unknown[], name: string) => flat[flat.indexOf(name) + 1];
  return (of(library!, 'functions') as unknown[][]).map((flat) => ({
    name: of(flat, 'name') as string,
    description: of(flat, 'description') as string,
    flags: of(flat, 'flags') as string[],
  }));
}

describe('the library', () => {
  test('has the functions of the table and no other, each with the version in its description', async () => {
    const functions = await listed();
    expect(functions.map(({ name }) => name).sort()).toEqual(
      [...applicationFunctions, cleanupFunction, statsFunction].sort(),
    );
    const { version } = sessionLibrary(settings);
    for (const { description } of functions)
      expect(description).toMatch(new RegExp(`\\(sessions ${version}\\)$`));
  });

  test('marks those that only read as not writing', async () => {
    const reading = (await listed())
      .filter(({ flags }) => flags.includes('no-writes'))
      .map(({ name }) => name);
    expect(reading.sort()).toEqual([...readingFunctions, statsFunction].sort());
  });
});

describe('an application', () => {
  // Without keys each function answers by itself that it lacks them: it was allowed to run.
  test.each([...applicationFunctions])('may call %s', async (name) => {
    await expect(as('application').call('FCALL', name, 0)).rejects.toThrow(/^BADKEY /);
  });

  test.each([...readingFunctions])('may call %s by FCALL_RO', async (name) => {
    await expect(as('application').call('FCALL_RO', name, 0)).rejects.toThrow(/^BADKEY /);
  });

  test.each([
    ['FCALL', cleanupFunction, '4', ...upkeep, '1', '1'],
    ['FCALL', statsFunction, '4', ...upkeep],
    ['FCALL_RO', 'session_create', '0'],
    ['FUNCTION', 'LIST'],
    ['FUNCTION', 'LOAD', 'REPLACE', '#!lua name=sessions'],
    ['FUNCTION', 'DELETE', 'sessions'],
    ['FUNCTION', 'FLUSH'],
    ['FUNCTION', 'DUMP'],
    ['EVAL', 'return 1', '0'],
    ['DEL', 'session_cleanup'],
    ['UNLINK', 'session_cleanup'],
    ['ZRANGE', 'session_cleanup', '0', '-1'],
    ['ZADD', `session:${newId()}`, '1', 'a'],
    ['HINCRBY', `session:${newId()}`, 'a', '1'],
    ['HGETALL', 'session_stats'],
    // What would leave a session in one structure and not in another.
    ['MULTI'],
    ['EXPIRE', `session:${newId()}`, '1'],
    ['PERSIST', `session:${newId()}`],
    ['DEL', `session:${newId()}`],
    ['RENAME', `session:${newId()}`, `session:${newId()}`],
    ['UNLINK', 'user_sessions:u'],
    ['HSET', 'user_sessions:u', 'a', 'b'],
    ['SADD', 'session_cleanup', 'a'],
    ['ZADD', 'session_stats', '1', 'a'],
    ['KEYS', '*'],
    ['SCAN', '0'],
    ['SET', 'maintenance:cleanup:last_success', '1'],
  ])('may not %s %s', async (command, ...args) => {
    await expect(as('application').call(command, ...args)).rejects.toThrow(refused);
  });

  test('may not reach other keys through a function', async () => {
    const keys = ['other:1', 'user_sessions:u', 'session_cleanup', 'session_stats'];
    await expect(new Calls(as('application')).call('session_create', keys, '')).rejects.toThrow(refused);
  });
});

describe('cleanup', () => {
  test('may clean, count, and say that it did', async () => {
    const calls = new Calls(as('cleanup'));
    await expect(calls.cleanup()).resolves.toHaveLength(4);
    await expect(calls.stats()).resolves.toHaveProperty('session_live');
    await expect(as('cleanup').set('maintenance:cleanup:last_success', '1')).resolves.toBe('OK');
  });

  test.each([
    ...applicationFunctions.map((name) => ['FCALL', name, '0']),
    ['SET', 'session:x', '1'],
    ['GET', 'session:x'],
    ['FUNCTION', 'LOAD', 'REPLACE', '#!lua name=sessions'],
    ['FLUSHALL'],
    ['KEYS', '*'],
  ])('may not %s %s', async (command, ...args) => {
    await expect(as('cleanup').call(command, ...args)).rejects.toThrow(refused);
  });
});

describe('the deployer', () => {
  test('may load and list', async () => {
    await expect(server.load()).resolves.toBeUndefined();
    await expect(as('deployer').call('FUNCTION', 'LIST')).resolves.toHaveLength(1);
  });

  test.each([
    ['FUNCTION', 'DELETE', 'sessions'],
    ['FUNCTION', 'FLUSH'],
    ['FUNCTION', 'DUMP'],
    ['FUNCTION', 'RESTORE', 'x'],
    ['FCALL', 'session_get', '1', `session:${newId()}`],
    ['HGETALL', `session:${newId()}`],
    ['EVAL', 'return 1', '0'],
    ['KEYS', '*'],
    ['CONFIG', 'GET', '*'],
    ['ACL', 'LIST'],
  ])('may not %s %s', async (command, ...args) => {
    await expect(as('deployer').call(command, ...args)).rejects.toThrow(refused);
  });
});

test('a function called by a role without its inner commands says so, without a word of Lua', async () => {
  await as('admin').call(
    'ACL',
    'SETUSER',
    'half',
    'on',
    '>half',
    '~*',
    '+fcall',
    '-@all',
    '+fcall',
    '+exists',
  );
  const half = server.connect('application');
  await half.call('AUTH', 'half', 'half').catch(() => undefined);
  const created = half.call(
    'FCALL',
    'session_create',
    4,
    `session:${newId()}`,
    'user_sessions:u',
    'session_cleanup',
    'session_stats',
    '',
  );
  await expect(created).rejects.toThrow(
    /^NOPERM the role of this connection lacks a command or a key of this function$/,
  );
});
