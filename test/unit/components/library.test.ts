import { sessionLibrary, type SessionSettings } from '../../../components/sessions/library';

const settings: SessionSettings = {
  sessions: { ttl: 1, maxAge: 2, perUser: 3 },
  refreshTokens: { ttl: 4, maxAge: 5, perUser: 6 },
  deletionTokens: { ttl: 7, maxAge: 8, perUser: 9 },
  maxFields: 10,
  maxBytes: 11,
};

test("a stack's settings are constants of the library, below its name and version", () => {
  const { name, version, code } = sessionLibrary(settings);
  expect(name).toBe('sessions');
  expect(version).toMatch(/^[0-9a-f]{10}$/);
  expect(code.split('\n').slice(0, 9)).toEqual([
    '#!lua name=sessions',
    `local VERSION = '${version}'`,
    'local SETTINGS = {',
    '  session = { ttl = 1, max_age = 2, limit = 3 },',
    '  refresh = { ttl = 4, max_age = 5, limit = 6 },',
    '  deletion = { ttl = 7, max_age = 8, limit = 9 },',
    '  max_fields = 10,',
    '  max_bytes = 11,',
    '}',
  ]);
});

test('another setting is another version, the same settings the same', () => {
  const { version } = sessionLibrary(settings);
  expect(sessionLibrary({ ...settings })).toEqual(sessionLibrary(settings));
  expect(sessionLibrary({ ...settings, maxBytes: 12 }).version).not.toBe(version);
});
