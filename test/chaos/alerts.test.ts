import { late, raiseAll } from './alarm';
import { AlertReceiver } from './systems/alertReceiver';
import { Deployed } from './systems/deployed';

jest.setTimeout(900_000);

let stack: Deployed;
let receiver: AlertReceiver | undefined;
beforeAll(async () => {
  stack = await Deployed.open('staging');
  receiver = await AlertReceiver.open(stack);
});
afterAll(async () => {
  await receiver?.close();
  await stack.close();
});

test('no Redis, no replica, no Sentinel, no proxy: people hear of it soon, of nothing else, and when it is over', async () => {
  const { others, results } = await raiseAll(stack, receiver!);
  console.table(results);
  // The limits of `make chaos` are for a machine that does nothing else; these hold on a busy one, too.
  expect(results.flatMap((one) => late(one, 1.5))).toEqual([]);
  expect(others).toEqual([]);
});
