import { availableParallelism } from 'node:os';
import { all } from './cases';
import { nameOf, runFamily } from './support/alerts';

const failures = new Map<string, string>();

// One run of promtool for each file of cases, as many at a time as there are processors.
beforeAll(async () => {
  const waiting = [...all];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      (await runFamily(next)).forEach((text, name) => failures.set(name, text));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}, 300_000);

test.each(all.flatMap(({ cases }) => cases.map((one) => [nameOf(one)])))('%s', (name) => {
  expect(failures.get(name) ?? '').toBe('');
});
