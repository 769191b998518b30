import { cleanupCost } from '../load/cleanup';
import { sessionBytes } from '../load/memory';
import { type ComparisonName, comparisons } from '../load/throughput';
import { RedisServer } from './support/server';

// A short form of `make bench-sessions`. The bounds are far below what is measured there: a test that shares its machine
// with others finds a lost factor, not a lost tenth.
jest.setTimeout(120_000);

let server: RedisServer;

beforeAll(async () => {
  server = await RedisServer.start();
  await server.load();
});
afterAll(() => server.remove());

// By the server's processor, which other work on the machine changes least.
const floors: Readonly<Record<ComparisonName, number>> = {
  create_vs_commands_1: 1.3,
  create_vs_commands_50: 1.3,
  create_vs_multi_50: 0.5,
  create_vs_multi_50_raw: 0.35,
  create_vs_set_50: 0.2,
  create_vs_set_50_raw: 0.15,
  get_vs_hgetall_50: 0.4,
  get_vs_hgetall_50_raw: 0.4,
};

test('one call costs Redis less than the commands it stands for, and not far from the least there can be', async () => {
  const found: Partial<Record<ComparisonName, number>> = {};
  for await (const [name, { cpuRatio }] of comparisons(server, { pairs: 5, sliceMilliseconds: 150 }))
    found[name] = cpuRatio.median;
  expect(Object.keys(found)).toEqual(Object.keys(floors));
  const low = (Object.keys(floors) as ComparisonName[]).filter((name) => !(found[name]! >= floors[name]));
  expect(low.map((name) => `${name} is ${found[name]}, below ${floors[name]}`)).toEqual([]);
});

test('the memory of a session is its content and less than 700 bytes more', async () => {
  for (const { content, bytes } of await sessionBytes(server, 5000)) {
    expect(bytes).toBeGreaterThan(content);
    expect(bytes).toBeLessThan(content + 700);
  }
});

test('fifty clients read on while 50,000 expired sessions are cleaned up', async () => {
  const { seconds, busy, reads } = await cleanupCost(50_000, 2, () => undefined);
  expect(seconds).toBeLessThan(30);
  expect(reads[1]).toBeGreaterThan(500);
  expect(busy).toBeLessThan(500);
});
