// Writes a session as an ordinary Redis client in the role of an application, and reads it back.
import { randomUUID } from 'node:crypto';
import { openRedis } from './redis';
import { scriptOptions } from './stack';

async function verify(): Promise<void> {
  const { stack, kubeconfig } = scriptOptions();
  const redis = await openRedis(stack, kubeconfig);
  const client = redis.connectAs('application');
  try {
    const key = `session:${randomUUID()}`;
    const session = { user: 'verify', created: new Date().toISOString() };
    await client.multi().hset(key, session).expire(key, 60).exec();
    const [found, ttl] = [await client.hgetall(key), await client.ttl(key)];
    await client.del(key);
    if (found['created'] !== session.created || ttl <= 0) {
      throw new Error(`the session that was written was read back as ${JSON.stringify(found)}, TTL ${ttl}`);
    }
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
