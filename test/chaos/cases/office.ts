import { run as command, sleep } from '../../../local/exec';
import { Inside } from '../inside';
import type { Deployed } from '../systems/deployed';
import type { Watcher } from '../watcher';

/** Hands the office of master over, to whom Sentinels elect. */
export const switchover = (stack: Deployed): Promise<string> =>
  command('make', ['--no-print-directory', 'switchover', `STACK=${stack.stack}`]);

/** Sets for whom Sentinels decide: the lowest above zero. */
async function prefer(stack: Deployed, pod: string, priority: number): Promise<void> {
  const server = stack.place.redis.find(({ name }) => name === pod)!;
  const command = ['CONFIG', 'SET', 'replica-priority', String(priority)];
  await (await Inside.start(stack, 'ask.ts', { place: stack.place, server, command })).stop();
}

/** Makes a replica the master. @throws when another one was elected */
export async function makeMaster(stack: Deployed, watcher: Watcher, pod: string): Promise<void> {
  if ((await watcher.settled(120)).master.name === pod) return;
  await prefer(stack, pod, 1);
  // Sentinels ask replicas once a second.
  await sleep(2000);
  await switchover(stack);
  const elected = (await watcher.settled(60)).master.name;
  await prefer(stack, pod, 100);
  if (elected !== pod) throw new Error(`${elected} was elected instead of ${pod}`);
}
