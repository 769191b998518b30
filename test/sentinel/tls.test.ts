import { Group } from './support/group';
import { Writers } from './support/writers';

jest.setTimeout(120_000);
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
