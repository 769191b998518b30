import {
  applicationFunctions,
  cleanupFunction,
  indexKeys,
  readingFunctions,
  recordKeys,
  statsFunction,
  statsKey,
  userKeys,
} from '../sessions/functions';

/** A role in Redis: who it is, what it may do, on which keys. Passwords, ACL file and Secrets are made from this table. */
export interface Role {
  /** Name of the ACL user. */
  readonly name: RoleName;
  readonly purpose: string;
  /** Who logs in as it. */
  readonly usedBy: string;
  /** Whether pods read its password from a Secret of the namespace; otherwise it is only in the stack's outputs. */
  readonly heldByPods: boolean;
  /** Key patterns it may read and write. */
  readonly keys: readonly string[];
  /** Key patterns it may only read. @default none */
  readonly readKeys?: readonly string[];
  /** Commands and categories, in order: all are refused that are not named here. */
  readonly commands: readonly string[];
  /** Channels it may publish to and subscribe to. @default none */
  readonly channels?: readonly string[];
  /** Its rights at Sentinels, which have an ACL of their own. @default it is nobody there */
  readonly atSentinels?: Pick<Role, 'commands' | 'channels'>;
  /** Further rights, each of its own commands on its own keys only. @default none */
  readonly selectors?: readonly Pick<Role, 'keys' | 'commands'>[];
}

export type CommonRole = 'application' | 'cleanup' | 'deployer' | 'admin' | 'probe' | 'metrics';
export type SentinelRole = 'replication' | 'sentinel' | 'failover' | 'proxy';
export type RoleName = CommonRole | SentinelRole | 'reloader';

// In Redis Cluster the keys of upkeep end in a tag.
const tagged = (key: string): string[] => [key, `${key}:*`];
const indexes = indexKeys.flatMap(tagged);
const stats = tagged(statsKey);
const everyKey = [...recordKeys, ...userKeys, ...indexes, ...stats];

const whoIsMaster = '+sentinel|get-master-addr-by-name';

/** The roles that every platform has. The default user is off: who does not log in may do nothing.
 * A function runs with its caller's rights, so who calls the session functions has the commands inside them, too: each on
 * the keys where a function needs it, and no other. An application may change a session, but not empty an index. */
export const roles: readonly Role[] = [
  {
    name: 'application',
    purpose: 'reads and writes sessions and tokens',
    usedBy: "the applications' Redis clients",
    heldByPods: true,
    keys: [],
    // Clients that know Sentinels ask them who is master and who else is there, and listen for a change.
    atSentinels: {
      channels: ['*'],
      commands: [
        whoIsMaster,
        ...['master', 'masters', 'replicas', 'slaves', 'sentinels'].map((name) => `+sentinel|${name}`),
        ...['+subscribe', '+psubscribe', '+ping', '+info', '+role', '+client|setname', '+client|setinfo'],
      ],
    },
    // INFO is ioredis' check that the server has loaded its data; clients send their name and version by themselves. WAIT
    // holds an acknowledgement back until replicas have the write.
    commands: ['+time', '+ping', '+info', '+wait', '+client|setname', '+client|setinfo'],
    selectors: [
      {
        keys: everyKey,
        commands: [
          ...applicationFunctions.map((name) => `+fcall|${name}`),
          ...readingFunctions.map((name) => `+fcall_ro|${name}`),
        ],
      },
      {
        keys: recordKeys,
        commands: [
          ...['+hset', '+hget', '+hmget', '+hgetall', '+hdel'],
          ...['+exists', '+unlink', '+pexpireat', '+pexpiretime'],
        ],
      },
      { keys: userKeys, commands: ['+sadd', '+srem', '+smembers', '+scard'] },
      { keys: indexes, commands: ['+zadd', '+zrem'] },
      { keys: stats, commands: ['+hincrby'] },
    ],
  },
  {
    name: 'cleanup',
    purpose: 'takes what has expired out of the indexes, and counts',
    usedBy: 'the CronJob of cleanup',
    heldByPods: true,
    keys: everyKey,
    commands: [
      `+fcall|${cleanupFunction}`,
      `+fcall|${statsFunction}`,
      ...['+time', '+pexpiretime', '+hget', '+unlink', '+srem'],
      ...['+zrange', '+zrem', '+zadd', '+zcard', '+zcount', '+hincrby', '+hgetall'],
      '+ping',
    ],
    selectors: [{ keys: ['maintenance:cleanup:*'], commands: ['+set'] }],
  },
  {
    name: 'deployer',
    purpose: 'loads the library of session functions',
    usedBy: 'the Job that deploys the library',
    heldByPods: true,
    keys: [],
    commands: ['+function|load', '+function|list', '+ping'],
  },
  {
    name: 'admin',
    purpose: 'administers the server: looks at everything, changes settings, mends data',
    usedBy: 'people, by `make connect ROLE=admin`',
    heldByPods: false,
    keys: ['*'],
    commands: [
      ...['+@read', '+@write', '+@keyspace', '+@transaction', '+@connection', '+@admin', '+@dangerous'],
      // What would take the server out of the program's hands, or make it somebody's replica.
      ...['-@scripting', '-debug', '-module', '-migrate', '-cluster', '-replicaof', '-slaveof', '-failover'],
      ...['-psync', '-sync', '-replconf'],
    ],
    atSentinels: {
      commands: [
        ...['+sentinel', '+ping', '+info', '+role', '+acl|log', '+acl|whoami'],
        ...['+client|list', '+client|setname', '+client|setinfo'],
      ],
    },
  },
  {
    name: 'probe',
    purpose: 'asks whether the server answers',
    usedBy: "the kubelet's probes, inside Redis' own pods",
    heldByPods: true,
    keys: [],
    commands: ['+ping', '+info'],
    atSentinels: { commands: ['+ping', whoIsMaster] },
  },
  {
    name: 'metrics',
    purpose: 'counts and measures; reads no session',
    usedBy: 'the exporters beside Redis and Sentinels',
    // Its exporters have the password in a file of their own format.
    heldByPods: false,
    keys: [],
    // By EVAL it asks how many entries these have; never for one, which would name a session.
    readKeys: [...indexes, ...stats, 'maintenance:*'],
    commands: [
      ...['+ping', '+info', '+client|setname', '+slowlog|get', '+slowlog|len'],
      ...['+latency|latest', '+latency|histogram', '+eval', '+zcard', '+zcount', '+hgetall', '+get', '+time'],
    ],
    atSentinels: {
      commands: [
        ...['+ping', '+info', '+client|setname'],
        ...['masters', 'slaves', 'sentinels', 'ckquorum'].map((name) => `+sentinel|${name}`),
      ],
    },
  },
];

