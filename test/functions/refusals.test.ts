import { Calls, newId } from './support/calls';
import { everything } from './support/consistency';
import { RedisServer } from './support/server';

let server: RedisServer;
let calls: Calls;
const admin = () => server.as('admin');
const id = newId();
const taken = newId();

beforeAll(async () => {
  server = await RedisServer.start();
  await server.load();
  calls = new Calls(server.as('application'));
  await calls.session.create(taken, 'known', '', 'device', 'phone');
  await calls.refresh.issue(taken, 'known');
  await calls.deletion.issue(taken, 'known');
});
afterAll(() => server.remove());

const long = 'x'.repeat(10_000);
const indexes = ['session_cleanup', 'session_stats'];
const create = (key: string, user: string, more = indexes) => [
  `session:${key}`,
  `user_sessions:${user}`,
  ...more,
];

type Case = [what: string, error: RegExp, name: string, keys: (string | Buffer)[], args: (string | Buffer)[]];
const cases: Case[] = [
  [
    'no keys',
    /^BADKEY expected 4 keys: of the new record, of the user, of cleanup, session_stats$/,
    'session_create',
    [],
    [],
  ],
  ['no keys to read', /^BADKEY expected 1 key: of the record$/, 'session_get', [], []],
  ['too few keys', /^BADKEY expected 4 keys/, 'session_create', create(id, 'u').slice(0, 3), ['']],
  ['too many keys', /^BADKEY expected 1 key/, 'session_get', [`session:${id}`, `session:${taken}`], []],
  [
    'keys in another order',
    /^BADKEY expected session: and the SHA-256/,
    'session_create',
    [`user_sessions:u`, `session:${id}`, ...indexes],
    [''],
  ],
  [
    "another kind's index",
    /^BADKEY expected the key session_cleanup/,
    'session_create',
    create(id, 'u', ['refresh_token_cleanup', 'session_stats']),
    [''],
  ],
  ["another kind's record", /^BADKEY expected session: /, 'session_get', [`refresh_token:${taken}`], []],
  [
    "another kind's user",
    /^BADKEY expected user_sessions: /,
    'session_create',
    [`session:${id}`, 'user_refresh_tokens:u', ...indexes],
    [''],
  ],
  [
    'an index in place of the statistics',
    /^BADKEY expected the key session_stats/,
    'session_create',
    create(id, 'u', ['session_cleanup', 'session_cleanup']),
    [''],
  ],
  [
    'a key of an index with a wrong tag',
    /^BADKEY expected the key session_cleanup/,
    'session_create',
    create(id, 'u', ['session_cleanup:{x}', 'session_stats']),
    [''],
  ],
  [
    'the token itself instead of its SHA-256',
    /^BADKEY .*SHA-256 of the token in base64url, 43 characters$/,
    'session_get',
    ['session:0f8fad5b-d9cb-469f-a165-70867728950e'],
    [],
  ],
  ['an id in hexadecimal', /^BADKEY .*43 characters/, 'session_get', [`session:${'0'.repeat(64)}`], []],
  ['an id in ordinary base64', /^BADKEY /, 'session_get', [`session:${id.slice(0, 42)}+`], []],
  [
    'an id with binary bytes',
    /^BADKEY /,
    'session_get',
    [Buffer.concat([Buffer.from('session:'), Buffer.alloc(43, 0xff)])],
    [],
  ],
  ['an id with a null byte', /^BADKEY /, 'session_get', [`session:${id.slice(0, 42)}\0`], []],
  ['an id of 10,000 characters', /^BADKEY /, 'session_create', create(long, 'u'), ['']],
  ['an empty id', /^BADKEY /, 'session_create', create('', 'u'), ['']],
  [
    'no user',
    /^BADKEY expected user_sessions: and a user of 1 to 256 bytes$/,
    'session_create',
    create(id, ''),
    [''],
  ],
  ['a user of 257 bytes', /^BADKEY .*1 to 256 bytes$/, 'session_create', create(id, 'u'.repeat(257)), ['']],
  ['a user of 10,000 characters to list', /^BADKEY /, 'session_list', [`user_sessions:${long}`], []],
  ['no arguments', /^BADARG expected a TTL, and fields$/, 'session_create', create(id, 'u'), []],
  ['a field without a value', /^BADARG fields are pairs/, 'session_create', create(id, 'u'), ['', 'device']],
  [
    'a reserved name',
    /^BADFIELD names of fields may not begin with @$/,
    'session_create',
    create(id, 'u'),
    ['', '@user', 'admin'],
  ],
  ['a reserved name to set', /^BADFIELD /, 'session_update', [`session:${taken}`], ['@user', 'admin']],
  ['a reserved name to remove', /^BADFIELD /, 'session_unset', [`session:${taken}`], ['@user']],
  ['no fields to set', /^BADARG expected fields$/, 'session_update', [`session:${taken}`], []],
  ['no fields to remove', /^BADARG expected names of fields$/, 'session_unset', [`session:${taken}`], []],
  [
    '31 fields',
    /^TOOLARGE at most 30 fields and 16384 bytes/,
    'session_create',
    create(id, 'u'),
    ['', ...Array.from({ length: 31 }, (_, at) => [`f${at}`, '']).flat()],
  ],
  [
    '30 more fields',
    /^TOOLARGE /,
    'session_update',
    [`session:${taken}`],
    Array.from({ length: 30 }, (_, at) => [`f${at}`, '']).flat(),
  ],
  [
    '10,000 fields',
    /^TOOLARGE /,
    'session_update',
    [`session:${taken}`],
    Array.from({ length: 20_000 }, () => 'x'),
  ],
  [
    'an oversized value',
    /^TOOLARGE .*16384 bytes/,
    'session_create',
    create(id, 'u'),
    ['', 'f', Buffer.alloc(16_384)],
  ],
  ['an oversized name', /^TOOLARGE /, 'session_create', create(id, 'u'), ['', Buffer.alloc(16_385, 'x'), '']],
  [
    'an oversized value to add',
    /^TOOLARGE /,
    'session_update',
    [`session:${taken}`],
    ['f', 'x'.repeat(16_380)],
  ],
  ['an id that is taken', /^EXISTS /, 'session_create', create(taken, 'u'), ['']],
  [
    'an unknown session to change',
    /^NOTFOUND there is no such session$/,
    'session_update',
    [`session:${id}`],
    ['a', 'b'],
  ],
  [
    'an argument too many to read',
    /^BADARG expected no arguments$/,
    'session_get',
    [`session:${taken}`],
    ['x'],
  ],
  [
    'an argument too many to end',
    /^BADARG expected no arguments$/,
    'session_revoke',
    [`session:${taken}`, ...indexes],
    ['x'],
  ],
  [
    'an argument too many to consume',
    /^BADARG /,
    'deletion_consume',
    [`deletion_token:${taken}`, 'deletion_token_cleanup', 'session_stats'],
    ['x'],
  ],
  ['an argument too many to list', /^BADARG /, 'session_list', ['user_sessions:known'], ['x']],
  [
    'no TTL to touch with',
    /^BADARG expected a TTL$/,
    'session_touch',
    [`session:${taken}`, 'session_cleanup'],
    [],
  ],
  [
    'no TTL to rotate with',
    /^BADARG expected a TTL$/,
    'refresh_rotate',
    [`refresh_token:${taken}`, `refresh_token:${id}`, 'refresh_token_cleanup', 'session_stats'],
    [],
  ],
  [
    'two ids to keep',
    /^BADARG expected nothing, or the id of the one to keep$/,
    'session_revoke_all',
    ['user_sessions:known', ...indexes],
    [taken, id],
  ],
  [
    'an id to keep that is none',
    /^BADKEY /,
    'session_revoke_all',
    ['user_sessions:known', ...indexes],
    ['x'],
  ],
  [
    'a token to rotate that never was',
    /^NOTFOUND /,
    'refresh_rotate',
    [`refresh_token:${id}`, `refresh_token:${newId()}`, 'refresh_token_cleanup', 'session_stats'],
    [''],
  ],
];
const ttls = [
  '0',
  '-1',
  '+5',
  '1.5',
  '1e3',
  '0x10',
  ' 5',
  '5 ',
  'NaN',
  'inf',
  '2592001',
  '9999999999',
  '9'.repeat(400),
  'forever',
  '\0',
  '٣',
];

