// Writes a session as an ordinary Redis client in the role of an application, and reads it back.
import { createHash, randomBytes } from 'node:crypto';
import { openRedis } from './redis';
import { scriptOptions } from './stack';

async function verify(): Promise<void> {
  const { stack, kubeconfig } = scriptOptions();
  const redis = await openRedis(stack, kubeconfig);
  const client = redis.connectAs('application');
  try {
    const id = createHash('sha256').update(randomBytes(32)).digest('base64url');
    const indexes = ['session_cleanup', 'session_stats'];
    const call = (name: string, keys: string[], ...args: string[]) =>
      client.call('FCALL', name, keys.length, ...keys, ...args);
    const key = `session:${id}`;
    await call('session_create', [key, 'user_sessions:verify', ...indexes], '60', 'check', id);
    const found = (await call('session_get', [key])) as string[] | null;
    await call('session_revoke', [key, ...indexes]);
    if (found?.at(-1) !== id) throw new Error(`the session that was written was read as ${String(found)}`);
    console.log(`✔ a session was written to ${redis.address} and read back (stack ${stack})`);
  } finally {
    client.disconnect();
    redis.close();
  }
}

verify().then(
  () => process.exit(0), // a tunnel's web socket would keep the process for its time-out
  (error: unknown) => {
    console.error(`✖ ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
