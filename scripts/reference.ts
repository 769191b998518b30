import type { applicationFunctions } from '../components/sessions/functions';

/** A name of a function that applications call. */
export type FunctionName = (typeof applicationFunctions)[number];

/** How a function is called, as docs/connecting.md tells it. */
export interface Call {
  /** Keys in their order. */
  readonly keys: readonly string[];
  /** Arguments after the keys; those in brackets may be left out, `…` repeats the ones before. */
  readonly args: string;
  readonly reply: string;
  /** Error codes beside those that every function has. */
  readonly errors: readonly Code[];
}

const record = 'name, value, …';
const created = 'end in ms, ids that went for the limit';
const listed = 'of each, oldest first: id, end in ms, fields';
const end = (of: string) => [`${of}_cleanup`, 'session_stats'];

const session = 'session:{id}';
const sessionsOf = 'user_sessions:{user}';
const refresh = 'refresh_token:{id}';
const refreshOf = 'user_refresh_tokens:{user}';
const deletion = 'deletion_token:{id}';
const deletionsOf = 'user_deletion_tokens:{user}';

/** Every function that applications call. */
export const calls: Readonly<Record<FunctionName, Call>> = {
  session_create: {
    keys: [session, sessionsOf, ...end('session')],
    args: 'ttl [name value …]',
    reply: created,
    errors: ['EXISTS', 'BADTTL', 'BADFIELD', 'TOOLARGE'],
  },
  session_get: { keys: [session], args: '', reply: `${record} or nil`, errors: [] },
  session_touch: {
    keys: [session, 'session_cleanup'],
    args: 'ttl',
    reply: `${record} or nil`,
    errors: ['BADTTL'],
  },
  session_update: {
    keys: [session],
    args: 'name value …',
    reply: 'how many fields are new',
    errors: ['NOTFOUND', 'BADFIELD', 'TOOLARGE'],
  },
  session_unset: {
    keys: [session],
    args: 'name …',
    reply: 'how many fields there were',
    errors: ['NOTFOUND', 'BADFIELD', 'TOOLARGE'],
  },
  session_revoke: {
    keys: [session, ...end('session')],
    args: '',
    reply: '1, or 0: there was none',
    errors: [],
  },
  session_list: { keys: [sessionsOf], args: '', reply: listed, errors: [] },
  session_revoke_all: {
    keys: [sessionsOf, ...end('session')],
    args: '[id to keep]',
    reply: 'how many there were',
    errors: [],
  },
  refresh_issue: {
    keys: [refresh, refreshOf, ...end('refresh_token')],
    args: 'ttl [name value …]',
    reply: created,
    errors: ['EXISTS', 'BADTTL', 'BADFIELD', 'TOOLARGE'],
  },
  refresh_get: { keys: [refresh], args: '', reply: `${record} or nil`, errors: [] },
  refresh_rotate: {
    keys: [refresh, 'refresh_token:{new id}', ...end('refresh_token')],
    args: 'ttl',
    reply: `end in ms, fields`,
    errors: ['REUSED', 'NOTFOUND', 'EXISTS', 'BADTTL'],
  },
  refresh_revoke: {
    keys: [refresh, ...end('refresh_token')],
    args: '',
    reply: '1, or 0: there was none',
    errors: [],
  },
  refresh_list: { keys: [refreshOf], args: '', reply: listed, errors: [] },
  refresh_revoke_all: {
    keys: [refreshOf, ...end('refresh_token')],
    args: '[id to keep]',
    reply: 'how many there were',
    errors: [],
  },
  deletion_issue: {
    keys: [deletion, deletionsOf, ...end('deletion_token')],
    args: 'ttl [name value …]',
    reply: created,
    errors: ['EXISTS', 'BADTTL', 'BADFIELD', 'TOOLARGE'],
  },
  deletion_get: { keys: [deletion], args: '', reply: `${record} or nil`, errors: [] },
  deletion_consume: {
    keys: [deletion, ...end('deletion_token')],
    args: '',
    reply: `${record} or nil`,
    errors: [],
  },
  deletion_revoke_all: {
    keys: [deletionsOf, ...end('deletion_token')],
    args: '[id to keep]',
    reply: 'how many there were',
    errors: [],
  },
};

/** Error codes of the session functions, each with when it comes and what to do. */
export const codes = {
  REUSED: [
    'the refresh token was rotated before; its family is revoked',
    'sign the user in again; report it: a token was stolen, or a client rotates twice',
  ],
  NOTFOUND: ['there is no such session or token', 'sign the user in again'],
  EXISTS: [
    'there is a record with this id already',
    'after a lost connection: it has arrived. Otherwise make another token',
  ],
  BADKEY: ['a key is missing, in the wrong place or not of its form', 'mend the call'],
  BADARG: ['an argument is missing or too many', 'mend the call'],
  BADTTL: [
    'the TTL is no whole number from 1 to the greatest age',
    'mend the call, or raise `maxAgeSeconds`; an empty text is the default',
  ],
  BADFIELD: ["a field's name begins with @", 'take another name: those are of the library'],
  TOOLARGE: ['more fields or bytes than the stack allows', 'store less, or raise `maxFields`, `maxBytes`'],
  WRONGTYPE: [
    'a key holds something that the library did not write',
    'find who writes to it, and remove the key',
  ],
  NOPERM: ['the role may not do this', 'connect as `application`; it may call these functions only'],
  OOM: ['the memory for data is full', 'raise `redis.maxmemory`; reading, revoking and cleanup still work'],
  READONLY: ['this node is a replica', 'connect to the master'],
  NOREPLICAS: ['too few replicas are in touch', 'try again; look at the replicas'],
  MISCONF: ['Redis cannot save its data', 'look at its volume and its log'],
  FAULT: ['the library failed', "read the server's log, and report it"],
} as const satisfies Readonly<Record<string, readonly [when: string, action: string]>>;

/** A code of an error reply: its first word. */
export type Code = keyof typeof codes;
