import { json, webClient, webConfig, webLogin, webTls } from '../../../../components/monitoring/web';

const parsed = (text: string) => JSON.parse(text) as unknown;
const tlsOfClient = {
  ca_file: '/etc/session-database/tls/ca.crt',
  server_name: 'prometheus.sessions.svc',
  min_version: 'TLS12',
};

test('a server answers its one user only, whose password it knows by a hash', () => {
  expect(parsed(webConfig('$2a$10$hash', false))).toEqual({ basic_auth_users: { operator: '$2a$10$hash' } });
});

test('with TLS it speaks nothing else, and none of the old versions', () => {
  expect(parsed(webConfig('$2a$10$hash', true))).toEqual({
    basic_auth_users: { operator: '$2a$10$hash' },
    tls_server_config: {
      cert_file: '/etc/session-database/tls/tls.crt',
      key_file: '/etc/session-database/tls/tls.key',
      min_version: 'TLS12',
    },
  });
});

test('a client reads the password from a file, and with TLS trusts the own authorities for one name', () => {
  expect(webClient('prometheus.sessions.svc', false)).toEqual({
    basic_auth: { username: 'operator', password_file: '/etc/session-database/login/password' },
  });
  expect(webClient('prometheus.sessions.svc', true, '/elsewhere')).toEqual({
    basic_auth: { username: 'operator', password_file: '/elsewhere/password' },
    tls_config: tlsOfClient,
  });
});

test('a client that need not log in, or meets no TLS, is told the other half only', () => {
  expect(webLogin('/elsewhere')).toEqual({
    basic_auth: { username: 'operator', password_file: '/elsewhere/password' },
  });
  expect(webTls('prometheus.sessions.svc')).toEqual({ tls_config: tlsOfClient });
});

test('files end with a line feed', () => {
  expect(json({ a: [1] })).toBe('{\n  "a": [\n    1\n  ]\n}\n');
});
