import { until } from '../../local/exec';
import { Group, type Pod } from './support/group';
import { Writers } from './support/writers';

jest.setTimeout(120_000);
const group = new Group(13);
beforeAll(async () => {
  group.start();
  await group.settled();
});
afterAll(() => group.remove());
afterEach(async () => expect(await group.refused()).toEqual([]));

/** Does something to the master under load; what was acknowledged by WAIT is there in the end. */
async function under(change: (master: Pod) => Promise<void> | void) {
  const before = await group.settled();
  const writers = new Writers(group);
  try {
    await writers.more();
    await change(before);
    await writers.more();
  } finally {
    await writers.stop();
  }
  const after = await group.settled();
  expect(await writers.lost(after)).toMatchObject({ waited: 0 });
  return { before, after, writers };
}

test('a master that is killed is followed by another, and comes back as its replica', async () => {
  const { before, after, writers } = await under((master) => group.killServer(master));
  expect(after.name).not.toBe(before.name);
  expect(before.log).toMatch(
    new RegExp(`Redis ended with 137\n[^]*starting as a replica of ${after.address}\n`),
  );
  // About 2.2 seconds on an idle machine.
  expect(writers.gap).toBeLessThan(10_000);
});

test('a master that comes back at once with an empty volume empties nobody', async () => {
  const { before, after } = await under((master) => {
    group.killServer(master);
    group.empty(master);
  });
  expect(after.name).not.toBe(before.name);
});

test('a master that is killed after all Sentinels have lost their state is followed by another', async () => {
  const { before, after } = await under(async (master) => {
    await Promise.all(group.sentinels.map((pod) => group.killPod(pod)));
    group.sentinels.forEach((pod) => group.empty(pod));
    group.start(...group.sentinels);
    group.killServer(master);
  });
  expect(after.name).not.toBe(before.name);
});

test('Sentinels ask servers often what they are, also after they were killed', async () => {
  const intervals = () =>
    Promise.all(
      group.sentinels.map(async (pod) => {
        const settings = (await group.ask(pod, 'SENTINEL', 'DEBUG')) as string[];
        return ['INFO-PERIOD', 'PING-PERIOD'].map((name) => settings[settings.indexOf(name) + 1]).join(' ');
      }),
    );
  const often = ['800 500', '800 500', '800 500'];
  expect(await intervals()).toEqual(often);
  group.sentinels.forEach((pod) => group.killServer(pod));
  // A moment after they answer again.
  await until('short intervals', 10, async () => (await intervals()).join() === often.join());
});

test('a server that was never in sync is not elected, even when it is the only one', async () => {
  const master = await group.settled();
  const client = group.client(master);
  for (let at = 0; at < 200; at++) await client.set(`session:kept:${at}`, '1');
  expect(await client.wait(2, 5000)).toBe(2);
  const [gone, fresh] = group.redis.filter((pod) => pod !== master) as [Pod, Pod];
  await group.killPod(gone);
  await group.killPod(fresh);
  group.empty(fresh);
  // A tenth of a second for each key: the copy does not come to its end.
  await client.config('SET', 'rdb-key-save-delay', '100000');
  group.start(fresh);
  const syncing = () => group.ask(fresh, 'INFO', 'replication').then(String, () => '');
  while (!(await syncing()).includes('master_sync_in_progress:1'))
    await new Promise((wait) => setTimeout(wait, 50));
  expect(await syncing()).toContain('slave_priority:0\r\n');
  expect((await group.probe(fresh)).code).toBe(1);

  group.killServer(master);
  await group.settled(60, [master, fresh]);
  group.start(gone);
  expect((await group.settled()).name).toBe(master.name);
  expect(
    await group.client(master).exists(...Array.from({ length: 200 }, (_, at) => `session:kept:${at}`)),
  ).toBe(200);
});
