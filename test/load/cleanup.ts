import { cleanupFunction, upkeepKeys } from '../../components/sessions/functions';
import { sleep } from '../../local/exec';
import { Calls, newId } from '../functions/support/calls';
import { Scripts } from '../functions/support/scripts';
import { RedisServer, settings } from '../functions/support/server';
import { quantile } from './measure';
import { sendAll } from './raw';
import { createCall, fields } from './ways';

/** What cleaning up cost those who read meanwhile. */
export interface CleanupCost {
  readonly entries: number;
  readonly users: number;
  /** Seconds that the job took. */
  readonly seconds: number;
  /** The readers' latency at p99.9 in milliseconds, without and with cleanup. */
  readonly quiet: number;
  readonly busy: number;
  /** The same without cleanup while Redis saves, as it does in the background after so many writes. */
  readonly saving: number;
  /** Processes that Redis forked to save during cleanup, and milliseconds that the last fork stopped it for. */
  readonly forks: number;
  readonly forkMilliseconds: number;
  /** Reads measured, without and with. */
  readonly reads: readonly [number, number];
}

const readers = 50;
// Of each reader: far from what the server can do, so that what is measured is how long a reader waits.
const readsPerSecond = 60;
const sessionsPerUser = 10;

/**
 * Lets sessions of many users expire, then cleans up by the job's own script while 50 clients read others.
 * @param quietSeconds - how long the readers read before, for comparison
 */
export async function cleanupCost(
  entries: number,
  quietSeconds: number,
  note: (line: string) => void,
): Promise<CleanupCost> {
  const users = entries / sessionsPerUser;
  const server = await RedisServer.start();
  try {
    await server.load({ ...settings, sessions: { ...settings.sessions, perUser: sessionsPerUser } });
    note(`creating ${entries} sessions of ${users} users, which expire`);
    // User after user in turn: a user's sessions are far apart in the index, as they are in life.
    await sendAll(server, 'application', entries, (nth) =>
      createCall(newId(), `user-${nth % users}`, 1, ['device', 'phone']),
    );
    const live = Array.from({ length: 10_000 }, newId);
    const calls = new Calls(server.as('application'));
    for (const id of live) await calls.session.create(id, `live-${id}`, 3600, ...fields);
    const admin = server.as('admin');
    while ((await admin.zcount('session_cleanup', '-inf', Date.now())) < entries) await sleep(200);

    note(`${readers} clients read for ${quietSeconds} s`);
    const quiet = await reading(server, live, sleep(quietSeconds * 1000));
    note('the same while Redis saves');
    const saved = Promise.all([admin.bgsave('SCHEDULE'), admin.bgrewriteaof()]).then(() =>
      sleep(quietSeconds * 1000),
    );
    const saving = await reading(server, live, saved);
    note('the same while the job cleans up');
    const forksBefore = await forksOf(server);
    const began = performance.now();
    let seconds = 0;
    const job = runJob(server).then(() => (seconds = (performance.now() - began) / 1000));
    const busy = await reading(server, live, job);
    const { total_forks: forks, latest_fork_usec: forkMicroseconds } = await forksOf(server);
    const left = await admin.zcount('session_cleanup', '-inf', Date.now());
    const sets = await admin.dbsize();
    // What is left: the live sessions and their users, the index, the counts, and the job's own two keys.
    if (left > 0 || sets !== 2 * live.length + 4)
      throw new Error(`${left} entries and ${sets} keys are left`);
    return {
      entries,
      users,
      seconds,
      quiet: quantile(quiet, 0.999),
      busy: quantile(busy, 0.999),
      saving: quantile(saving, 0.999),
      forks: forks - forksBefore.total_forks,
      forkMilliseconds: forkMicroseconds / 1000,
      reads: [quiet.length, busy.length],
    };
  } finally {
    await server.remove();
  }
}

async function forksOf(server: RedisServer) {
  const info = await server.as('admin').info('stats');
  const field = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
  return { total_forks: field('total_forks'), latest_fork_usec: field('latest_fork_usec') };
}

/** Latencies in milliseconds of readers who read at a steady pace until something ends. */
async function reading(
  server: RedisServer,
  ids: readonly string[],
  end: Promise<unknown>,
): Promise<number[]> {
  const latencies: number[] = [];
  let ended = false;
  const watch = end.finally(() => (ended = true));
  await Promise.all(
    Array.from({ length: readers }, async (_, reader) => {
      const redis = server.connect('application');
      const { session } = new Calls(redis);
      const period = 1000 / readsPerSecond;
      let due = performance.now() + (period * reader) / readers;
      for (let nth = reader; !ended; nth += readers) {
        await sleep(Math.max(0, due - performance.now()));
        const began = performance.now();
        const found = await session.get(ids[nth % ids.length]!);
        latencies.push(performance.now() - began);
        if (found === null) throw new Error('a live session was not found');
        due = Math.max(due + period, performance.now());
      }
      redis.disconnect();
    }),
  );
  await watch;
  return latencies;
}

/** The script of the CronJob, as its pod runs it. */
async function runJob(server: RedisServer): Promise<void> {
  const scripts = new Scripts();
  try {
    const login = ['127.0.0.1', String(server.port), 'cleanup', scripts.credentials('cleanup')];
    const { code, stderr } = await scripts.run('cleanup.sh', ...login, '120', cleanupFunction, ...upkeepKeys);
    if (code !== 0) throw new Error(`cleanup.sh ended with ${code}: ${stderr}`);
  } finally {
    scripts.remove();
  }
}
