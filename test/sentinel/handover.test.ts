import { Group, type Pod } from './support/group';
import { Writers } from './support/writers';

jest.setTimeout(120_000);
const group = new Group(12);
beforeAll(async () => {
  group.start();
  await group.settled();
});
afterAll(() => group.remove());

const under = async (change: (master: Pod) => Promise<void>) => {
  const before = await group.settled();
  const writers = new Writers(group);
  await writers.more();
  await change(before);
  await writers.more();
  await writers.stop();
  return { before, writers };
};

test('a planned change of master loses nothing, with or without WAIT, and is short', async () => {
  const gaps: number[] = [];
  for (let round = 0; round < 5; round++) {
    const { before, writers } = await under(async (master) => {
      const { code, text } = await group.handover(master);
      expect(text).toMatch(/handed over to 127\.0\.12\./);
      expect(code).toBe(0);
    });
    const after = await group.settled();
    expect(after.name).not.toBe(before.name);
    expect(await writers.lost(after)).toEqual({ waited: 0, unwaited: 0 });
    gaps.push(writers.gap);
    console.log(gaps, writers.count, writers.errors);
  }
  expect(await group.refused()).toEqual([]);
});
