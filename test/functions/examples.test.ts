import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../local/exec';
import { goExample, lossyWay, nodeExample, pythonExample } from './support/examples';
import type { Program } from './support/image';
import { passwordOf, RedisServer } from './support/server';

// The first time, packages are fetched and Go compiles its own library.
jest.setTimeout(300_000);

let server: RedisServer;
let secret: string;

beforeAll(async () => {
  server = await RedisServer.start();
  await server.load();
  // As Kubernetes mounts it: the password, and no end of line.
  secret = join(server.folder, 'secret');
  mkdirSync(secret);
  writeFileSync(join(secret, 'password'), passwordOf('application'));
});
afterEach(async () => {
  await server.as('admin').flushall();
});
afterAll(() => server.remove());

const printed = `ping: PONG
session_create: done
session_get: device phone, theme dark
session_touch: device phone
session_list: this session, device phone, 20 minutes to live
refresh_issue: done
refresh_rotate: device phone
refresh_rotate of a used token: REUSED
refresh_get: none
session_revoke: 1
session_get: none
`;

const counted = { session_revoked: '1', refresh_rotated: '1', refresh_reused: '1', refresh_revoked: '1' };

describe.each([
  ['Node.js', nodeExample],
  ['Python', pythonExample],
  ['Go', () => goExample(server.folder)],
] as const)('the example for %s', (_, build) => {
  let example: Program;
  const runAgainst = (port: number) => {
    const [program, ...args] = example;
    return run(program, [...args, '127.0.0.1', String(port), secret], { timeout: 60_000 });
  };
  // Of all keys only the mark of the used token is to be left, and the counts.
  const left = async () =>
    (await server.as('admin').keys('*')).map((key) => key.replace(/:[\w-]{43}$/, ':{id}')).sort();
  const counts = () => server.as('admin').hgetall('session_stats');

  beforeAll(async () => {
    example = await build();
  });

  test('goes through the life of a session and of a refresh token', async () => {
    expect(await runAgainst(server.port)).toBe(printed);
    expect(await left()).toEqual(['refresh_token:{id}', 'session_stats']);
    expect(await counts()).toEqual(counted);
    // Nothing that the client sends by itself is refused either.
    const log = (await server.as('admin').call('ACL', 'LOG')) as unknown[][];
    expect(log.filter((entry) => entry[entry.indexOf('username') + 1] === 'application')).toEqual([]);
  });

  test('comes to the same when replies are lost, and rotates no token twice', async () => {
    const functions = ['session_create', 'refresh_issue', 'refresh_rotate'];
    const way = await lossyWay(server.port, functions);
    try {
      expect(await runAgainst(way.port)).toBe(printed);
    } finally {
      way.close();
    }
    expect(way.lost).toEqual(functions);
    expect(await left()).toEqual(['refresh_token:{id}', 'session_stats']);
    expect(await counts()).toEqual(counted);
  });
});
