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
  /** Commands and categories, in order: all are refused that are not named here. */
  readonly commands: readonly string[];
  /** Further rights, each of its own commands on its own keys only. @default none */
  readonly selectors?: readonly Pick<Role, 'keys' | 'commands'>[];
}

export type RoleName = 'application' | 'cleanup' | 'deployer' | 'admin' | 'probe';

// In Redis Cluster the keys of upkeep end in a tag.
const tagged = (key: string): string[] => [key, `${key}:*`];
const indexes = indexKeys.flatMap(tagged);
const stats = tagged(statsKey);
const everyKey = [...recordKeys, ...userKeys, ...indexes, ...stats];

/** The roles of the platform. The default user is off: who does not log in may do nothing.
 * A function runs with its caller's rights, so who calls the session functions has the commands inside them, too: each on
 * the keys where a function needs it, and no other. An application may change a session, but not empty an index. */
export const roles: readonly Role[] = [
  {
    name: 'application',
    purpose: 'reads and writes sessions and tokens',
    usedBy: "the applications' Redis clients",
    heldByPods: true,
    keys: [],
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
  },
  {
    name: 'probe',
    purpose: 'asks whether the server answers',
    usedBy: "the kubelet's probes, inside Redis' own pods",
    heldByPods: true,
    keys: [],
    commands: ['+ping'],
  },
];