test.each([
  ...cases,
  ...ttls.flatMap((ttl): Case[] => [
    [
      `the TTL ${JSON.stringify(ttl.slice(0, 12))}`,
      /^BADTTL expected whole seconds from 1 to 2592000, or an empty text for the default$/,
      'session_create',
      create(id, 'u'),
      [ttl],
    ],
    [
      `the TTL ${JSON.stringify(ttl.slice(0, 12))} to touch with`,
      /^BADTTL /,
      'session_touch',
      [`session:${taken}`, 'session_cleanup'],
      [ttl],
    ],
  ]),
])('%s: a clear error, and nothing changed', async (_, error, name, keys, args) => {
  const before = await everything(admin());
  await expect(calls.call(name, keys, ...args)).rejects.toThrow(error);
  expect(await everything(admin())).toEqual(before);
});

test('what is just within the bounds is taken', async () => {
  const user = 'u'.repeat(256);
  await calls.session.create(
    newId(),
    user,
    30 * 86_400,
    ...Array.from({ length: 30 }, (_, at) => [`f${at}`, '']).flat(),
  );
  await calls.session.create(newId(), user, '1', 'f', 'x'.repeat(16_383));
  expect(await calls.session.list(user)).toHaveLength(2);
  await calls.session.revokeAll(user);
});
