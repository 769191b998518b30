import type { ComponentResourceOptions, Resource } from '@pulumi/pulumi';
import type { Signer } from '../components/certificates/certificates';
import type { Credentials } from '../components/credentials/credentials';
import { loginAs, roleSecretName } from '../components/credentials/login';
import type { Exporters } from '../components/monitoring/exporter/exporters';
import { exporterPort } from '../components/monitoring/exporter/objects';
import type { ScrapeTarget } from '../components/monitoring/scrape';
import type { Connection } from '../components/network/connections';
import { proxyMetrics } from '../components/proxy/metrics';
import { proxyAddress, proxyConnections, proxyPods, statusPort } from '../components/proxy/objects';
import { Proxy } from '../components/proxy/proxy';
import { Redis } from '../components/redis/redis';
import { peerOf, podNames } from '../components/redis/sentinel/identity';
import { minReplicas } from '../components/redis/sentinel/objects';
import { SentinelRedis } from '../components/redis/sentinel/sentinelRedis';
import type { RedisService } from '../components/redis/service';
import versions from '../versions.json';
import type { StackConfig } from './schema';
import { volume } from './volume';

/** Redis in the mode of its stack, as the rest of the platform sees it. */
export interface PlatformRedis {
  /** What serves when these do. */
  readonly components: readonly Resource[];
  readonly service: RedisService;
  /** Whom its pods dial among each other. */
  readonly connections: readonly Connection[];
  /** Whose metrics there are. */
  readonly targets: readonly ScrapeTarget[];
}

// Each takes two file descriptors, and nodes give a container some ten thousand at the least.
const proxyConnectionsAtMost = 4000;

/** Builds Redis in the mode that a stack is configured for. */
export function redisOf(
  config: StackConfig,
  credentials: Credentials,
  signer: Signer | undefined,
  exporters: Exporters | undefined,
  after: readonly Resource[],
  opts: ComponentResourceOptions,
): PlatformRedis {
  const { namespace, redis, sentinel, proxy, tls, scale } = config;
  const { cpu, memory, maxmemory, maxClients } = redis;
  const speaks = signer && {
    clientCertificates: tls.clientCertificates,
    reloader: loginAs('reloader'),
    signer,
  };
  const common = { namespace, image: versions.images.redis, version: versions.redis, after };
  const size = { cpu, memory, maxmemory, maxClients, storage: volume(redis.storage) };
  const { aclSecretName, aclChecksum, sentinelAcl } = credentials;
  const beside = exporters?.attachments;
  if (sentinelAcl === undefined) {
    const component = new Redis(
      'redis',
      {
        ...common,
        size,
        aclSecretName,
        aclChecksum,
        probe: loginAs('probe'),
        ...(speaks === undefined ? {} : { tls: speaks }),
        ...(beside === undefined ? {} : { exporter: beside.redis }),
      },
      opts,
    );
    const { service } = component;
    return {
      components: [component],
      service,
      connections: [],
      targets: [{ job: 'redis', pods: service.pods, port: exporterPort }],
    };
  }
  const component = new SentinelRedis(
    'redis',
    {
      ...common,
      servers: { count: redis.pods, size },
      mostServers: redis.maxPods,
      cpuPart: scale,
      sentinels: {
        count: sentinel.pods,
        size: { cpu: sentinel.cpu, memory: sentinel.memory, storage: volume(sentinel.storage) },
        downAfter: sentinel.downAfterMilliseconds,
        failoverTimeout: sentinel.failoverTimeoutMilliseconds,
      },
      spread: redis.spread,
      ...(speaks === undefined ? {} : { tls: speaks }),
      ...(beside === undefined ? {} : { exporters: beside }),
      acl: { redis: { secretName: aclSecretName, checksum: aclChecksum }, sentinel: sentinelAcl },
      secretNames: {
        replication: roleSecretName('replication'),
        failover: roleSecretName('failover'),
        sentinel: roleSecretName('sentinel'),
        probe: roleSecretName('probe'),
      },
      writable: { ...proxyAddress(namespace), pods: proxyPods(namespace) },
    },
    opts,
  );
  const { service, addresses } = component;
  const proxies = new Proxy(
    'proxy',
    {
      namespace,
      image: versions.images.haproxy,
      version: versions.haproxy,
      scale: { min: proxy.pods, max: proxy.maxPods, cpuPart: scale },
      cpu: proxy.cpu,
      memory: proxy.memory,
      redis: {
        pods: podNames('redis', redis.maxPods).map((name) => ({
          name,
          address: addresses.apply((of) => of[name]!),
        })),
        port: service.pods.port,
      },
      ...(signer === undefined ? {} : { certificate: signer.clientCertificate('proxy') }),
      login: { user: 'proxy', password: credentials.passwords.proxy! },
      minReplicas,
      maxConnections: Math.min(maxClients, proxyConnectionsAtMost),
      after,
    },
    opts,
  );
  return {
    components: [component, proxies],
    service,
    connections: [...component.connections, ...proxyConnections(service.pods)],
    targets: [
      { job: 'redis', pods: service.pods, port: exporterPort },
      { job: 'sentinel', pods: peerOf('sentinel', common), port: exporterPort },
      { job: 'proxy', pods: proxyPods(namespace), port: statusPort, params: { metrics: proxyMetrics } },
    ],
  };
}
