import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  exporter,
  exporterPort,
  exporterScripts,
  overdueMilliseconds,
  passwordsFile,
} from '../../components/monitoring/exporter/objects';
import { intervalSeconds } from '../../components/monitoring/scrape';
import { sleep } from '../../local/exec';
import { Calls, newId } from './support/calls';
import { Authority, mount } from './support/certificates';
import { imageProgram } from './support/image';
import { freePort, passwordOf, RedisServer } from './support/server';

let server: RedisServer;
let process: ChildProcess;
let url: string;
let log = '';

/** The exporter as it is beside Redis in a pod: same command, other folders and ports. */
beforeAll(async () => {
  const authority = new Authority('the platform');
  server = await RedisServer.start(undefined, {
    clientCertificates: 'required',
    server: authority.server(),
    client: authority.client(),
  });
  await server.load();
  const folder = join(server.folder, 'exporter');
  const settings = { ports: { redis: server.port, sentinel: 1 }, tls: true };
  mount(join(folder, 'credentials'), {
    ...authority.client(),
    'passwords.json': passwordsFile(settings, passwordOf('metrics')),
  });
  mkdirSync(join(folder, 'scripts'));
  for (const [name, text] of Object.entries(exporterScripts('sessions').data)) {
    writeFileSync(join(folder, 'scripts', name), text);
  }
  const port = await freePort();
  const { sidecar } = exporter('redis', { ...settings, image: '', passwordsChecksum: '' });
  const args = sidecar.command
    .slice(1)
    .map((arg) =>
      arg.replace('/etc/session-database/exporter', folder).replace(`:${exporterPort}`, `127.0.0.1:${port}`),
    );
  const [program, ...first] = imageProgram('redis_exporter');
  process = spawn(program, [...first, ...args]);
  process.stderr!.on('data', (text: Buffer) => (log += text.toString()));
  url = `http://127.0.0.1:${port}/metrics`;
  for (let tries = 0; tries < 100; tries++) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return;
    await sleep(100);
  }
  throw new Error(`the exporter does not answer: ${log}`);
}, 60_000);
afterAll(async () => {
  process.kill();
  await server.remove();
});

/** What it tells now, by name and labels. */
async function metrics(): Promise<Map<string, number>> {
  const text = await (await fetch(url)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').pop())]));
}

async function counts(): Promise<Record<string, number>> {
  const found = [...(await metrics())].flatMap(([name, value]) => {
    const [, key] = /^redis_script_values\{.*key="(\w+)"/.exec(name) ?? [];
    return key === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(found);
}

test('it reaches Redis by TLS, and tells of no error', async () => {
  const found = await metrics();
  expect(found.get('redis_up')).toBe(1);
  expect([...found.keys()].filter((name) => name.startsWith('redis_exporter_last_scrape_error'))).toEqual([
    'redis_exporter_last_scrape_error{err=""}',
  ]);
  expect(log).not.toMatch(/level=(error|warning)/);
});

test('a scrape takes less than a thousandth of the time from one to the next', async () => {
  const used = async (): Promise<number> => {
    const info = (await server.as('admin').call('INFO', 'cpu')) as string;
    const of = (name: string) => Number(new RegExp(`${name}:([\\d.]+)`).exec(info)![1]);
    return of('used_cpu_sys') + of('used_cpu_user');
  };
  const [before, begun, scrapes] = [await used(), Date.now(), 100];
  for (let turn = 0; turn < scrapes; turn++) await metrics();
  // What Redis does by itself is in it, too.
  const each = ((await used()) - before) / scrapes;
  console.log(
    `${(each * 1000).toFixed(2)} ms of processor a scrape, in ${Date.now() - begun} ms for ${scrapes}`,
  );
  expect(each).toBeLessThan(intervalSeconds / 1000);
});

test('the ACL log stays empty, however often it asks', async () => {
  await server.as('admin').call('ACL', 'LOG', 'RESET');
  for (let turn = 0; turn < 5; turn++) await metrics();
  expect(await server.as('admin').call('ACL', 'LOG')).toEqual([]);
});

test('it counts sessions and tokens: what lives, was made, has ended, and what cleanup left lying', async () => {
  const calls = new Calls(server.as('application'));
  const [first, second] = [newId(), newId()];
  await calls.session.create(first, 'kim', '');
  await calls.session.create(second, 'kim', '');
  await calls.session.revoke(first);
  await calls.refresh.issue(newId(), 'kim');
  const admin = server.as('admin');
  const long = Date.now() - overdueMilliseconds - 1000;
  await admin.zadd('deletion_token_cleanup', long, 'x', Date.now() - 1000, 'y');
  expect(await counts()).toMatchObject({
    session_live: 1,
    session_created: 2,
    session_revoked: 1,
    session_expired: 0,
    session_backlog: 0,
    refresh_live: 1,
    refresh_reused: 0,
    deletion_live: 0,
    deletion_backlog: 2,
    deletion_overdue: 1,
  });
});

test('the time of the last cleanup is told once there was one', async () => {
  const admin = server.as('admin');
  expect(await counts()).not.toHaveProperty('cleanup_last_success');
  await admin.set('maintenance:cleanup:last_success', '1800000000');
  expect(await counts()).toHaveProperty('cleanup_last_success', 1_800_000_000);
});

test('an index that is none counts nothing, and Redis is up all the same', async () => {
  const admin = server.as('admin');
  await admin.rename('refresh_token_cleanup', 'aside');
  await admin.set('refresh_token_cleanup', 'no index');
  expect(await counts()).toMatchObject({ refresh_live: 0, session_live: 1 });
  expect((await metrics()).get('redis_up')).toBe(1);
  await admin.rename('aside', 'refresh_token_cleanup');
});

test.each([
  ['a record', ['HGETALL', 'session:x']],
  ['a record, from a script', ['EVAL', "return redis.call('HGETALL', 'session:x')", '0']],
  ['the entries of an index', ['ZRANGE', 'session_cleanup', '0', '-1']],
  [
    'the entries of an index, from a script',
    ['EVAL', "return redis.call('ZRANGE', 'session_cleanup', 0, 0)", '0'],
  ],
  ['the names of keys', ['SCAN', '0']],
  ['passwords', ['CONFIG', 'GET', 'masterauth']],
  ['calls of others', ['MONITOR']],
  ['the ACL', ['ACL', 'LIST']],
])('its role cannot read %s', async (_, [command = '', ...args]) => {
  await expect(server.as('metrics').call(command, ...args)).rejects.toThrow(/NOPERM|permissions/);
});

test('its role can write nothing', async () => {
  const write = "return redis.call('HSET', 'session_stats', 'session_expired', '0')";
  await expect(server.as('metrics').call('EVAL', write, '0')).rejects.toThrow(/permissions/);
});

test('calls are kept in no log that it could read', async () => {
  const admin = server.as('admin');
  await admin.mset('a', 'x'.repeat(5000), 'b', 'y'.repeat(5000));
  const begun = Date.now();
  await admin.call('LCS', 'a', 'b');
  expect(Date.now() - begun).toBeGreaterThan(10);
  expect(await server.as('metrics').call('SLOWLOG', 'GET', '10')).toEqual([]);
});
