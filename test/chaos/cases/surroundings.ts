import { kubectl } from '../../../local/cluster/cluster';
import { sleep } from '../../../local/exec';
import { mastersIn } from '../analysis/sample';
import { Inside } from '../inside';
import type { AskPlan } from '../inside/ask';
import type { Undo } from '../run';
import type { Deployed } from '../systems/deployed';
import type { Watcher } from '../watcher';
import type { Case } from './case';
import { namesOf, server } from './crashes';
import { makeMaster } from './office';

const coredns = ['--namespace', 'kube-system', 'deployment/coredns'];

// The volume's folder is led to a small file system with what was in it. Who runs keeps the old one, so the next pod has it. Not
// a mount on the folder itself: the kubelet would take that away together with the mount of the pod before.
const shrink = `
  small=/run/small-$(basename "$1")
  mkdir "$small"
  mount -t tmpfs -o size=$(($(du -sm "$1" | cut -f 1) * 3 + 64))m,mode=$(stat -c %a "$1"),uid=$(stat -c %u "$1"),gid=$(stat -c %g "$1") small "$small"
  cp -a "$1/." "$small/"
  mv "$1" "$1.disk"
  ln -s "$small" "$1"`;
const widen = `
  [ -L "$1" ] || exit 0
  small=$(readlink "$1")
  rm -f "$1/filler" "$1"
  mv "$1.disk" "$1"
  find "$1" -mindepth 1 -delete
  cp -a "$small/." "$1/"
  umount -l "$small"
  rmdir "$small"`;
// Never on the disk itself, and never without a bound.
const fill =
  '[ -L "$1" ] && dd if=/dev/zero of="$1/filler" bs=1M count=1024 status=none || [ -s "$1/filler" ]';

/** Changes a pod's volume between two lives of the pod. */
async function between(stack: Deployed, watcher: Watcher, pod: string, program: string): Promise<void> {
  await stack.onVolume(pod, program);
  await stack.replace(pod);
  await watcher.settled(120);
}

/** What the servers stand on fails: disks, names, a sync that is under way. */
export const surroundings = {
  diskfull: {
    title: "the master's disk is full for ten seconds",
    runs: 1,
    fault: (stack) => ({
      within: 120,
      prepare: async ({ watcher, replicas }) => {
        const [small] = namesOf(replicas) as [string];
        const undo: Undo = (now) => between(stack, now, small, widen);
        try {
          await between(stack, watcher, small, shrink);
          await makeMaster(stack, watcher, small);
        } catch (error) {
          await undo(watcher);
          throw error;
        }
        return undo;
      },
      strike: async ({ master }) => {
        await stack.onVolume(master.name, fill);
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
