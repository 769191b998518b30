import { type AlarmResult, alarmRounds, late, raise } from './alarm';
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

test('no Redis, no replica, no Sentinel, no proxy: people hear of it within a minute, of nothing else, and when it is over', async () => {
  const others: string[] = [];
  const results: AlarmResult[] = [];
  for (const names of alarmRounds) {
    const raised = await raise(stack, receiver!, names);
    others.push(...raised.others);
    results.push(...raised.results);
  }
  console.table(results);
  expect(results.flatMap(late)).toEqual([]);
  expect(others).toEqual([]);
});