/** The roles that pods of Redis, Sentinels and the proxy have among each other. */
export const sentinelRoles: readonly Role[] = [
  {
    name: 'replication',
    purpose: 'follows a master, and asks who it is',
    usedBy: 'pods of Redis among each other',
    heldByPods: true,
    keys: [],
    commands: ['+psync', '+replconf', '+ping', '+info'],
    atSentinels: { commands: ['+ping', whoIsMaster] },
  },
  {
    name: 'sentinel',
    purpose: 'watches the servers and makes a replica the master',
    usedBy: 'Sentinels',
    heldByPods: true,
    keys: [],
    channels: ['__sentinel__:hello'],
    commands: [
      ...['+ping', '+info', '+publish', '+subscribe', '+client|setname', '+client|kill'],
      ...['+multi', '+exec', '+slaveof', '+config|rewrite', '+script|kill'],
    ],
    atSentinels: {
      channels: ['__sentinel__:hello'],
      // `debug` changes the intervals of the Sentinel that is asked, and nothing else.
      commands: [
        ...['+ping', '+publish', '+client|setname', whoIsMaster],
        ...['+sentinel|is-master-down-by-addr', '+sentinel|debug'],
      ],
    },
  },
  {
    name: 'failover',
    purpose: 'hands the office of master over, and says from when on a server may be elected',
    usedBy: 'pods of Redis at their start and end, and `make switchover`',
    heldByPods: true,
    keys: [],
    // ACLs cannot tell one parameter from another; what is dangerous among them is protected (enable-protected-configs no).
    commands: [
      ...['+ping', '+role', '+info', '+replicaof', '+config|set'],
      ...['+client|pause', '+client|unpause', '+client|kill'],
    ],
    atSentinels: {
      commands: ['+ping', whoIsMaster, '+sentinel|ckquorum', '+sentinel|failover', '+sentinel|replicas'],
    },
  },
  {
    name: 'proxy',
    purpose: 'asks which server is the master',
    usedBy: "the proxy's checks; clients log in through it as themselves",
    // Its pods have the password in haproxy.cfg, a Secret of their own.
    heldByPods: false,
    keys: [],
    commands: ['+ping', '+info'],
  },
];

/** Who has Redis take up certificates. */
export const tlsRoles: readonly Role[] = [
  {
    name: 'reloader',
    purpose: 'has Redis take up renewed certificates',
    usedBy: "a container beside Redis, through its pod's own socket",
    heldByPods: true,
    keys: [],
    // ACLs cannot tell one parameter from another. What would let it out of the server is protected or immutable
    // (enable-protected-configs no), and its Secret is mounted beside Redis alone.
    commands: ['+config|set', '+ping'],
  },
];
