import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../local/exec';
import { Authority } from './support/certificates';
import { examples, lossyWay, printed } from './support/examples';
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

const counted = { session_revoked: '1', refresh_rotated: '1', refresh_reused: '1', refresh_revoked: '1' };

describe.each(Object.entries(examples))('the example for %s', (_, build) => {
  let example: Program;
  const runAgainst = (port: number, folder = secret, host = '127.0.0.1') => {
    const [program, ...args] = example;
    return run(program, [...args, host, String(port), folder], { timeout: 60_000 });
  };
  // Of all keys only the mark of the used token is to be left, and the counts.
  const left = async () =>
    (await server.as('admin').keys('*')).map((key) => key.replace(/:[\w-]{43}$/, ':{id}')).sort();
  const counts = () => server.as('admin').hgetall('session_stats');

  beforeAll(async () => {
    example = await build(server.folder);
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

  test('speaks TLS where the folder has an authority to trust, and verifies the server', async () => {
    const authority = new Authority('the platform');
    const files = { server: authority.server(), client: authority.client() };
    const speaking = await RedisServer.start(undefined, { clientCertificates: 'required', ...files });
    try {
      await speaking.load();
      const folder = join(speaking.folder, 'secret');
      const mounted = (ca: string) => {
        mkdirSync(folder, { recursive: true });
        const all = { ...files.client, 'ca.crt': ca, password: passwordOf('application') };
        for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, name), text);
        return folder;
      };
      expect(await runAgainst(speaking.port, mounted(authority.pem))).toBe(printed);
      const foreign = mounted(new Authority('another').pem);
      await expect(runAgainst(speaking.port, foreign)).rejects.toThrow();
      // A loopback address, and not the one that the certificate is for.
      await expect(runAgainst(speaking.port, mounted(authority.pem), '127.0.0.2')).rejects.toThrow();
    } finally {
      await speaking.remove();
    }
  });
});
