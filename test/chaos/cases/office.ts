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

const attempts = 3;

/** Makes a replica the master. @throws when others were elected again and again */
export async function makeMaster(stack: Deployed, watcher: Watcher, pod: string): Promise<void> {
  let { name: master } = (await watcher.settled(120)).master;
  for (let attempt = 1; master !== pod; attempt++) {
    if (attempt > attempts) throw new Error(`${master} was elected instead of ${pod}`);
    await prefer(stack, pod, 1);
    // Sentinels ask replicas once a second; one that has just come back they may not have asked yet.
    await sleep(2000);
    await switchover(stack);
    master = (await watcher.settled(60)).master.name;
    await prefer(stack, pod, 100);
  }
}
