import { cleanupCost } from '../load/cleanup';
import type { ComparisonName } from '../load/throughput';
import { comparisons } from '../load/throughput';
import { RedisServer } from './support/server';

// By the server's processor, which other work on the machine hardly changes, and far below what `make bench-sessions` finds:
// what is below is a mistake in a function, not a busy machine.
const floors: Partial<Record<ComparisonName, number>> = {
  create_vs_commands_1: 1.2,
  create_vs_commands_50: 1.2,
  create_vs_multi_50: 0.5,
  create_vs_multi_50_raw: 0.35,
  create_vs_set_50_raw: 0.15,
  get_vs_hgetall_50: 0.45,
  get_vs_hgetall_50_raw: 0.4,
};

test('a function costs Redis far less than separate commands, and not much more than the least it could', async () => {
  const server = await RedisServer.start();
  try {
    await server.load();
    const found: Record<string, number> = {};
    for await (const [name, { cpuRatio }] of comparisons(server, { pairs: 5, sliceMilliseconds: 150 }))
      found[name] = cpuRatio.median;
    const low = Object.entries(floors).filter(([name, floor]) => !(found[name]! >= floor));
    expect(low.map(([name, floor]) => `${name} is ${found[name]}, below ${floor}`)).toEqual([]);
  } finally {
    await server.remove();
  }
}, 120_000);

test('the job cleans up 50,000 expired sessions while others read', async () => {
  const { seconds, reads } = await cleanupCost(50_000, 1, () => undefined);
  expect(seconds).toBeLessThan(60);
  expect(Math.min(...reads)).toBeGreaterThan(100);
}, 120_000);
