import { sessionLibrary } from '../../components/sessions/library';
import { run } from '../../local/exec';
import { examples, printed } from '../functions/support/examples';
import { settings } from '../functions/support/server';
import { Group, masterName } from './support/group';
import { Writers } from './support/writers';

// The first time, packages are fetched and Go compiles its own library.
jest.setTimeout(300_000);
const group = new Group(15, { tls: true });
beforeAll(() => group.start());
afterAll(() => group.remove());

test('the same with TLS, where nobody speaks anything else: start, probes, handover, failover', async () => {
  const first = await group.settled();
  for (const pod of [...group.redis, ...group.sentinels]) {
    expect(await group.probe(pod)).toEqual({ code: 0, text: '' });
  }
  const writers = new Writers(group);
  try {
    await writers.more();
    expect((await group.handover(first)).text).toMatch(/handed over to /);
    await writers.more();
  } finally {
    await writers.stop();
  }
  const second = await group.settled();
  expect(second.name).not.toBe(first.name);
  expect(await writers.lost(second)).toEqual({ waited: 0, unwaited: 0 });
  group.killServer(second);
  while (await group.ask(second, 'PING').catch(() => false))
    await new Promise((wait) => setTimeout(wait, 50));
  expect((await group.settled()).name).not.toBe(second.name);
  expect(await group.refused()).toEqual([]);
});

test('Sentinels take up renewed certificates one after the other, and most of them answer all the time', async () => {
  const master = await group.settled();
  const begun = group.sentinels.map(({ log }) => log.length);
  const renewed = () =>
    group.sentinels.filter(({ log }, at) => log.slice(begun[at]).includes('renewed certificates'));
  group.renew();
  let fewest = group.sentinels.length;
  const until = Date.now() + 60_000;
  do {
    const named = await Promise.all(
      group.sentinels.map((sentinel) =>
        group
          .ask(sentinel, 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', masterName)
          .then((answer) => (answer as [string, string] | null)?.[0] === master.address)
          .catch(() => false),
      ),
    );
    fewest = Math.min(fewest, named.filter(Boolean).length);
  } while (renewed().length < group.sentinels.length && Date.now() < until);
  expect(renewed()).toEqual(group.sentinels);
  expect(await group.settled()).toBe(master);
  expect(fewest).toBeGreaterThanOrEqual(2);
});

test.each(Object.entries(examples))('the example for %s finds the master by Sentinels', async (_, build) => {
  const [program, ...args] = await build(group.folder);
  const hosts = group.sentinels.map(({ address }) => address).join(',');
  const where = [hosts, '26379', group.credentials('application'), masterName];
  const master = await group.settled();
  const client = group.client(master, 'deployer');
  await client.call('FUNCTION', 'LOAD', 'REPLACE', sessionLibrary(settings).code);
  expect(await run(program, [...args, ...where], { timeout: 60_000 })).toBe(printed);
});
