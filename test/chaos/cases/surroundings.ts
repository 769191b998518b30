import { kubectl } from '../../../local/cluster/cluster';
import { sleep } from '../../../local/exec';
import { mastersIn } from '../analysis/sample';
import { Inside } from '../inside';
import type { AskPlan } from '../inside/ask';
import type { Scene } from '../run';
import type { Deployed } from '../systems/deployed';
import type { Case } from './case';
import { namesOf, server } from './crashes';

const coredns = ['--namespace', 'kube-system', 'deployment/coredns'];

// The volume's folder gets a small file system of its own over it, with what was in it. Who runs keeps the old one until
// it is started again.
const shrink = `
  copy=$(mktemp -d)
  mount -t tmpfs -o size=$(($(du -sm "$1" | cut -f 1) + 48))m,mode=$(stat -c %a "$1"),uid=$(stat -c %u "$1"),gid=$(stat -c %g "$1") small "$copy"
  cp -a "$1/." "$copy/"
  mount --bind "$copy" "$1"
  umount "$copy"
  rmdir "$copy"`;
const widen = `
  mountpoint -q "$1" || exit 0
  copy=$(mktemp -d) && rm -f "$1/filler" && cp -a "$1/." "$copy/"
  umount -l "$1" && find "$1" -mindepth 1 -delete && cp -a "$copy/." "$1/" && rm -r "$copy"`;

async function restartEach(stack: Deployed, { watcher }: Scene, program: string): Promise<void> {
  for (const { name } of stack.place.redis) {
    await stack.onVolume(name, program);
    await stack.signal([name], 'SIGKILL', server);
    await sleep(2000);
    await watcher.settled(120);
  }
}

/** What the servers stand on fails: disks, names, a sync that is under way. */
export const surroundings = {
  diskfull: {
    title: "the master's disk is full for ten seconds",
    runs: 1,
    fault: (stack) => ({
      within: 120,
      prepare: async (scene) => {
        await restartEach(stack, scene, shrink);
        return () => restartEach(stack, scene, widen);
      },
      strike: async ({ master }) => {
        await stack.onVolume(master.name, 'dd if=/dev/zero of="$1/filler" bs=1M status=none || true');
        await sleep(10_000);
        await stack.onVolume(master.name, 'rm -f "$1/filler"');
      },
    }),
  },
  dns: {
    title: 'no name is resolved for a minute, and the master is killed meanwhile',
    runs: 1,
    limits: { p95: 4 },
    fault: (stack) => ({
      within: 120,
      strike: async ({ master }) => {
        const replicas = await kubectl(['get', ...coredns, '-o', 'jsonpath={.spec.replicas}']);
        try {
          await kubectl(['scale', ...coredns, '--replicas=0']);
          await sleep(10_000);
          await stack.signal([master.name], 'SIGKILL', server);
          await sleep(50_000);
        } finally {
          await kubectl(['scale', ...coredns, `--replicas=${replicas}`]);
        }
      },
    }),
  },
  killduringsync: {
    title: "the master is killed during a replica's full sync",
    runs: 3,
    fault: (stack) => ({
      within: 180,
      strike: async ({ master, replicas, watcher }) => {
        const [victim] = namesOf(replicas) as [string];
        // A millisecond a key, so that the sync lasts long enough to be seen.
        const command = ['CONFIG', 'SET', 'rdb-key-save-delay', '1000'] as const;
        const plan: AskPlan = { place: stack.place, server: master, command: [...command] };
        await (await Inside.start(stack, 'ask.ts', plan)).stop();
        await stack.onVolume(victim, 'find "$1" -mindepth 1 -delete');
        await stack.signal([victim], 'SIGKILL', server);
        await watcher.until('a full sync', 60, (seen) => seen.redis[victim]?.syncing === true);
        await stack.signal([master.name], 'SIGKILL', server);
        await watcher.until('another master', 60, (seen) =>
          mastersIn(seen).some((name) => name !== master.name),
        );
      },
    }),
  },
} as const satisfies Readonly<Record<string, Case>>;
