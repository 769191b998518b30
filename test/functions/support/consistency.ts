import type Redis from 'ioredis';

const kinds = [
  { record: 'session:', ofUser: 'user_sessions:', index: 'session_cleanup' },
  { record: 'refresh_token:', ofUser: 'user_refresh_tokens:', index: 'refresh_token_cleanup' },
  { record: 'deletion_token:', ofUser: 'user_deletion_tokens:', index: 'deletion_token_cleanup' },
];
const idLength = 43;

async function keysOf(admin: Redis, pattern: string): Promise<string[]> {
  const keys: string[] = [];
  let cursor = '0';
  do {
    const [next, some] = await admin.scan(cursor, 'MATCH', pattern, 'COUNT', 10_000);
    keys.push(...some);
    cursor = next;
  } while (cursor !== '0');
  return [...new Set(keys)];
}

/**
 * Everything in which the structures disagree: a record without its entries, an entry without its record, a wrong
 * expiry. Asked after a cleanup, it allows for nothing.
 * @param admin - a client of the role `admin`
 */
export async function disagreements(admin: Redis): Promise<string[]> {
  const problems: string[] = [];
  for (const { record, ofUser, index } of kinds) {
    const flat = await admin.zrange(index, '0', '-1', 'WITHSCORES');
    const scores = new Map(
      flat.flatMap((entry, at) => (at % 2 === 0 ? [[entry, flat[at + 1]!] as const] : [])),
    );
    const users = new Set<string>();
    for (const key of await keysOf(admin, `${ofUser}*`)) {
      for (const id of await admin.smembers(key)) users.add(id + key.slice(ofUser.length));
    }
    const live = new Set<string>();
    for (const key of await keysOf(admin, `${record}*`)) {
      const [[, own], [, expiry]] = (await admin
        .multi()
        .hmget(key, '@user', '@created', '@used')
        .pexpiretime(key)
        .exec()) as [[null, (string | null)[]], [null, number]];
      if (expiry === -2) continue;
      if (expiry === -1) problems.push(`${key} has no expiry`);
      const [user, created, used] = own;
      if (typeof user !== 'string') problems.push(`${key} has no user`);
      if (typeof used === 'string') continue; // the mark of a rotated token
      if (typeof created !== 'string') problems.push(`${key} has no time of creation`);
      const entry = key.slice(record.length) + user;
      live.add(entry);
      if (scores.get(entry) !== String(expiry)) {
        problems.push(`${key} ends at ${expiry}, but in ${index} at ${scores.get(entry)}`);
      }
      if (!users.has(entry)) problems.push(`${key} is not among its user's`);
    }
    for (const entry of scores.keys()) {
      if (entry.length <= idLength) problems.push(`${index} has an entry of nobody: ${entry}`);
      if (!live.has(entry)) problems.push(`${index} has ${entry}, which is not there`);
    }
    for (const entry of users)
      if (!live.has(entry)) problems.push(`${ofUser} has ${entry}, which is not there`);
  }
  return problems;
}

/** Everything in the database, key by key, as it would be restored. @param admin - a client of the role `admin` */
export async function everything(admin: Redis): Promise<string[]> {
  const keys = (await keysOf(admin, '*')).sort();
  return Promise.all(keys.map(async (key) => `${key} ${(await admin.dumpBuffer(key))?.toString('base64')}`));
}
