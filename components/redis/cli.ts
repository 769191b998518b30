import { readScripts } from '../kubernetes/scripts';

/** For whoever runs scripts that speak to Redis: `redis.sh`, which they read from the folder that they are in. */
export const redisCli = readScripts(__dirname, ['redis.sh']);

/** Where in a pod of Redis its scripts are, `redis.sh` among them, and the credentials of the role probe. */
export const inPod = {
  scripts: '/etc/session-database/config',
  probe: '/etc/session-database/probe',
} as const;
