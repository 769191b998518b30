import { cleanupCost } from '../load/cleanup';
import { sessionBytes } from '../load/memory';
import { comparisons } from '../load/throughput';
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

test('one call is faster than the commands it stands for, and not far from the least there can be', async () => {
  const ratios: Record<string, number> = {};
  for await (const [name, { ratio }] of comparisons(server, { pairs: 3, sliceMilliseconds: 400 }))
    ratios[name] = ratio.median;
  expect(Object.keys(ratios)).toHaveLength(5);
  expect(ratios['create_vs_commands_1']).toBeGreaterThan(1.3);
  expect(ratios['create_vs_commands_50']).toBeGreaterThan(1);
  expect(ratios['create_vs_multi_50']).toBeGreaterThan(0.5);
  expect(ratios['create_vs_set_50']).toBeGreaterThan(0.15);
  expect(ratios['get_vs_hgetall_50']).toBeGreaterThan(0.4);
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
