import Redis, { type RedisOptions } from 'ioredis';
import { forward, loadKubeconfig, readyPod, secretFiles } from './cluster';
import { type StackOutputs, stackOutputs } from './stack';

/** A way to the Redis of a deployed stack, through a tunnel into a pod that its address leads to. */
export interface RedisAccess {
  /** Where clients in the cluster find it, `host:port`. */
  readonly address: string;
  /** A new client as a role, such as `application`; its user closes it. */
  readonly connectAs: (role: string) => Redis;
  /** Closes the tunnel. Its web sockets keep the process for their time-out: end it by process.exit. */
  readonly close: () => void;
}

async function find(kubeconfig: string, redis: StackOutputs['redis']) {
  const config = loadKubeconfig(kubeconfig);
  const pod = await readyPod(config, redis.namespace, redis.entryLabels);
  if (!redis.tls) return { config, pod, tls: {} };
  // As an application has them: whom to trust, a certificate and its key. The tunnel's end is verified by Redis' own name.
  const files = await secretFiles(config, redis.namespace, redis.secretName);
  const tls: RedisOptions['tls'] = {
    servername: redis.host,
    ...{ ca: files['ca.crt'], cert: files['tls.crt'], key: files['tls.key'] },
  };
  return { config, pod, tls: { tls } };
}

/**
 * Opens a way to a stack's Redis.
 *
 * @throws Error when the stack has not been deployed, or no pod of its Redis is ready
 */
export async function openRedis(stack: string, kubeconfig: string): Promise<RedisAccess> {
  const { redis, passwords } = stackOutputs(stack);
  const { config, pod, tls } = await find(kubeconfig, redis).catch((error: Error) => {
    throw new Error(`stack ${stack} is not running (${error.message}); run \`make up STACK=${stack}\``);
  });
  const tunnel = await forward(config, redis.namespace, pod, redis.port);
  return {
    address: `${redis.host}:${redis.port}`,
    connectAs: (role) => {
      const client = new Redis({
        host: '127.0.0.1',
        port: tunnel.port,
        username: role,
        password: passwords[role] ?? '',
        ...tls,
        // It asks with INFO, which not every role may; the pod is ready.
        enableReadyCheck: false,
        maxRetriesPerRequest: 1,
        // In milliseconds. A tunnel may end without a word.
        commandTimeout: 10_000,
      });
      client.on('error', () => undefined); // the call that fails tells
      return client;
    },
    close: tunnel.close,
  };
}
