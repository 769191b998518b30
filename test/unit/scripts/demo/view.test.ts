import { callLines, clock, cut, fields, keyTable, several } from '../../../../scripts/demo/view';

const id = 'CayjyeYliqRAdErVl8Ls6_Y71tuRv5fZPk81kmkxU0A';

test('ids are cut wherever they stand, also before a user', () => {
  expect(cut(`session:${id} ${id}demo-2ad2fe`)).toBe('session:CayjyeYl… CayjyeYl…demo-2ad2fe');
  expect(cut('user_refresh_tokens:demo-2ad2fe refresh_token_cleanup')).toBe(
    'user_refresh_tokens:demo-2ad2fe refresh_token_cleanup',
  );
});

test('times are of the day, in UTC', () => {
  expect(clock(Date.UTC(2026, 0, 2, 3, 4, 5, 678))).toBe('03:04:05');
});

test('one thing, several things', () => {
  expect([several(0, 'key'), several(1, 'key'), several(2, 'key')]).toEqual(['0 keys', '1 key', '2 keys']);
});

test("the library's own times in a record are shown as times", () => {
  const created = String(Date.UTC(2026, 0, 2, 3, 4, 5) * 1000);
  expect(fields(['@user', 'u1', '@created', created, 'created', created])).toBe(
    `@user u1, @created 03:04:05, created ${created}`,
  );
});

test('a call is shown as it is typed, on two lines where it is long', () => {
  expect(callLines('session_get', [`session:${id}`], [])).toEqual(['FCALL session_get 1 session:CayjyeYl…']);
  expect(callLines('f', ['k'], ['300', 'x'])).toEqual(['FCALL f 1 k 300 x']);
  const keys = [`session:${id}`, 'user_sessions:demo-2ad2fe', 'session_cleanup', 'session_stats'];
  expect(callLines('session_create', keys, ['300', 'device', 'phone'])).toEqual([
    'FCALL session_create 4 session:CayjyeYl… user_sessions:demo-2ad2fe session_cleanup session_stats',
    '      300 device phone',
  ]);
});

test('keys are a table of what is new, other or gone', () => {
  const table = keyTable({
    changed: [
      { sign: '-', row: { key: 'user_sessions:u1', type: 'set', ttl: -1, content: [id] } },
      { sign: '-', row: { key: 'session_cleanup', type: 'zset', ttl: -1, content: [`${id}u1 03:04:05`] } },
      { sign: '+', row: { key: `session:${id}`, type: 'hash', ttl: 300, content: ['device phone'] } },
      { sign: '~', row: { key: 'refresh_token_cleanup', type: 'zset', ttl: -1, content: ['a', 'b'] } },
    ],
    same: 1,
  });
  expect(table).toEqual([
    '  key                    type  TTL    content',
    '- user_sessions:u1       set          gone',
    '- session_cleanup        zset         no entry of the user',
    '+ session:CayjyeYl…      hash  300 s  device phone',
    '~ refresh_token_cleanup  zset         a',
    '                                      b',
    '  1 other key as before',
  ]);
  expect(keyTable({ changed: [], same: 5 })).toEqual(['  5 keys, all as before']);
});
