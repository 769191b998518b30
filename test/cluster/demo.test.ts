import type Redis from 'ioredis';
import { client, command, devOutputs, kubectl, tunnel, type Tunnel } from './support/platform';

jest.setTimeout(120_000);

let way: Tunnel;
let admin: Redis;

beforeAll(async () => {
  const { redis, passwords } = await devOutputs();
  // A suite before this one may have switched its node off and on.
  await kubectl(`wait --for=condition=Ready pod/redis-0 -n ${redis.namespace} --timeout=60s`);
  way = await tunnel(redis.namespace, 'pod/redis-0', redis.port);
  admin = client(way.port, { username: 'admin', password: passwords['admin'] ?? '' });
});
afterAll(() => {
  admin.disconnect();
  way.close();
});

test('`make demo` tells its story to the end, without colours for who is no terminal, and leaves nothing', async () => {
  const { code, stdout, text } = await command('make', ['demo']);
  const user = /^Alice is user (demo-[0-9a-f]{6})\. /m.exec(stdout)?.[1] ?? 'none';
  const lines = stdout.split('\n');
  expect({ code, text }).toEqual({ code: 0, text: expect.stringContaining(user) as string });
  expect(lines).toEqual(
    expect.arrayContaining([
      '1. Alice signs in on three devices',
      `   FCALL session_list 1 user_sessions:${user}`,
      '   → 3 sessions',
      '   → REUSED the token was used before; its family is revoked',
      '   → (nil) there is no such session',
      '8. Cleanup, as the role cleanup',
      '   → 3 sessions ended',
      `Nothing of ${user} is left in Redis.`,
    ]),
  );
  expect(stdout).not.toContain('\u001b');
  expect(await admin.keys(`*${user}*`)).toEqual([]);
  const ofUser = (entries: string[]) => entries.filter((entry) => entry.endsWith(user));
  expect(ofUser(await admin.zrange('session_cleanup', '0', '-1'))).toEqual([]);
  expect(ofUser(await admin.zrange('refresh_token_cleanup', '0', '-1'))).toEqual([]);
});

test('`make demo` of a stack that has not been deployed says what to do', async () => {
  const { code, text } = await command('make', ['demo', 'STACK=nowhere']);
  expect(code).not.toBe(0);
  expect(text).toContain(
    '✖ stack nowhere has not been deployed from this checkout; run `make up STACK=nowhere`',
  );
});
