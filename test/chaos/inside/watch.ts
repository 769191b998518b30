// Looks at every server and Sentinel again and again, and prints what it sees, JSON a line.
import type Redis from 'ioredis';
import type { RedisSeen, Sample } from '../analysis/sample';
import { type Endpoint, type Login, once, parseInfo, type Place, quiet } from './place';
import { now, sleep, told, work } from './standardInput';

/** What the process is told on its standard input; it stops when that ends. */
export interface WatchPlan {
  readonly place: Place;
  /** Milliseconds between two looks. */
  readonly everyMs: number;
}

function see(text: string): RedisSeen {
  const info = parseInfo(text);
  const isMaster = info['role'] === 'master';
  return {
    role: isMaster ? 'master' : 'replica',
    runId: info['run_id'] ?? '',
    offset: Number((isMaster ? info['master_repl_offset'] : info['slave_repl_offset']) ?? -1),
    loading: info['loading'] === '1',
    // Told where replicas are demanded.
    writable: isMaster && info['min_slaves_good_slaves'] !== '0',
    ...(isMaster
      ? {}
      : {
          follows: info['master_host'] ?? '',
          linkUp: info['master_link_status'] === 'up',
          syncing: info['master_sync_in_progress'] === '1',
        }),
  };
}

async function watch(): Promise<void> {
  const { plan, stopped } = await told<WatchPlan>();
  const { place, everyMs } = plan;
  let running = true;
  void stopped.then(() => (running = false));
  const connect = (login: Login | undefined) => (endpoint: Endpoint) => ({
    name: endpoint.name,
    redis: quiet({
      ...once(place, login, endpoint),
      lazyConnect: false,
      enableOfflineQueue: false,
      retryStrategy: () => 100,
      autoResendUnfulfilledCommands: false,
      socketTimeout: 600,
    }),
  });
  const servers = place.redis.map(connect(place.admin));
  const sentinels = place.sentinels.map(connect(place.atSentinels));
  const ask = async <T>(all: typeof servers, look: (redis: Redis) => Promise<T>) =>
    Object.fromEntries(
      await Promise.all(
        all.map(async ({ name, redis }) => [name, await look(redis).catch(() => null)] as const),
      ),
    );
  while (running) {
    const at = now();
    const [redis, named] = await Promise.all([
      ask(servers, async (server) =>
        see((await server.call('INFO', 'server', 'replication', 'persistence')) as string),
      ),
      ask(sentinels, async (sentinel) => {
        const answer = await sentinel.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', place.masterName);
        return (answer as [string, string] | null)?.[0] ?? '';
      }),
    ]);
    process.stdout.write(`${JSON.stringify({ at, redis, sentinels: named } satisfies Sample)}\n`);
    await sleep(at + everyMs - now());
  }
}

work(watch);
