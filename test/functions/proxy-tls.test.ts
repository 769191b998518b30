import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HaproxyConf } from '../../components/proxy/conf';
import { checkout } from '../../local/paths';
import { Authority, mount } from './support/certificates';
import { boundMs, closed, handOver, nodeOf, proxied, settled, stage, written } from './support/proxied';
import { Lab, type Node, status, until } from './support/replicated';
import { freePort } from './support/server';

jest.setTimeout(90_000);

let lab: Lab;
let a: Node;
let b: Node;
let c: Node;
let port: number;
let conf: HaproxyConf;

beforeEach(() => (lab = new Lab()));
afterEach(() => lab.end());

const start = async (tls?: string) => {
  ({ a, b, c, port, conf } = await stage(lab, tls));
};
const client = (tls?: string) => proxied(lab, conf, tls);

test("it is Redis' own to the client, and the proxy's checks find the master", async () => {
  const certificates = lab.certificates('platform');
  await start(certificates.redis);
  conf = { ...conf, tls: { folder: certificates.client, controlPort: await freePort() } };
  await lab.proxy(conf);
  await settled();
  const held = client(certificates.client);
  expect(await nodeOf([a, b, c], held, 'held')).toBe(a.address);
  const dropped = closed(held);
  const began = performance.now();
  await handOver(a, b, c, port);
  expect((await dropped) - began).toBeLessThan(boundMs);
  expect((await written(() => client(certificates.client))) - began).toBeLessThan(boundMs);
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
  expect(await nodeOf([a, b, c], held, 'held')).toBe(a.address);
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
  await written(() => client(user));
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
