import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Group } from './support/group';

jest.setTimeout(120_000);
let group: Group;
beforeEach(() => {
  group = new Group(11);
});
afterEach(() => group.remove());

const pause = (seconds: number) => new Promise((over) => setTimeout(over, 1000 * seconds));
const write = async (keys: number) => {
  const client = group.client(await group.settled());
  for (let at = 0; at < keys; at++) await client.set(`session:${at}`, '1');
  expect(await client.wait(2, 5000)).toBe(2);
};
const stop = () => Promise.all([...group.redis, ...group.sentinels].map((pod) => group.killPod(pod)));
const keys = () => Promise.all(group.redis.map((pod) => group.ask(pod, 'DBSIZE')));

test('from nothing, all at once: the first pod is master, and nobody was refused anything', async () => {
  group.start();
  expect((await group.settled()).name).toBe('redis-0');
  for (const pod of [...group.redis, ...group.sentinels]) {
    expect(await group.probe(pod)).toEqual({ code: 0, text: '' });
  }
  expect(await group.refused()).toEqual([]);
  // Configurations with a password in them are their owner's, also when Redis and Sentinel have written them.
  const files = [
    ...group.redis.map(({ folder }) => `${folder}/work/redis.conf`),
    ...group.sentinels.map(({ folder }) => `${folder}/data/sentinel.conf`),
  ];
  expect(files.map((file) => (statSync(file).mode & 0o777).toString(8))).toEqual(files.map(() => '600'));
});

test('from nothing, Sentinels first', async () => {
  group.start(...group.sentinels);
  await pause(3);
  expect(await group.probe(group.sentinels[0]!, 'liveness')).toEqual({ code: 0, text: '' });
  expect(await group.probe(group.sentinels[0]!)).toEqual({ code: 1, text: 'readiness: PONG \n' });
  group.start(...group.redis);
  expect((await group.settled()).name).toBe('redis-0');
});

test('from nothing, Sentinels last: no server starts by itself', async () => {
  group.start(...group.redis);
  await pause(16);
  for (const { log } of group.redis) {
    expect(log).toMatch(/^\S+ no master answers, and fewer than 2 of 3 Sentinels\n$/);
  }
  group.start(...group.sentinels);
  expect((await group.settled()).name).toBe('redis-0');
});

test('from nothing, where every answer takes 0.7 seconds', async () => {
  await group.remove();
  group = new Group(11, { answerSeconds: 0.7 });
  group.start();
  expect((await group.settled(90)).name).toBe('redis-0');
});

test('after all were killed at once, the last master is master again, with all it had', async () => {
  group.start();
  await group.settled();
  // Another than the first pod.
  expect((await group.handover(group.redis[0]!)).code).toBe(0);
  await write(1000);
  const master = await group.settled();
  await stop();
  group.start();
  expect((await group.settled()).name).toBe(master.name);
  expect(await keys()).toEqual([1000, 1000, 1000]);
});

test('after all were killed and Sentinels have lost their state, data are kept', async () => {
  group.start();
  await write(1000);
  await stop();
  group.sentinels.forEach((pod) => group.empty(pod));
  // The first pod, which would begin from nothing, has lost its volume, too.
  group.empty(group.redis[0]!);
  group.start();
  expect((await group.settled()).name).toBe('redis-1');
  expect(await keys()).toEqual([1000, 1000, 1000]);
});

test('after all were killed and the last master has lost its volume, another takes its place with the data', async () => {
  group.start();
  await write(1000);
  await stop();
  group.empty(group.redis[0]!);
  group.start();
  expect((await group.settled()).name).not.toBe('redis-0');
  expect(await keys()).toEqual([1000, 1000, 1000]);
});

test('a replica whose append-only file is broken takes all data from the master; where nobody has them, the file stays', async () => {
  group.start();
  const master = await group.settled();
  await write(1000);
  const broken = group.redis.find((pod) => pod !== master)!;
  const folder = join(broken.folder, 'data', 'appendonlydir');
  const spoil = () => {
    const name = readdirSync(folder).find((file) => file.endsWith('.incr.aof'))!;
    const text = readFileSync(join(folder, name), 'latin1');
    // In the middle: a file that ends too early is read as far as it goes.
    writeFileSync(join(folder, name), text.replace('session:500', 'session:\r\n'), 'latin1');
  };
  await group.killPod(broken);
  spoil();
  group.start(broken);
  expect(await group.settled()).toBe(master);
  expect(broken.log).toMatch(/the append-only file cannot be read; taking all data from 127/);
  expect(await keys()).toEqual([1000, 1000, 1000]);

  await write(1000);
  const others = group.redis.filter((pod) => pod !== broken);
  await stop();
  spoil();
  const begun = broken.log.length;
  others.forEach((pod) => group.empty(pod));
  group.start();
  const end = Date.now() + 60_000;
  while (!broken.log.slice(begun).includes('Redis ended with 1') && Date.now() < end) await pause(0.2);
  await pause(3);
  expect(broken.log.slice(begun)).not.toContain('taking all data');
  expect(readdirSync(folder).length).toBeGreaterThan(0);
});
