import { caseResult } from '../chaos/analysis/report';
import { bareKill } from '../chaos/cases/bare';
import { run } from '../chaos/run';
import { Bare } from '../chaos/systems/bare';

jest.setTimeout(180_000);

let bare: Bare;
beforeAll(async () => {
  bare = await Bare.start();
});
afterAll(() => bare.remove());

test('the chaos harness sees the outage of a killed master of bare processes, and finds every write that a replica had', async () => {
  const result = caseResult([await run(bare, bareKill(bare))]);
  // Sentinels wait a second before they act.
  expect(result.p50_s).toBeGreaterThan(1);
  expect(result.p95_s).toBeLessThan(8);
  expect(result).toMatchObject({ runs: 1, lost_waited: 0, masters_max: 1 });
  expect(Object.keys(result.kinds)).toEqual(['sentinel', 'follow']);
  expect(result.acked).toBeGreaterThan(1000);
});
