import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Input } from '@pulumi/pulumi';
import { contentMark } from '../kubernetes/checksum';
import { type Identity, metadata, selectorLabels } from '../kubernetes/labels';
import { bytes } from '../kubernetes/quantity';
import type { Probe, ProbeLimits, Workload } from '../workload/pod';
import { serviceAccount, statefulSet } from '../workload/statefulSet';
import { redisConf } from './conf';
import type { RedisService } from './service';

/** Sizes of a Redis server. */
export interface RedisSize {
  /** CPU request. */
  readonly cpu: string;
  /** Memory of the container, request and limit. */
  readonly memory: string;
  /** Memory for data, below `memory` by what connections, buffers and a saving child need. */
  readonly maxmemory: string;
  readonly maxClients: number;
  readonly storage: {
    readonly size: string;
    /** @default the cluster's default storage class */
    readonly class?: string;
  };
}

export interface StandaloneRedis {
  readonly namespace: string;
  readonly image: string;
  /** Version of Redis in the image, for labels. */
  readonly version: string;
  readonly size: RedisSize;
  /** Secret with `users.acl`. */
  readonly aclSecretName: string;
  readonly aclChecksum: Input<string>;
  /** The role that probes log in as: its user name, and the Secret with its `password`. */
  readonly probe: { readonly user: string; readonly secretName: string };
}

const port = 6379;
// User and group "redis" of the public image.
const user = 999;
const headless = 'redis-nodes';
const folder = '/etc/session-database';
// Slow disks read and write at least this much in a second; loading and saving are given time by it.
const diskBytesPerSecond = 20 * 2 ** 20;

const identityOf = ({ namespace, version }: Pick<StandaloneRedis, 'namespace' | 'version'>): Identity => ({
  name: 'redis',
  component: 'database',
  namespace,
  version,
});

/** How the rest of the platform and its clients see this Redis. */
export function standaloneService(redis: Pick<StandaloneRedis, 'namespace' | 'version'>): RedisService {
  const identity = identityOf(redis);
  // The service's name within the cluster, whatever the cluster's domain is.
  const address = { host: `${identity.name}.${identity.namespace}.svc`, port };
  return {
    mode: 'standalone',
    clients: { addresses: [address], tls: false },
    pods: { name: identity.name, namespace: identity.namespace, podLabels: selectorLabels(identity), port },
    writable: address,
  };
}

/** Every Kubernetes object of a standalone Redis but its Secrets. */
export function standaloneObjects(redis: StandaloneRedis) {
  const identity = identityOf(redis);
  const files = {
    'redis.conf': redisConf({
      maxmemory: redis.size.maxmemory,
      maxClients: redis.size.maxClients,
      port,
      aclFile: `${folder}/acl/users.acl`,
      dataFolder: '/data',
    }),
    'probe.sh': readFileSync(join(__dirname, 'probe.sh'), 'utf8'),
  };
  const config = `redis-config-${contentMark(files)}`;
  const workload: Workload = {
    identity,
    image: redis.image,
    command: ['redis-server', `${folder}/config/redis.conf`],
    user,
    ports: { redis: port },
    resources: { cpu: redis.size.cpu, memory: redis.size.memory, ephemeralStorage: '128Mi' },
    probes: probes(redis),
    files: {
      config: { path: `${folder}/config`, from: { configMap: config } },
      acl: { path: `${folder}/acl`, from: { secret: redis.aclSecretName } },
      probe: { path: `${folder}/probe`, from: { secret: redis.probe.secretName } },
    },
    folders: {
      data: {
        path: '/data',
        claim: {
          size: redis.size.storage.size,
          ...(redis.size.storage.class === undefined ? {} : { storageClass: redis.size.storage.class }),
        },
      },
      // For people at a shell in the pod, whose here-documents are files.
      tmp: { path: '/tmp', scratch: { sizeLimit: '16Mi' } },
    },
    terminationGracePeriodSeconds: 30 + diskSeconds(redis.size),
    checksums: { acl: redis.aclChecksum },
  };
  const ports = [{ name: 'redis', port, targetPort: 'redis', protocol: 'TCP' }];
  return {
    configMap: { metadata: metadata(identity, config), immutable: true, data: files },
    serviceAccount: serviceAccount(workload),
    headlessService: {
      metadata: metadata(identity, headless),
      spec: { clusterIP: 'None', selector: selectorLabels(identity), ports },
    },
    service: {
      metadata: metadata(identity, identity.name),
      spec: { type: 'ClusterIP', selector: selectorLabels(identity), ports },
    },
    statefulSet: statefulSet(workload, 1, headless),
  };
}

/** Seconds in which a slow disk reads or writes all data. */
const diskSeconds = (size: RedisSize): number => Math.ceil(bytes(size.maxmemory) / diskBytesPerSecond);

function probes({ size, probe }: StandaloneRedis): NonNullable<Workload['probes']> {
  const ask = (kind: 'readiness' | 'liveness', limits: ProbeLimits): Probe => ({
    command: ['sh', `${folder}/config/probe.sh`, kind, String(port), probe.user, `${folder}/probe/password`],
    ...limits,
  });
  return {
    startup: ask('readiness', {
      periodSeconds: 2,
      timeoutSeconds: 2,
      failureThreshold: Math.ceil((60 + diskSeconds(size)) / 2),
    }),
    readiness: ask('readiness', { periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 2 }),
    liveness: ask('liveness', { periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 }),
  };
}
