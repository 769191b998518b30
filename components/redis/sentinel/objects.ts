import { join } from 'node:path';
import type { Input } from '@pulumi/pulumi';
import { contentMark } from '../../kubernetes/checksum';
import { metadata } from '../../kubernetes/labels';
import { readScripts, type Scripts } from '../../kubernetes/scripts';
import { disruptionBudget } from '../../workload/disruptionBudget';
import {
  claimed,
  type Attachment,
  type Files,
  type Probe,
  type ProbeLimits,
  type Workload,
} from '../../workload/pod';
import { serviceAccount, statefulSet } from '../../workload/statefulSet';
import { inPod, redisCli } from '../cli';
import { redisConf } from '../conf';
import { diskSeconds, type RedisSize } from '../size';
import { certificateFiles, redisReloader, type RedisTls, tlsConf, tlsFiles, tlsFolder } from '../tls';
import { sentinelConf } from './conf';
import {
  type GroupName,
  identityOf,
  masterName,
  nodesName,
  nodesService,
  type Part,
  ports,
} from './identity';

/** CPU, memory and volume of a Sentinel. */
export type SentinelSize = Pick<RedisSize, 'cpu' | 'memory' | 'storage'>;

export interface SentinelGroup extends GroupName {
  readonly image: string;
  readonly servers: { readonly count: number; readonly size: RedisSize };
  readonly sentinels: {
    /** An odd number. */
    readonly count: number;
    readonly size: SentinelSize;
    /** Milliseconds of silence after which a server is down. */
    readonly downAfter: number;
    /** Milliseconds after which a failed election is tried again, twice that. */
    readonly failoverTimeout: number;
  };
  /** Whether two pods of a part may be on one node more than on another: `preferred` where there may be too few nodes. */
  readonly spread: NonNullable<Workload['spread']>;
  /** Secrets with `users.acl`, and checksums of these. */
  readonly acl: Readonly<Record<Part, { readonly secretName: string; readonly checksum: Input<string> }>>;
  /** @default plaintext */
  readonly tls?: RedisTls;
  /** Secrets of the roles that the pods log in as, by role; user names are these. */
  readonly secretNames: Readonly<Record<SentinelPodRole, string>>;
  /** What reads their metrics, beside them. @default nothing */
  readonly exporters?: Readonly<Record<Part, Attachment>>;
}

/** The roles that pods of the group log in as. */
export type SentinelPodRole = 'replication' | 'failover' | 'sentinel' | 'probe';

/** Secret with the Sentinels' certificate, its key and whom they trust. */
export const sentinelTlsSecretName = 'redis-sentinel-tls';

/** ConfigMap with the list of addresses. It keeps its name: pods see a changed one without a restart. */
export const addressesName = 'redis-addresses';

/** Replicas that must be there for a master to take writes. */
export const minReplicas = 1;

// User and group "redis" of the public image.
const user = 999;
const folder = '/etc/session-database';
const addresses = `${folder}/addresses/addresses`;
const credentials = `${folder}/credentials`;
const socket = '/run/redis/redis.sock';
// `timeout` of handover.sh, and a margin for the kubelet.
const handoverSeconds = 40;

/** Every Kubernetes object of the servers but Secrets, addresses and the pods' own Services. */
export function serverObjects(group: SentinelGroup) {
  const { size, count } = group.servers;
  const files = {
    'redis.conf': redisConf({
      maxmemory: size.maxmemory,
      maxClients: size.maxClients,
      port: ports.redis,
      aclFile: `${folder}/acl/users.acl`,
      dataFolder: '/data',
      socket,
      ...tlsConf(group.tls),
      replication: { minReplicas },
    }),
    ...scripts('survey.sh', 'start-redis.sh', 'successor.sh', 'handover.sh', 'probe-redis.sh'),
    // What standalone has, too.
    ...shared('probe.sh', ...(group.tls === undefined ? [] : ['reload.sh'])),
  };
  const config = `redis-config-${contentMark(files)}`;
  const workload: Workload = {
    ...common(
      'redis',
      group,
      config,
      ['replication', 'failover', 'probe'],
      group.tls === undefined ? {} : tlsFiles(group.tls),
    ),
    command: asPod(
      'start-redis.sh',
      socket,
      `${folder}/config/redis.conf`,
      addresses,
      credentials,
      '/data',
      '/run/redis',
      masterName,
    ),
    beforeEnd: [
      'timeout',
      String(handoverSeconds),
      ...asPod('handover.sh', socket, addresses, credentials, '/tmp', masterName),
    ],
    resources: { cpu: size.cpu, memory: size.memory, ephemeralStorage: '128Mi' },
    probes: serverProbes(size),
    folders: {
      data: claimed('/data', size.storage),
      work: { path: '/run/redis', scratch: { sizeLimit: '16Mi' } },
      tmp: { path: '/tmp', scratch: { sizeLimit: '16Mi' } },
    },
    ...(group.tls === undefined ? {} : { sidecars: [redisReloader(group.tls, socket, 'work')] }),
    // A handover, saving, and what standalone has, too.
    terminationGracePeriodSeconds: handoverSeconds + 30 + diskSeconds(size),
  };
  return objects('redis', group, workload, { name: config, files }, count);
}

