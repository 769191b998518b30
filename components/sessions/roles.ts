import type { Role } from '../credentials/roles';
import {
  applicationFunctions,
  cleanupFunction,
  readingFunctions,
  recordKeys,
  statsFunction,
  upkeepKeys,
} from './functions';

// In Redis Cluster the keys of upkeep end in a tag.
const upkeepPatterns = upkeepKeys.flatMap((key) => [key, `${key}:*`]);
const everyKey = [...recordKeys, ...upkeepPatterns];

/**
 * The roles of the session functions. A function runs with its caller's rights, so each role has the commands inside its
 * functions, too, on the keys where they need them: an application may change a session, but not empty an index.
 */
export const sessionRoles: readonly Role[] = [
  {
    name: 'application',
    purpose: 'calls the session functions',
    usedBy: "the applications' Redis clients",
    heldByPods: true,
    keys: recordKeys,
    commands: [
      ...['+hset', '+hget', '+hmget', '+hgetall', '+hdel', '+exists', '+unlink'],
      ...['+sadd', '+srem', '+smembers', '+scard'],
      ...['+pexpireat', '+pexpiretime', '+time'],
      // What ordinary clients send by themselves: INFO is ioredis' check that the server has loaded its data.
      ...['+ping', '+info', '+client|setname', '+client|setinfo'],
    ],
    selectors: [
      {
        keys: everyKey,
        commands: [
          ...applicationFunctions.map((name) => `+fcall|${name}`),
          ...readingFunctions.map((name) => `+fcall_ro|${name}`),
        ],
      },
      { keys: upkeepPatterns, commands: ['+zadd', '+zrem', '+hincrby'] },
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
    commands: ['+function|load', '+function|list', '+ping', '+info'],
  },
];
