import { once } from 'node:events';
import { appendFileSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type Redis from 'ioredis';
import type { HaproxyConf } from '../../components/proxy/conf';
import { proxyMetrics } from '../../components/proxy/metrics';
import { checkout } from '../../local/paths';
import { Authority, mount } from './support/certificates';
import { closedAfter, Lab, type Node, status, until } from './support/replicated';
import { freePort, passwordOf } from './support/server';

jest.setTimeout(90_000);

/** What a change of masters may take at most on a busy machine; without load it is below 200 ms. */
const boundMs = 2000;

let lab: Lab;
let a: Node;
let b: Node;
let c: Node;
let port: number;
let conf: HaproxyConf;

beforeEach(() => (lab = new Lab()));
afterEach(() => lab.end());

/** Three Redis pods, a first, that follow `a`, and the settings of a proxy before them. */
async function start(tls?: string): Promise<void> {
  port = await freePort();
  a = await lab.redis('127.0.0.2', port, undefined, tls);
  b = await lab.redis('127.0.0.3', port, a.address, tls);
  c = await lab.redis('127.0.0.4', port, a.address, tls);
  await a.replicated(2);
  conf = {
    pods: [a, b, c].map(({ address }, index) => ({ name: `redis-${index}`, address })),
    redisPort: port,
    port: await freePort(),
    statusPort: await freePort(),
    login: { user: 'proxy', password: passwordOf('proxy') },
    minReplicas: 1,
    maxConnections: 1000,
    drainSeconds: 5,
  };
}

/** A client of the proxy. */
const client = (tls?: string): Redis =>
  lab.client('127.0.0.1', conf.port, 'application', passwordOf('application'), tls);

/** The address of the pod that a client has been sent to, as the server itself sees it. */
async function nodeOf(redis: Redis, name: string): Promise<string | undefined> {
  await redis.call('CLIENT', 'SETNAME', name);
  for (const node of [a, b, c]) {
    if (String(await node.call('CLIENT', 'LIST')).includes(` name=${name} `)) return node.address;
  }
  return undefined;
}

const closed = (redis: Redis) =>
  new Promise<number>((done) => redis.once('close', () => done(performance.now())));

/** Returns when a new client has written through the proxy. */
async function written(tls?: string): Promise<number> {
  await until(async () => {
    const redis = client(tls);
    return redis
      .hset('session:x', 'a', '1')
      .then(
        () => true,
        () => false,
      )
      .finally(() => redis.disconnect());
  });
  return performance.now();
}

/** Hands the role of master on. */
async function handOver(from: Node, to: Node, other: Node): Promise<void> {
  await to.promote();
  await from.follow(to, port);
  await other.follow(to, port);
}

const ready = () => until(async () => (await status(conf, '/master')) === 200);
const settled = () => new Promise((wait) => setTimeout(wait, 1500));

test('clients reach the master; when it changes, connections to the former are dropped and new ones reach the new', async () => {
  await start();
  await lab.proxy(conf);
  await settled();
  const first = client();
  expect(await nodeOf(first, 'first')).toBe(a.address);

  const gaps: number[] = [];
  for (const [from, to] of [
    [a, b],
    [b, a],
    [a, b],
  ] as const) {
    const held = client();
    await held.ping();
    const dropped = closed(held);
    const began = performance.now();
    await handOver(from, to, c);
    gaps.push((await dropped) - began, (await written()) - began);
    expect(await nodeOf(client(), 'next')).toBe(to.address);
    await to.replicated(2);
  }
  expect(Math.max(...gaps)).toBeLessThan(boundMs);
  for (const node of [a, b, c]) expect(await node.call('ACL', 'LOG')).toEqual([]);
});

test('a promotion is seen when it happens, although replicas are asked seldom', async () => {
  await start();
  await lab.proxy(conf);
  await settled();
  const asked = async () => Number(/connections_received:(\d+)/.exec(await c.info('stats'))![1]);
  const before = await asked();
  await new Promise((wait) => setTimeout(wait, 3000));
  // Each question is a TLS handshake elsewhere. 3000 / (300 + 20) of one backend and three of the other.
  expect(await asked()).toBeLessThan(before + 15);

  const gaps: number[] = [];
  let [from, to] = [a, b];
  for (let turn = 0; turn < 5; turn++) {
    // The next master has its replica already, so that it takes writes at once.
    await c.follow(to, port);
    await to.replicated(1);
    // As after a failure there is no master.
    await from.follow(to, port);
    await until(async () => (await status(conf, '/master')) === 503);
    await new Promise((wait) => setTimeout(wait, 400 + 50 * turn));
    const began = performance.now();
    await to.promote();
    gaps.push((await written()) - began);
    await from.following();
    [from, to] = [to, from];
  }
  expect(gaps.sort((one, other) => one - other)[2]).toBeLessThan(100);
});

test('when the master is killed, clients reach the one that is promoted', async () => {
  await start();
  await lab.proxy(conf);
  await settled();
  const held = client();
  await held.ping();
  const dropped = closed(held);
  a.process.kill('SIGKILL');
  await dropped;
  await b.promote();
  const began = performance.now();
  await c.follow(b, port);
  expect((await written()) - began).toBeLessThan(boundMs);
});

test('without a master a client is closed at once, and the proxy stays alive', async () => {
  await start();
  await lab.proxy(conf);
  await settled();
  // In a ring all are replicas.
  await a.follow(b, port);
  await until(async () => (await status(conf, '/master')) === 503);
  expect(await closedAfter(conf.port)).toBeLessThan(500);
  expect(await status(conf, '/alive')).toBe(200);
});

test('of two masters, only the one that takes writes gets clients', async () => {
  await start();
  await lab.proxy(conf);
  await settled();
  const held = client();
  await held.ping();
  // As after a partition: a is alone, and still says that it is the master.
  await b.promote();
  await c.follow(b, port);
  await b.replicated(1);
  await a.replicated(0);
  await closed(held);
  await written();
  // Longer than a lonely master needs to be taken for a last resort.
  for (let second = 0; second < 8; second++) {
    const redis = client();
    expect(await nodeOf(redis, `client-${second}`)).toBe(b.address);
    await new Promise((wait) => setTimeout(wait, 1000));
  }
});

test('a master without replicas serves reads after a while, and loses its clients to one that takes writes', async () => {
  await start();
  await lab.proxy(conf);
  await settled();
  // Both follow each other, so a is alone.
  await b.follow(c, port);
  await c.follow(b, port);
  await until(async () => (await status(conf, '/master')) === 503);
  await ready();
  const reader = client();
  expect(await nodeOf(reader, 'reader')).toBe(a.address);
  await expect(reader.hset('session:x', 'a', '1')).rejects.toThrow(/^NOREPLICAS/);
  await expect(reader.hget('session:x', 'a')).resolves.toBeNull();

  const dropped = closed(reader);
  await b.promote();
  await b.replicated(1);
  await dropped;
  await written();
  expect(await nodeOf(client(), 'writer')).toBe(b.address);
});

test('a master that stalls for less than half a second keeps its clients', async () => {
  await start();
  await lab.proxy(conf);
  await settled();
  const held = client();
  await held.ping();
  a.process.kill('SIGSTOP');
  await new Promise((wait) => setTimeout(wait, 350));
  a.process.kill('SIGCONT');
  await settled();
  await expect(held.ping()).resolves.toBe('PONG');
});

test('a client that leaves a master that answers nobody is let go', async () => {
  await start();
  await lab.proxy(conf);
  await settled();
  const held = connect(conf.port, '127.0.0.1');
  held.write('PING\r\n');
  await once(held, 'data'); // an error, but the master's
  held.resume();
  a.process.kill('SIGSTOP');
  const began = performance.now();
  held.end();
  await Promise.race([once(held, 'close'), settled()]);
  held.destroy();
  expect(performance.now() - began).toBeLessThan(1000);
});

test('with the password of another role no pod is ever used', async () => {
  await start();
  await lab.proxy({ ...conf, login: { user: 'proxy', password: passwordOf('probe') } });
  await until(async () => (await status(conf, '/master')) === 503);
  await settled();
  expect(await status(conf, '/master')).toBe(503);
  expect(await closedAfter(conf.port)).toBeLessThan(500);
});

test('metrics tell the state of every pod, and nothing else is told', async () => {
  await start();
  await lab.proxy(conf);
  await settled();
  const url = `http://127.0.0.1:${conf.statusPort}`;
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const up = [...metrics.matchAll(/^haproxy_server_status\{proxy="master",server="(\S+)",state="UP"\} 1$/gm)];
  expect(up.map(([, name]) => name)).toEqual(['redis-0']);
  expect(metrics).not.toContain(conf.login.password);
  const answer = await (await fetch(`${url}/metrics?metrics=${proxyMetrics.join()}`)).text();
  const names = new Set([...answer.matchAll(/^[a-z_]+/gm)].map(([name]) => name));
  expect([...names].sort()).toEqual(proxyMetrics);
  expect((await fetch(`${url}/`)).status).toBe(404);
});

describe('with TLS', () => {
  test("it is Redis' own to the client, and the proxy's checks find the master", async () => {
    const certificates = lab.certificates('platform');
    await start(certificates.redis);
    conf = { ...conf, tls: { folder: certificates.client, controlPort: await freePort() } };
    await lab.proxy(conf);
    await settled();
    const held = client(certificates.client);
    expect(await nodeOf(held, 'held')).toBe(a.address);
    const dropped = closed(held);
    const began = performance.now();
    await handOver(a, b, c);
    expect((await dropped) - began).toBeLessThan(boundMs);
    expect((await written(certificates.client)) - began).toBeLessThan(boundMs);
    for (const node of [a, b, c]) expect(await node.call('ACL', 'LOG')).toEqual([]);
  });

  test('another certificate and another authority are taken up, and no connection ends', async () => {
    const [old, next] = [new Authority('1'), new Authority('2')];
    const [redis, own, user] = ['redis', 'proxy', 'user'].map((name) => join(lab.folder, name)) as [
      string,
      string,
      string,
    ];
    mount(redis, old.server([old, next]));
    mount(own, old.client([old]));
    mount(user, old.client([old, next]));
    await start(redis);
    const tls = { folder: own, controlPort: await freePort() };
    conf = { ...conf, tls };
    await lab.proxy(conf);
    const script = join(checkout, 'components', 'proxy', 'reload.sh');
    const reloader = lab.script('bash', [script, String(tls.controlPort), own, '0.1']);
    await settled();
    const held = client(user);
    expect(await nodeOf(held, 'held')).toBe(a.address);
    let ended = false;
    held.once('close', () => (ended = true));
    const taken = async (times: number) =>
      until(() => Promise.resolve(reloader.text().split('taken up\n').length > times));

    await taken(1);
    mount(own, old.client([old, next]));
    await taken(2);
    // What does not belong together is not taken, and tried again.
    mount(own, { ...next.client([old, next]), 'tls.key': old.client()['tls.key'] });
    await until(() => Promise.resolve(reloader.text().includes('not taken up')));
    mount(own, next.client([old, next]));
    await taken(3);
    // Servers that the new certificate alone is good for, and that none from before trusts: they trust and show the second
    // authority only.
    for (const node of [a, b, c]) await node.call('PING'); // a connection from before
    mount(redis, next.server([next]));
    const files = ['cert-file', 'tls.crt', 'key-file', 'tls.key', 'ca-cert-file', 'ca.crt'];
    const command = files.map((word, at) => (at % 2 === 0 ? `tls-${word}` : join(redis, word)));
    for (const node of [a, b, c]) await node.call('CONFIG', 'SET', ...command);
    await new Promise((wait) => setTimeout(wait, 1500));
    expect(await status(conf, '/master')).toBe(200);
    expect([ended, await held.ping()]).toEqual([false, 'PONG']);
    mount(user, next.client([next]));
    await written(user);
    mount(own, next.client([next]));
    await taken(4);
    await new Promise((wait) => setTimeout(wait, 1000));
    expect([await status(conf, '/master'), ended, await held.ping()]).toEqual([200, false, 'PONG']);
    // The first authority is trusted no more.
    mount(own, next.client([old]));
    await taken(5);
    await until(async () => (await status(conf, '/master')) === 503);
  });

  test('a master with a foreign certificate is never used', async () => {
    const [certificates, foreign] = [lab.certificates('platform'), lab.certificates('foreign')];
    // It trusts everybody; the proxy does not trust it.
    appendFileSync(join(foreign.redis, 'ca.crt'), readFileSync(join(certificates.redis, 'ca.crt')));
    await start(foreign.redis);
    const tls = async (folder: string) => ({ folder, controlPort: await freePort() });
    const deceived = { ...conf, tls: await tls(foreign.client) };
    const ports = { port: await freePort(), statusPort: await freePort() };
    conf = { ...conf, ...ports, tls: await tls(certificates.client) };
    await lab.proxy(deceived);
    await lab.proxy(conf);
    await settled();
    expect([await status(deceived, '/master'), await status(conf, '/master')]).toEqual([200, 503]);
  });
});

test.each([false, true])('HAProxy has no objection to its configuration, TLS: %s', async (tls) => {
  const certificates = lab.certificates('platform');
  port = await freePort();
  const login = { user: 'proxy', password: 'secret' };
  const pods = [{ name: 'redis-0', address: '10.0.0.1' }];
  const sizes = { minReplicas: 2, maxConnections: 100, drainSeconds: 5 };
  const ports = { redisPort: port, port: await freePort(), statusPort: await freePort() };
  const said = lab.judge({
    pods,
    login,
    ...sizes,
    ...ports,
    ...(tls ? { tls: { folder: certificates.client, controlPort: await freePort() } } : {}),
  });
  expect(said.trim()).toBe('');
});
