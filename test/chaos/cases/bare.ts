import { mastersIn } from '../analysis/sample';
import type { Fault } from '../run';
import type { Bare } from '../systems/bare';

/** The master is killed; when another has its place, it is started again as a replica. */
export const bareKill = (bare: Bare): Fault => ({
  strike: async ({ master, watcher }) => {
    await bare.kill(master);
    const sample = await watcher.until('another master', 30, (seen) => mastersIn(seen).length === 1);
    const [name] = mastersIn(sample);
    bare.restart(
      master,
      bare.place.redis.find((server) => server.name === name)!,
    );
  },
});

/** A planned failover as Sentinel has it: without a pause, without waiting for replicas. */
export const bareSwitchover = (bare: Bare): Fault => ({
  strike: async ({ master, watcher }) => {
    await bare.failover();
    await watcher.until('another master', 30, (seen) => mastersIn(seen).some((name) => name !== master.name));
  },
});
