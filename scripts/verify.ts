// Writes a session as an ordinary Redis client in the role of an application, and reads it back.
import { randomUUID } from 'node:crypto';
import Redis from 'ioredis';
import { forward, loadKubeconfig, readyPod } from './cluster';
import { scriptOptions, stackOutputs } from './stack';

async function verify(): Promise<void> {
  const { stack, kubeconfig } = scriptOptions();
  const { redis, passwords } = stackOutputs(stack);
  const config = loadKubeconfig(kubeconfig);
  const pod = await readyPod(config, redis.namespace, redis.podLabels);
  const tunnel = await forward(config, redis.namespace, pod, redis.port);
  const client = new Redis({
    host: '127.0.0.1',
    port: tunnel.port,
    username: 'application',
    password: passwords['application'] ?? '',
    maxRetriesPerRequest: 1,
  });
  try {
    const key = `session:${randomUUID()}`;
    const session = { user: 'verify', created: new Date().toISOString() };
    await client.multi().hset(key, session).expire(key, 60).exec();
    const [found, ttl] = [await client.hgetall(key), await client.ttl(key)];
    await client.del(key);
    if (found['created'] !== session.created || ttl <= 0) {
      throw new Error(`the session that was written was read back as ${JSON.stringify(found)}, TTL ${ttl}`);
    }
    console.log(`✔ a session was written to ${redis.host}:${redis.port} and read back (stack ${stack})`);
  } finally {
    client.disconnect();
    tunnel.close();
  }
}

verify().then(
  () => process.exit(0), // a tunnel's web socket would keep the process for its time-out
  (error: unknown) => {
    console.error(`✖ ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
