import { failNode, healAll } from '../../../local/commands/faults';
import { cut, heal } from '../../../local/cluster/fabric';
import { nodes } from '../../../local/cluster/topology';
import { sleep } from '../../../local/exec';
import type { Endpoint } from '../inside/place';
import type { Scene } from '../run';
import type { Deployed } from '../systems/deployed';
import type { Case } from './case';

export const namesOf = (endpoints: readonly Endpoint[]): string[] => endpoints.map(({ name }) => name);
/** The server itself, not the script that has started it. */
export const server = /redis-server/;

const killMaster =
  (stack: Deployed) =>
  ({ master }: Scene): Promise<void> =>
    stack.signal([master.name], 'SIGKILL', server);

const killSentinels = (count: number) => (stack: Deployed) => ({
  strike: () => stack.signal(namesOf(stack.place.sentinels).slice(0, count), 'SIGKILL', server),
});

const empty = 'find "$1" -mindepth 1 -delete';

/** Something ends without a warning; nobody lends a hand but who switches a node on again. */
export const crashes = {
  kill: {
    title: 'the master is killed',
    runs: 20,
    bare: 'kill',
    limits: { p50: 2.5, p95: 4, ratioToBare: 1.5 },
    fault: (stack) => ({ strike: killMaster(stack) }),
  },
  node: {
    title: "the master's node fails, and comes back",
    runs: 5,
    limits: { p95: 4 },
    fault: (stack) => ({
      within: 180,
      strike: async ({ master }) => {
        await failNode((await stack.nodeOf(master.name)).name);
        await sleep(15_000);
        await healAll();
      },
    }),
  },
  partition: {
    title: "the master's node is cut off from the others for 20 seconds",
    runs: 3,
    // Those beside the old master are acknowledged without replicas until it notices that it has none.
    limits: { masters: 2 },
    fault: (stack) => ({
      within: 120,
      clientsNearMaster: true,
      strike: async ({ master }) => {
        const own = await stack.nodeOf(master.name);
        try {
          for (const node of nodes) if (node !== own) await cut(own, node);
          await sleep(20_000);
        } finally {
          await heal();
        }
      },
    }),
  },
  sentinel1: { title: 'a Sentinel is killed', runs: 3, fault: killSentinels(1) },
  sentinel2: { title: 'two Sentinels are killed', runs: 3, fault: killSentinels(2) },
  allpods: {
    title: 'all pods are killed at once',
    runs: 3,
    fault: (stack) => ({
      within: 180,
      strike: () => stack.signal(namesOf([...stack.place.redis, ...stack.place.sentinels]), 'SIGKILL'),
    }),
  },
  sentinelwipe: {
    title: 'all Sentinels start again without what they knew, then the master is killed',
    runs: 3,
    fault: (stack) => ({
      within: 120,
      strike: async ({ master, watcher }) => {
        const sentinels = namesOf(stack.place.sentinels);
        for (const sentinel of sentinels) await stack.onVolume(sentinel, empty);
        await stack.signal(sentinels, 'SIGKILL', server);
        await watcher.until('all Sentinels knowing the master again', 60, (seen) =>
          sentinels.every((name) => seen.sentinels[name] === master.host),
        );
        await killMaster(stack)({ master } as Scene);
      },
    }),
  },
  emptyvolume: {
    title: "the master's volume is emptied and its pod killed",
    runs: 3,
    fault: (stack) => ({
      within: 120,
      strike: async ({ master }) => {
        await stack.onVolume(master.name, empty);
        await stack.signal([master.name], 'SIGKILL');
      },
    }),
  },
  slowreplica: {
    title: 'a replica stands still for five seconds',
    runs: 3,
    fault: (stack) => ({
      strike: async ({ replicas }) => {
        const [slow] = namesOf(replicas) as [string];
        await stack.signal([slow], 'SIGSTOP', server);
        await sleep(5000);
        await stack.signal([slow], 'SIGCONT', server);
      },
    }),
  },
} as const satisfies Readonly<Record<string, Case>>;
