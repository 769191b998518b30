import { z } from 'zod';
import {
  choice,
  cpu,
  days,
  flag,
  fraction,
  labels,
  memory,
  namespaceName,
  text,
  volume,
  whole,
} from './kinds';
import { monitoring } from './monitoringSchema';

/** Environments that exist. */
export const environmentNames = ['dev', 'staging', 'prod'] as const;
export type Environment = (typeof environmentNames)[number];

// In seconds.
const year = 366 * 86_400;

const recordLimits = (kind: string, ageing: string, many: string) => ({
  ttlSeconds: whole(1, year, `Seconds that a ${kind} lives where its client says nothing.`),
  maxAgeSeconds: whole(1, year, `Seconds after which ${ageing} ends, however often it was used.`),
  perUser: whole(1, 100, `${many} of a user; with one more, the oldest goes.`),
});

/** A whole configuration, every default filled in. Unknown keys are refused everywhere. */
export const stackSchema = z.strictObject({
  environment: z.enum(environmentNames).meta({
    description:
      'The environment whose defaults fill in what the stack leaves out. Every stack names its own.',
    allowed: environmentNames.join(', '),
  }),
  namespace: namespaceName(
    'Namespace that the platform makes and lives in.',
    '; not default, and none of kube-*',
    (value) => value !== 'default' && !value.startsWith('kube-'),
  ),
  cluster: z.strictObject({
    kubeconfig: text((value) => /^[^\s{}]+$/.test(value), {
      description: 'Path of the kubeconfig file. Left out: KUBECONFIG, then ~/.kube/config.',
      allowed: 'the path of a file, not its content',
      confidential: true,
    }).optional(),
    context: text((value) => /^\S+$/.test(value), {
      description: 'Context within the kubeconfig. Left out: the current one.',
      allowed: 'the name of a context, without spaces',
    }).optional(),
  }),
  redis: z.strictObject({
    cpu: cpu('CPU that a Redis pod asks for. It has no limit.'),
    memory: memory('Memory of a Redis pod, request and limit.'),
    maxmemory: memory('Memory for data. When it is full, sessions that were used least recently go.'),
    maxClients: whole(10, 65000, 'Connections at a time.'),
    storage: volume('the append-only file and the snapshots'),
    mode: choice(
      ['standalone', 'sentinel'],
      'One pod, or several with Sentinels that make another one the master when it fails.',
    ),
    pods: whole(1, 9, 'Pods of Redis, at the least: one is the master, the others its replicas.'),
    maxPods: whole(
      1,
      9,
      'The most pods of Redis; there are as many as their CPU and memory want. Each has an address from the start.',
    ),
    spread: choice(
      ['preferred', 'required'],
      'Whether pods of Redis, and Sentinels, are spread over nodes as far as the nodes allow, or wait until they are.',
    ),
  }),
  tls: z.strictObject({
    enabled: flag('Whether Redis speaks TLS, and nothing else.'),
    clientCertificates: choice(
      ['required', 'optional'],
      'Whether a client must show a certificate beside its password. One that it shows must be good in any case.',
    ),
    authorities: z.array(
      text((value) => /^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$/.test(value), {
        description:
          'Name of an authority of certificates. The first signs, all are trusted: the authority is replaced by 1, then ' +
          '1 and 2, then 2 and 1, then 2.',
        allowed: 'at most 32 of a-z, 0-9 and -, a letter or digit first and last',
      }),
    ),
    authorityDays: days('Days that an authority is valid.'),
    certificateDays: days('Days that a certificate is valid.'),
    renewBeforeDays: days('Days before its end from which on a run makes another certificate.'),
  }),
  sentinel: z.strictObject({
    pods: whole(3, 7, 'Sentinels, in mode sentinel.'),
    cpu: cpu('CPU that a Sentinel asks for. It has no limit.'),
    memory: memory('Memory of a Sentinel, request and limit.'),
    storage: volume('what a Sentinel remembers'),
    downAfterMilliseconds: whole(
      1000,
      60_000,
      'Milliseconds of silence after which a server is down. Writes stand still for this time and about a second. Below ' +
        '1000, Sentinels, which connect anew twice a second at most, might take a new master for dead and replace it again.',
    ),
    failoverTimeoutMilliseconds: whole(
      1000,
      600_000,
      'Milliseconds that an election may take; a failed one is tried again after twice that.',
    ),
  }),
  proxy: z.strictObject({
    pods: whole(2, 20, 'Pods of the proxy that leads to the master, in mode sentinel.'),
    maxPods: whole(2, 20, 'The most pods of the proxy; there are as many as their CPU and memory want.'),
    cpu: cpu('CPU that a pod of the proxy asks for. It has no limit.'),
    memory: memory('Memory of a pod of the proxy, request and limit.'),
  }),
  scale: fraction(
    'Part of all CPU, memory and volumes of Redis that is really asked for, for small machines.',
  ),
  protect: flag('Whether the namespace, and so the data, can be deleted only after this is set to false.'),
  sessions: z.strictObject({
    ...recordLimits('session', 'a session', 'Sessions'),
    maxFields: whole(1, 1000, 'Fields that a client may set in a session or token.'),
    maxBytes: whole(1, 2 ** 20, 'Bytes of their names and values together.'),
    refreshTokens: z.strictObject(
      recordLimits('refresh token', 'a family of refresh tokens', 'Refresh tokens'),
    ),
    deletionTokens: z.strictObject(recordLimits('deletion token', 'a deletion token', 'Deletion tokens')),
    cleanupMinutes: whole(1, 59, 'Minutes from one cleanup of the indexes to the next.'),
  }),
  quota: z.strictObject({
    pods: whole(1, 1000, 'Pods in the namespace.'),
    cpu: cpu('Sum of the CPU requests in the namespace.'),
    memory: memory('Sum of the memory limits in the namespace.'),
    storage: memory('Sum of the volumes in the namespace.'),
  }),
  monitoring,
  clients: z.array(
    z.strictObject({
      namespace: namespaceName("Namespace of an application's pods that may reach Redis."),
      podLabels: labels('Labels that pick those pods.'),
    }),
  ),
});

type DeepReadonly<T> = T extends (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/** The configuration of a stack: plain data, complete and valid. */
export type StackConfig = DeepReadonly<z.output<typeof stackSchema>>;
