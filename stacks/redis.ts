import type { ComponentResourceOptions, Resource } from '@pulumi/pulumi';
import type { Signer } from '../components/certificates/certificates';
import type { Credentials } from '../components/credentials/credentials';
import { loginAs, roleSecretName } from '../components/credentials/login';
import type { Connection } from '../components/network/connections';
import { Redis } from '../components/redis/redis';
import { SentinelRedis } from '../components/redis/sentinel/sentinelRedis';
import type { RedisService } from '../components/redis/service';
import versions from '../versions.json';
import type { StackConfig } from './schema';

/** Redis in the mode of its stack, as the rest of the platform sees it. */
export interface PlatformRedis {
  readonly component: Resource;
  readonly service: RedisService;
  /** Whom its pods dial among each other. */
  readonly connections: readonly Connection[];
}

/** Builds Redis in the mode that a stack is configured for. */
export function redisOf(
  config: StackConfig,
  credentials: Credentials,
  signer: Signer | undefined,
  after: readonly Resource[],
  opts: ComponentResourceOptions,
): PlatformRedis {
  const { namespace, redis, sentinel, tls } = config;
  const { cpu, memory, maxmemory, maxClients } = redis;
  const common = { namespace, image: versions.images.redis, version: versions.redis, after };
  const size = { cpu, memory, maxmemory, maxClients, storage: volume(redis.storage) };
  const { aclSecretName, aclChecksum, sentinelAcl } = credentials;
  if (sentinelAcl === undefined) {
    const component = new Redis(
      'redis',
      {
        ...common,
        size,
        aclSecretName,
        aclChecksum,
        probe: loginAs('probe'),
        ...(signer === undefined
          ? {}
          : { tls: { clientCertificates: tls.clientCertificates, reloader: loginAs('reloader'), signer } }),
      },
      opts,
    );
    return { component, service: component.service, connections: [] };
  }
  const component = new SentinelRedis(
    'redis',
    {
      ...common,
      servers: { count: redis.pods, size },
      mostServers: redis.maxPods,
      sentinels: {
        count: sentinel.pods,
        size: { cpu: sentinel.cpu, memory: sentinel.memory, storage: volume(sentinel.storage) },
        downAfter: sentinel.downAfterMilliseconds,
        failoverTimeout: sentinel.failoverTimeoutMilliseconds,
      },
      spread: redis.spread,
      acl: { redis: { secretName: aclSecretName, checksum: aclChecksum }, sentinel: sentinelAcl },
      secretNames: {
        replication: roleSecretName('replication'),
        failover: roleSecretName('failover'),
        sentinel: roleSecretName('sentinel'),
        probe: roleSecretName('probe'),
      },
      // The proxy's Service.
      writable: { host: `redis.${namespace}.svc`, port: 6379 },
    },
    opts,
  );
  return { component, service: component.service, connections: component.connections };
}

// An optional property that is not there, and not one that is undefined.
const volume = ({ size, class: storageClass }: StackConfig['redis']['storage']) => ({
  size,
  ...(storageClass === undefined ? {} : { class: storageClass }),
});
