import { once } from 'node:events';
import { connect } from 'node:net';
import type { HaproxyConf } from '../../components/proxy/conf';
import { proxyMetrics } from '../../components/proxy/metrics';
import {
  boundMs,
  closed,
  handOver,
  nodeOf,
  proxied,
  settled,
  stage,
  takeover,
  written,
} from './support/proxied';
import { closedAfter, Lab, type Node, status, until } from './support/replicated';
import { freePort, passwordOf } from './support/server';

jest.setTimeout(90_000);

let lab: Lab;
let a: Node;
let b: Node;
let c: Node;
let port: number;
let conf: HaproxyConf;

beforeEach(() => (lab = new Lab()));
afterEach(() => lab.end());

const start = async () => {
  ({ a, b, c, port, conf } = await stage(lab));
};
const client = () => proxied(lab, conf);
const ready = () => until(async () => (await status(conf, '/master')) === 200);

test('clients reach the master; when it changes, connections to the former are dropped and new ones reach the new', async () => {
  await start();
  await lab.proxy(conf);
  await settled();
  const first = client();
  expect(await nodeOf([a, b, c], first, 'first')).toBe(a.address);

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
    await handOver(from, to, c, port);
    gaps.push((await dropped) - began, (await written(client)) - began);
    expect(await nodeOf([a, b, c], client(), 'next')).toBe(to.address);
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
    gaps.push((await written(client)) - began);
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
  expect((await written(client)) - began).toBeLessThan(boundMs);
});

test('when the master hangs, its clients lose it in the moment in which another takes writes', async () => {
  await start();
  // The next master has its replica already.
  await c.follow(b, port);
  await b.replicated(1);
  await lab.proxy(conf);
  await settled();
  const held = client();
  await held.ping();
  const dropped = closed(held);
  a.process.kill('SIGSTOP');
  const began = performance.now();
  await b.promote();
  expect((await dropped) - began).toBeLessThan(500);
  expect((await written(client)) - began).toBeLessThan(500);
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
  const dropped = closed(held);
  // As after a partition: a is alone, and still says that it is the master.
  await b.promote();
  await c.follow(b, port);
  await b.replicated(1);
  await a.replicated(0);
  await dropped;
  await written(client);
  // Longer than a lonely master needs to be taken for a last resort.
  for (let second = 0; second < 8; second++) {
    const redis = client();
    expect(await nodeOf([a, b, c], redis, `client-${second}`)).toBe(b.address);
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
  expect(await nodeOf([a, b, c], reader, 'reader')).toBe(a.address);
  await expect(reader.hset('session:x', 'a', '1')).rejects.toThrow(/^NOREPLICAS/);
  await expect(reader.hget('session:x', 'a')).resolves.toBeNull();

  const dropped = closed(reader);
  await b.promote();
  await b.replicated(1);
  await dropped;
  await written(client);
  expect(await nodeOf([a, b, c], client(), 'writer')).toBe(b.address);
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

test.each([false, true])('HAProxy has no objection to its configuration, TLS: %s', async (tls) => {
  const certificates = lab.certificates('platform');
  port = await freePort();
  const login = { user: 'proxy', password: 'secret' };
  const pods = [{ name: 'redis-0', address: '10.0.0.1' }];
  const sizes = { minReplicas: 2, maxConnections: 100, drainSeconds: 5, takeover };
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