/** Every Kubernetes object of the Sentinels but Secrets, addresses and the pods' own Services. */
export function sentinelObjects(group: SentinelGroup) {
  const { size, count, downAfter, failoverTimeout } = group.sentinels;
  const files = {
    'sentinel.conf': sentinelConf({
      port: ports.sentinel,
      aclFile: `${folder}/acl/users.acl`,
      workFolder: '/tmp',
      ...tlsConf(group.tls),
    }),
    ...scripts('survey.sh', 'start-sentinel.sh', 'probe-sentinel.sh'),
  };
  const config = `sentinel-config-${contentMark(files)}`;
  const workload: Workload = {
    ...common(
      'sentinel',
      group,
      config,
      ['sentinel', 'probe'],
      group.tls === undefined ? {} : { tls: certificateFiles(sentinelTlsSecretName) },
    ),
    command: asPod(
      'start-sentinel.sh',
      ...[`${folder}/config/sentinel.conf`, addresses, credentials, '/data', '/tmp', masterName],
      String(Math.floor(count / 2) + 1),
      ...[downAfter, failoverTimeout].map(String),
      // Replicas copy a new master's data all at once, however many: clients read from the master alone.
      '8',
      ...(group.tls === undefined ? [] : [tlsFolder]),
    ),
    resources: { cpu: size.cpu, memory: size.memory, ephemeralStorage: '64Mi' },
    probes: {
      readiness: sentinelProbe('readiness', { periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 2 }),
      liveness: sentinelProbe('liveness', { periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 3 }),
    },
    folders: {
      data: claimed('/data', size.storage),
      tmp: { path: '/tmp', scratch: { sizeLimit: '16Mi' } },
    },
    terminationGracePeriodSeconds: 10,
  };
  return objects('sentinel', group, workload, { name: config, files }, count);
}

function common(
  part: Part,
  group: SentinelGroup,
  config: string,
  roles: readonly SentinelPodRole[],
  tls: Readonly<Record<string, Files>>,
) {
  const { secretName, checksum } = group.acl[part];
  const secrets = roles.map((role): [string, Files] => [
    `credentials-${role}`,
    {
      path: role === 'probe' ? inPod.probe : `${credentials}/${role}`,
      from: { secret: group.secretNames[role] },
    },
  ]);
  return {
    identity: identityOf(part, group),
    image: group.image,
    user,
    ports: { [part]: ports[part] },
    spread: group.spread,
    files: {
      config: { path: `${folder}/config`, from: { configMap: config } },
      addresses: { path: `${folder}/addresses`, from: { configMap: addressesName } },
      acl: { path: `${folder}/acl`, from: { secret: secretName } },
      ...Object.fromEntries(secrets),
      ...tls,
    },
    checksums: { acl: checksum },
    ...(group.exporters === undefined ? {} : { attachments: [group.exporters[part]] }),
  };
}

function objects(
  part: Part,
  group: SentinelGroup,
  workload: Workload,
  config: { readonly name: string; readonly files: Readonly<Record<string, string>> },
  count: number,
) {
  const identity = identityOf(part, group);
  return {
    configMap: { metadata: metadata(identity, config.name), immutable: true, data: config.files },
    serviceAccount: serviceAccount(workload),
    nodesService: nodesService(part, group),
    disruptionBudget: disruptionBudget(identity),
    statefulSet: statefulSet(workload, count, nodesName(part)),
  };
}

/** Scripts that a server alone has, too. */
const shared = (...names: readonly string[]): Scripts => readScripts(join(__dirname, '..'), names);

const scripts = (...names: readonly string[]): Scripts => ({
  ...redisCli,
  ...readScripts(__dirname, names),
});

/** Runs a script as the pod that it is in, whose name is its host's. */
const asPod = (script: string, ...args: readonly string[]): string[] => [
  ...['sh', '-c', 'exec sh "$0" "$(hostname)" "$@"', `${folder}/config/${script}`],
  ...args,
];

function serverProbes(size: RedisSize): NonNullable<Workload['probes']> {
  const login = ['probe', inPod.probe];
  const inSync = ['sh', `${folder}/config/probe-redis.sh`, '127.0.0.1', String(ports.redis), ...login];
  const alive = ['sh', `${folder}/config/probe.sh`, 'liveness', socket, String(ports.redis), ...login];
  return {
    // A start waits for the others, Sentinels' elections and a copy of all data; it is not killed for that.
    startup: {
      command: alive,
      periodSeconds: 2,
      timeoutSeconds: 3,
      failureThreshold: Math.ceil((600 + diskSeconds(size)) / 2),
    },
    readiness: { command: inSync, periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 2 },
    liveness: { command: alive, periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 3 },
  };
}

const sentinelProbe = (kind: 'readiness' | 'liveness', limits: ProbeLimits): Probe => ({
  command: [
    ...['sh', `${folder}/config/probe-sentinel.sh`, kind, '127.0.0.1', String(ports.sentinel)],
    ...['probe', inPod.probe, masterName],
  ],
  ...limits,
});
