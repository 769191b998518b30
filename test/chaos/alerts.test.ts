import { kubectl } from '../../local/cluster/cluster';
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

/** Takes all pods of a part away at once. @returns what brings them back */
async function takeAway(kind: 'statefulset' | 'deployment', name: string): Promise<() => Promise<void>> {
  const of = ['-n', stack.namespace];
  const count = await kubectl(['get', kind, name, ...of, '-o', 'jsonpath={.spec.replicas}']);
  await kubectl(['scale', kind, name, ...of, '--replicas=0']);
  const pods = ['pods', ...of, '-l', `app.kubernetes.io/name=${name}`];
  await kubectl(['delete', ...pods, '--grace-period=0', '--force', '--wait=false', '--ignore-not-found']);
  return async () => {
    await kubectl(['scale', kind, name, ...of, `--replicas=${count}`]);
    await kubectl(['rollout', 'status', kind, name, ...of, '--timeout=180s']);
  };
}

/** Seconds from a fault until people hear of it by a critical alert: a minute at most on a machine that does nothing else; this
 * holds on a busy one, too. */
const soon = 90;
/** Seconds from the mending until they hear that it is over. */
const over = 180;

test('no Redis, no Sentinel, no proxy: people hear of it soon, and hear when it is over', async () => {
  const parts = [
    ['statefulset', 'sentinel', 'QuorumLost'],
    ['deployment', 'redis-proxy', 'NoProxyServes'],
  ] as const;
  const told: Record<string, number> = {};
  const bringBack: (() => Promise<void>)[] = [];
  const since = Date.now();
  try {
    for (const [kind, name] of parts) bringBack.push(await takeAway(kind, name));
    for (const [, , alert] of parts) told[alert] = await receiver!.told(alert, 'firing', since, 120);
  } finally {
    await Promise.all(bringBack.map((back) => back()));
  }
  const mended = Date.now();
  for (const [, , alert] of parts) await receiver!.told(alert, 'resolved', mended, over);

  const gone = Date.now();
  const redisBack = await takeAway('statefulset', 'redis');
  try {
    told['NoMaster'] = await receiver!.told('NoMaster', 'firing', gone, 120);
  } finally {
    await redisBack();
  }
  await receiver!.told('NoMaster', 'resolved', Date.now(), over);
  console.log(told);
  expect(Object.values(told).filter((seconds) => seconds > soon)).toEqual([]);
  // What follows from it is kept quiet from then on: two that may be told seconds before it, and nothing else. What other tests
  // made and took away is a mass logout.
  const others = ['MassLogout', 'SentinelMasterBad', 'WritesRefused'];
  const critical = receiver!.fired(gone, 'critical').filter((name) => !others.includes(name));
  expect(critical).toEqual(['NoMaster']);
});
