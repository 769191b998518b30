import { dirname } from 'node:path';
import type { Input } from '@pulumi/pulumi';
import { podNames, type ServerNames, serverNames, serviceNames } from '../certificates/names';
import type { Login } from '../credentials/login';
import { contentMark } from '../kubernetes/checksum';
import { type Identity, metadata, selectorLabels } from '../kubernetes/labels';
import { readScripts } from '../kubernetes/scripts';
import { type Attachment, claimed, type Probe, type ProbeLimits, type Workload } from '../workload/pod';
import { headlessService, service } from '../workload/service';
import { serviceAccount, statefulSet } from '../workload/statefulSet';
import { inPod, redisCli } from './cli';
import { redisConf } from './conf';
import type { StandaloneService } from './service';
import { diskSeconds, type RedisSize } from './size';
import { redisReloader, type RedisTls, tlsConf, tlsFiles } from './tls';

export interface StandaloneRedis {
  readonly namespace: string;
  readonly image: string;
  /** Version of Redis in the image, for labels. */
  readonly version: string;
  readonly size: RedisSize;
  /** Secret with `users.acl`. */
  readonly aclSecretName: string;
  readonly aclChecksum: Input<string>;
  /** The role that probes log in as. */
  readonly probe: Login;
  /** @default plaintext */
  readonly tls?: RedisTls;
  /** What reads its metrics, beside it. @default nothing */
  readonly exporter?: Attachment;
}

const port = 6379;
// User and group "redis" of the public image.
const user = 999;
const headless = 'redis-nodes';
const folder = '/etc/session-database';
const socket = '/run/redis/redis.sock';

/** What this Redis is, for the labels of its objects. */
export const standaloneIdentity = ({
  namespace,
  version,
}: Pick<StandaloneRedis, 'namespace' | 'version'>): Identity => ({
  name: 'redis',
  component: 'database',
  namespace,
  version,
});

/** How the rest of the platform and its clients see this Redis. */
export function standaloneService(
  redis: Pick<StandaloneRedis, 'namespace' | 'version' | 'tls'>,
): StandaloneService {
  const identity = standaloneIdentity(redis);
  // The service's name within the cluster, whatever the cluster's domain is.
  const address = { host: `${identity.name}.${identity.namespace}.svc`, port };
  const pods = {
    name: identity.name,
    namespace: identity.namespace,
    podLabels: selectorLabels(identity),
    port,
  };
  return {
    mode: 'standalone',
    clients: { addresses: [address], tls: redis.tls !== undefined, pods: [pods] },
    pods,
    writable: { ...address, pods },
    readable: address,
  };
}

/** What clients, probes and people dial. */
export function standaloneNames(namespace: string): ServerNames {
  return serverNames([...serviceNames('redis', namespace), ...podNames(headless, namespace)]);
}

/** Every Kubernetes object of a standalone Redis but its Secrets. */
export function standaloneObjects(redis: StandaloneRedis) {
  const identity = standaloneIdentity(redis);
  const files = {
    'redis.conf': redisConf({
      maxmemory: redis.size.maxmemory,
      maxClients: redis.size.maxClients,
      port,
      socket,
      ...tlsConf(redis.tls),
      aclFile: `${folder}/acl/users.acl`,
      dataFolder: '/data',
    }),
    ...redisCli,
    ...readScripts(__dirname, ['probe.sh', ...(redis.tls === undefined ? [] : ['reload.sh'])]),
  };
  const config = `redis-config-${contentMark(files)}`;
  const workload: Workload = {
    identity,
    image: redis.image,
    command: ['redis-server', `${inPod.scripts}/redis.conf`],
    user,
    ports: { redis: port },
    resources: { cpu: redis.size.cpu, memory: redis.size.memory, ephemeralStorage: '128Mi' },
    probes: probes(redis),
    files: {
      config: { path: inPod.scripts, from: { configMap: config } },
      acl: { path: `${folder}/acl`, from: { secret: redis.aclSecretName } },
      probe: { path: inPod.probe, from: { secret: redis.probe.secretName } },
      ...(redis.tls === undefined ? {} : tlsFiles(redis.tls)),
    },
    folders: {
      data: claimed('/data', redis.size.storage),
      run: { path: dirname(socket), scratch: { sizeLimit: '1Mi' } },
      // For people at a shell in the pod, whose here-documents are files.
      tmp: { path: '/tmp', scratch: { sizeLimit: '16Mi' } },
    },
    ...(redis.tls === undefined ? {} : { sidecars: [redisReloader(redis.tls, socket, 'run')] }),
    terminationGracePeriodSeconds: 30 + diskSeconds(redis.size),
    checksums: { acl: redis.aclChecksum },
    ...(redis.exporter === undefined ? {} : { attachments: [redis.exporter] }),
  };
  const dialled = { name: 'redis', port };
  return {
    configMap: { metadata: metadata(identity, config), immutable: true, data: files },
    serviceAccount: serviceAccount(workload),
    headlessService: headlessService(identity, headless, dialled),
    service: service(identity, identity.name, dialled),
    statefulSet: statefulSet(workload, 1, headless),
  };
}

function probes({ size, probe }: StandaloneRedis): NonNullable<Workload['probes']> {
  const ask = (kind: 'readiness' | 'liveness', limits: ProbeLimits): Probe => ({
    command: [
      ...['sh', `${inPod.scripts}/probe.sh`, kind, kind === 'liveness' ? socket : '127.0.0.1', String(port)],
      ...[probe.user, inPod.probe],
    ],
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
