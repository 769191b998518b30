import type Redis from 'ioredis';
import { Authority, type Files } from './support/certificates';
import { attempt, attemptPlain, clientOptions } from './support/handshake';
import { RedisServer } from './support/server';

const authority = new Authority('the platform');
const foreign = new Authority('another');
const past = new Date(Date.now() - 60_000);

let server: RedisServer;
let lenient: RedisServer;
beforeAll(async () => {
  const files = { server: authority.server(), client: authority.client() };
  server = await RedisServer.start(undefined, { clientCertificates: 'required', ...files });
  lenient = await RedisServer.start(undefined, { clientCertificates: 'optional', ...files });
});
afterAll(async () => {
  await server.remove();
  await lenient.remove();
});

const as = (files: Partial<Files>, more = {}) => attempt(server.port, { ...clientOptions(files), ...more });
const { 'ca.crt': ca } = authority.client();
const withTrust = (files: Files): Files => ({ ...files, 'ca.crt': ca });

describe('Redis with TLS', () => {
  test('serves a client with a good certificate', async () => {
    expect(await as(authority.client())).toBe('NOAUTH');
    expect(await server.as('application').ping()).toBe('PONG');
  });

  test('refuses plaintext', async () => {
    const said = await attemptPlain(server.port);
    expect(said).not.toMatch(/PONG|NOAUTH|ERR/);
  });

  test('is not believed by a client that trusts another authority only', async () => {
    expect(await as({ ...authority.client(), 'ca.crt': foreign.pem })).toBe('SELF_SIGNED_CERT_IN_CHAIN');
  });

  test.each([
    ["another authority's", withTrust(foreign.client()), 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA'],
    ['an expired', authority.client(undefined, { until: past }), 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED'],
    ['no', { 'ca.crt': ca }, 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'],
  ])('refuses a client with %s certificate', async (_, files, code) => {
    expect(await as(files)).toBe(code);
  });

  test("takes a server's certificate from a peer, and no client's from a server", async () => {
    expect(await as(authority.server())).toBe('NOAUTH');
    const pretender = await RedisServer.start(undefined, {
      clientCertificates: 'required',
      server: authority.client(),
      client: authority.client(),
    });
    expect(await attempt(pretender.port, clientOptions(authority.client()))).toBe('INVALID_PURPOSE');
    await pretender.remove();
  });

  test.each(['TLSv1', 'TLSv1.1'] as const)('refuses %s', async (version) => {
    const old = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' };
    expect(await as(authority.client(), old)).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('speaks %s', async (version) => {
    expect(await as(authority.client(), { minVersion: version, maxVersion: version })).toBe('NOAUTH');
  });

  test.each([
    'localhost',
    'redis',
    'redis.sessions',
    'redis.sessions.svc',
    'redis.sessions.svc.cluster.local',
    'redis-0.redis-nodes.sessions.svc',
    'redis-7.redis-nodes.sessions.svc.cluster.local',
  ])('is %s', async (servername) => {
    expect(await as(authority.client(), { servername })).toBe('NOAUTH');
  });

  test.each(['redis.others.svc', 'redis-nodes.sessions.svc', 'sessions.svc'])(
    'is not %s',
    async (servername) => {
      expect(await as(authority.client(), { servername })).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    },
  );
});

describe('where client certificates are optional', () => {
  const optional = (files: Partial<Files>) => attempt(lenient.port, clientOptions(files));

  test('a client without one is served', async () => {
    expect(await optional({ 'ca.crt': ca })).toBe('NOAUTH');
  });

  test('one that is shown must be good', async () => {
    expect(await optional(withTrust(foreign.client()))).toBe('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA');
    expect(await optional(authority.client(undefined, { until: past }))).toBe(
      'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED',
    );
  });

  test('plaintext is refused', async () => {
    expect(await attemptPlain(lenient.port)).not.toMatch(/PONG|NOAUTH|ERR/);
  });
});

describe('the reloader', () => {
  let reloader: Redis;
  beforeAll(() => {
    reloader = server.as('reloader');
  });

  test.each([
    ['CONFIG', 'GET', '*'],
    ['CONFIG', 'REWRITE'],
    ['ACL', 'LIST'],
    ['ACL', 'LOAD'],
    ['GET', 'session:x'],
    ['FLUSHALL'],
    ['SHUTDOWN'],
    ['REPLICAOF', 'somewhere', '6379'],
    ['MODULE', 'LIST'],
  ])('may not %s %s', async (command, ...args) => {
    await expect(reloader.call(command, ...args)).rejects.toThrow(/^NOPERM /);
  });

  test.each(['dir', 'dbfilename', 'aclfile', 'enable-debug-command', 'enable-protected-configs'])(
    'may not set %s, which would let it out of the server',
    async (parameter) => {
      const refused = /can't set (protected|immutable) config/;
      await expect(reloader.config('SET', parameter, 'x')).rejects.toThrow(refused);
    },
  );
});
