import { kubectl } from '../../../local/cluster/cluster';
import { nodes } from '../../../local/cluster/topology';
import type { Deployed } from '../systems/deployed';
import { type Case, plannedLimits as limits } from './case';
import { makeMaster, switchover } from './office';

const statefulSet = (stack: Deployed) => ['--namespace', stack.namespace, 'statefulset/redis'];

/** Somebody changes something on purpose: nothing is lost, and clients hardly notice. */
export const planned = {
  switchover: {
    title: '`make switchover`',
    runs: 20,
    bare: 'switchover',
    limits,
    fault: (stack) => ({
      strike: async () => {
        await switchover(stack);
      },
    }),
  },
  drain: {
    title: 'each node is drained in turn',
    runs: 2,
    limits,
    fault: (stack) => ({
      within: 180,
      strike: async ({ watcher }) => {
        for (const { name } of nodes) {
          try {
            // The clients of this test are nobody's pods, and stay.
            const rest = ['--ignore-daemonsets', '--delete-emptydir-data', '--pod-selector=app!=chaos'];
            await kubectl(['drain', name, ...rest, '--timeout=180s']);
          } finally {
            await kubectl(['uncordon', name]);
          }
          await stack.ready(180);
          await watcher.settled(120, 2 ** 20);
        }
      },
    }),
  },
  rolling: {
    title: 'every pod of Redis is replaced, as by a changed setting',
    runs: 2,
    limits,
    fault: (stack) => ({
      within: 120,
      strike: async () => {
        await kubectl(['rollout', 'restart', ...statefulSet(stack)]);
        await kubectl(['rollout', 'status', ...statefulSet(stack), '--timeout=300s']);
      },
    }),
  },
  scalein: {
    title: 'the highest pod is master and is scaled away, and comes back',
    runs: 2,
    limits,
    fault: (stack) => {
      const count = stack.place.redis.length;
      const highest = `redis-${count - 1}`;
      return {
        within: 180,
        prepare: async ({ watcher }) => {
          await makeMaster(stack, watcher, highest);
          return undefined;
        },
        strike: async ({ watcher }) => {
          try {
            await kubectl(['scale', ...statefulSet(stack), `--replicas=${count - 1}`]);
            await watcher.until(`the end of ${highest}`, 120, ({ redis }) => redis[highest] === null);
            await watcher.settled(60, 2 ** 20, [highest]);
          } finally {
            await kubectl(['scale', ...statefulSet(stack), `--replicas=${count}`]);
          }
        },
      };
    },
  },
} as const satisfies Readonly<Record<string, Case>>;
