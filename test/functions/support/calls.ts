import { createHash, randomBytes } from 'node:crypto';
import type Redis from 'ioredis';

/** What a client puts into the key of a session or token instead of the token itself. */
export const idOf = (token: string | Buffer): string =>
  createHash('sha256').update(token).digest('base64url');

/** An id of a token that nobody has seen before. */
export const newId = (): string => idOf(randomBytes(32));

/** A record as the functions give it: names and values in turn. */
export type Flat = string[];

/** Fields of a record as an object. */
export function fieldsOf(flat: Flat | null): Record<string, string> {
  const pairs = Array.from({ length: (flat ?? []).length / 2 }, (_, at) => [
    flat![2 * at]!,
    flat![2 * at + 1]!,
  ]);
  return Object.fromEntries(pairs) as Record<string, string>;
}

const sessionIndexes = ['session_cleanup', 'session_stats'];
const refreshIndexes = ['refresh_token_cleanup', 'session_stats'];
const deletionIndexes = ['deletion_token_cleanup', 'session_stats'];

/** The keys of upkeep in the order of its functions. */
export const upkeep = ['session_cleanup', 'refresh_token_cleanup', 'deletion_token_cleanup', 'session_stats'];

/** Calls of the functions as a client makes them: ids of tokens, users by name. */
export class Calls {
  constructor(readonly redis: Redis) {}

  /** FCALL with any keys and arguments. */
  call<T>(
    name: string,
    keys: readonly (string | Buffer)[],
    ...args: (string | Buffer | number)[]
  ): Promise<T> {
    return this.redis.call('FCALL', name, keys.length, ...keys, ...args) as Promise<T>;
  }

  readonly session = {
    create: (id: string, user: string, ttl: string | number = '', ...fields: (string | Buffer)[]) =>
      this.call<[number, string[]]>(
        'session_create',
        [`session:${id}`, `user_sessions:${user}`, ...sessionIndexes],
        ttl,
        ...fields,
      ),
    get: (id: string) => this.call<Flat | null>('session_get', [`session:${id}`]),
    touch: (id: string, ttl: string | number = '') =>
      this.call<Flat | null>('session_touch', [`session:${id}`, 'session_cleanup'], ttl),
    update: (id: string, ...fields: (string | Buffer)[]) =>
      this.call<number>('session_update', [`session:${id}`], ...fields),
    unset: (id: string, ...names: string[]) =>
      this.call<number>('session_unset', [`session:${id}`], ...names),
    revoke: (id: string) => this.call<number>('session_revoke', [`session:${id}`, ...sessionIndexes]),
    list: (user: string) => this.call<[string, number, Flat][]>('session_list', [`user_sessions:${user}`]),
    revokeAll: (user: string, ...but: string[]) =>
      this.call<number>('session_revoke_all', [`user_sessions:${user}`, ...sessionIndexes], ...but),
  };

  readonly refresh = {
    issue: (id: string, user: string, ttl: string | number = '', ...fields: string[]) =>
      this.call<[number, string[]]>(
        'refresh_issue',
        [`refresh_token:${id}`, `user_refresh_tokens:${user}`, ...refreshIndexes],
        ttl,
        ...fields,
      ),
    get: (id: string) => this.call<Flat | null>('refresh_get', [`refresh_token:${id}`]),
    rotate: (old: string, id: string, ttl: string | number = '') =>
      this.call<[number, Flat]>(
        'refresh_rotate',
        [`refresh_token:${old}`, `refresh_token:${id}`, ...refreshIndexes],
        ttl,
      ),
    revoke: (id: string) => this.call<number>('refresh_revoke', [`refresh_token:${id}`, ...refreshIndexes]),
    list: (user: string) =>
      this.call<[string, number, Flat][]>('refresh_list', [`user_refresh_tokens:${user}`]),
    revokeAll: (user: string, ...but: string[]) =>
      this.call<number>('refresh_revoke_all', [`user_refresh_tokens:${user}`, ...refreshIndexes], ...but),
  };

  readonly deletion = {
    issue: (id: string, user: string, ttl: string | number = '', ...fields: string[]) =>
      this.call<[number, string[]]>(
        'deletion_issue',
        [`deletion_token:${id}`, `user_deletion_tokens:${user}`, ...deletionIndexes],
        ttl,
        ...fields,
      ),
    get: (id: string) => this.call<Flat | null>('deletion_get', [`deletion_token:${id}`]),
    consume: (id: string) =>
      this.call<Flat | null>('deletion_consume', [`deletion_token:${id}`, ...deletionIndexes]),
    revokeAll: (user: string) =>
      this.call<number>('deletion_revoke_all', [`user_deletion_tokens:${user}`, ...deletionIndexes]),
  };

  /** A batch of cleanup, as the role `cleanup`. */
  cleanup(entries = 10_000, microseconds = 1_000_000): Promise<[number, number, number, number]> {
    return this.call('sessions_cleanup', upkeep, entries, microseconds);
  }

  /** The counts, as the role `cleanup`. */
  async stats(): Promise<Record<string, number>> {
    return fieldsOf(await this.call<Flat>('sessions_stats', upkeep)) as unknown as Record<string, number>;
  }
}
