// `make calm`: clients that do what clients do, and nothing wrong. No alert may fire then but the watchdog, and nobody, the
// exporters included, may be refused anything.
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openRedis } from '../../scripts/redis';
import { paths } from '../../local/paths';
import { PrometheusOf } from '../cluster/support/monitoring';

/** Rounds a second; in each a session is made, read three times, and revoked one time in two. */
const perSecond = 10;

async function load(stack: string, seconds: number): Promise<number> {
  const redis = await openRedis(stack, paths.kubeconfig);
  const client = redis.connectAs('application');
  const begun = Date.now();
  const until = begun + seconds * 1000;
  const indexes = ['session_cleanup', 'session_stats'];
  let calls = 0;
  const progress = setInterval(() => {
    const minutes = Math.round((Date.now() - begun) / 60_000);
    console.log(`  ${minutes} of ${(seconds / 60).toFixed(0)} minutes, ${calls} calls`);
  }, 60_000);
  const call = (name: string, keys: readonly string[], ...args: string[]) => {
    calls++;
    return client.call('FCALL', name, keys.length, ...keys, ...args);
  };
  while (Date.now() < until) {
    const key = `session:${createHash('sha256').update(randomBytes(32)).digest('base64url')}`;
    await call(
      'session_create',
      [key, `user_sessions:calm-${calls % 1000}`, ...indexes],
      '120',
      'device',
      'x',
    );
    for (let turn = 0; turn < 3; turn++) await call('session_get', [key]);
    if (Math.random() < 0.5) await call('session_revoke', [key, ...indexes]);
    await sleep(1000 / perSecond);
  }
  clearInterval(progress);
  client.disconnect();
  redis.close();
  return calls;
}

/** What went wrong in so many seconds until now: alerts that fired, and what Redis refused by its ACL. */
async function troubles(stack: string, seconds: number): Promise<string[]> {
  const prometheus = await PrometheusOf.open(stack);
  try {
    const fired = await prometheus.fired(seconds, 'alertname!="Watchdog"');
    const found = fired.map((labels) => JSON.stringify(labels));
    for (const what of ['auth', 'cmd', 'key', 'channel']) {
      const counter = `redis_acl_access_denied_${what}_total`;
      const grown = await prometheus.query(`increase(${counter}[${Math.ceil(seconds)}s]) > 0`);
      found.push(...grown.map(({ metric }) => `${counter} ${JSON.stringify(metric)}`));
    }
    return found;
  } finally {
    prometheus.close();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { stack: { type: 'string', default: 'dev' }, seconds: { type: 'string', default: '300' } },
  });
  const begun = Date.now();
  const calls = await load(values.stack, Number(values.seconds));
  const found = await troubles(values.stack, (Date.now() - begun) / 1000);
  const minutes = ((Date.now() - begun) / 60_000).toFixed(1);
  if (found.length > 0) throw new Error(`in ${minutes} minutes of ordinary load:\n${found.join('\n')}`);
  console.log(
    `✔ ${calls} calls in ${minutes} minutes on stack ${values.stack}; no alert but the watchdog, nothing refused`,
  );
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(`✖ ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
