import type Redis from 'ioredis';
import { clock, fields } from './view';

/** A key in Redis, as it is shown. */
export interface KeyRow {
  readonly key: string;
  readonly type: 'hash' | 'set' | 'zset';
  /** Seconds to live; -1: no end. */
  readonly ttl: number;
  /**
   * Lines of content: fields of a hash, members of a set, the user's members of an index with the time by which they are
   * sorted. None: the key has nothing of the user.
   */
  readonly content: readonly string[];
}

/** What has become of keys. */
export interface KeyChanges {
  readonly changed: readonly { readonly sign: '+' | '~' | '-'; readonly row: KeyRow }[];
  /** How many keys are as they were. */
  readonly same: number;
}

const kinds = [
  { record: 'session:', ofUser: 'user_sessions:', index: 'session_cleanup' },
  { record: 'refresh_token:', ofUser: 'user_refresh_tokens:', index: 'refresh_token_cleanup' },
] as const;

/**
 * What stands in Redis about a user's sessions and refresh tokens: only what is there.
 * @param admin - a client that may read every key
 * @param ids - all ids that the user's sessions and tokens may have
 */
export async function keysOf(admin: Redis, user: string, ids: readonly string[]): Promise<KeyRow[]> {
  const row = async (key: string, type: KeyRow['type'], content: string[]): Promise<KeyRow> => ({
    key,
    type,
    ttl: await admin.ttl(key),
    content,
  });
  const rows: KeyRow[] = [];
  for (const { record, ofUser, index } of kinds) {
    const members = await admin.smembers(ofUser + user);
    rows.push(await row(ofUser + user, 'set', members.length > 0 ? [members.sort().join(', ')] : []));
    const entries: string[] = [];
    for (const id of ids) {
      const hash = Object.entries(await admin.hgetall(record + id)).flat();
      rows.push(await row(record + id, 'hash', hash.length > 0 ? [fields(hash)] : []));
      const end = await admin.zscore(index, id + user);
      if (end !== null) entries.push(`${id}${user} ${clock(Number(end))}`);
    }
    rows.push(await row(index, 'zset', entries));
  }
  return rows.filter(({ content }) => content.length > 0);
}

/** What has become of keys since they were looked at before; that TTLs run is no change. */
export function changes(before: readonly KeyRow[], after: readonly KeyRow[]): KeyChanges {
  const now = new Set(after.map(({ key }) => key));
  const old = new Map(before.map(({ key, content }) => [key, content.join('\n')]));
  const changed = [
    ...before.filter(({ key }) => !now.has(key)).map((row) => ({ sign: '-' as const, row })),
    ...after
      .filter(({ key, content }) => old.get(key) !== content.join('\n'))
      .map((row) => ({ sign: old.has(row.key) ? ('~' as const) : ('+' as const), row })),
  ];
  return { changed, same: after.filter(({ key, content }) => old.get(key) === content.join('\n')).length };
}
