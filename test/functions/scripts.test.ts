import type { RoleName } from '../../components/credentials/roles';
import { cleanupFunction, upkeepKeys } from '../../components/sessions/functions';
import { sessionLibrary } from '../../components/sessions/library';
import { Calls, newId } from './support/calls';
import { Authority } from './support/certificates';
import { Scripts } from './support/scripts';
import { passwordOf, RedisServer, settings } from './support/server';

const library = sessionLibrary(settings);
const authority = new Authority('the platform');
const tls = {
  clientCertificates: 'required',
  server: authority.server(),
  client: authority.client(),
} as const;

describe.each([
  ['in plaintext', undefined],
  ['over TLS', tls],
])('%s', (_, speaks) => {
  let server: RedisServer;
  let scripts: Scripts;

  beforeAll(async () => {
    server = await RedisServer.start(undefined, speaks);
    scripts = new Scripts();
  });
  afterAll(async () => {
    await server.remove();
    scripts.remove();
  });

  /** Runs a script as its pod does, as a role. */
  const run = (script: string, role: RoleName, ...args: string[]) =>
    scripts.run(
      script,
      '127.0.0.1',
      String(server.port),
      role,
      scripts.credentials(role, speaks?.client),
      ...args,
    );
  const deploy = (code = library.code, version = library.version, role: RoleName = 'deployer') =>
    run('deploy.sh', role, scripts.file('library.lua', code), version, '20');
  const cleanup = (seconds = '10', role: RoleName = 'cleanup') =>
    run('cleanup.sh', role, seconds, cleanupFunction, ...upkeepKeys);

  describe('deploy.sh', () => {
    test('loads the library byte by byte as it is, and once more without a change', async () => {
      const loaded = { code: 0, stdout: `sessions ${library.version}: 20 functions\n`, stderr: '' };
      expect(await deploy()).toEqual(loaded);
      expect(await deploy()).toEqual(loaded);
      const [found] = (await server.as('deployer').call('FUNCTION', 'LIST', 'WITHCODE')) as unknown[][];
      expect(found![found!.indexOf('library_code') + 1]).toBe(library.code);
    });

    test('fails on a library that Redis refuses, and the old one stays', async () => {
      const { code, stderr } = await deploy('#!lua name=sessions\nlocal =\n');
      expect(code).toBe(1);
      expect(stderr).toMatch(/^the library was not loaded: ERR Error compiling function/);
      expect((await deploy()).code).toBe(0);
    });

    test('fails when the functions are not of the version that was to be loaded', async () => {
      const { code, stderr } = await deploy(library.code, '0123456789');
      expect(code).toBe(1);
      expect(stderr).toMatch(/^0 of 20 functions have version 0123456789: /);
    });

    test('fails at once for a role that may not, and repeats no password', async () => {
      const { code, stdout, stderr } = await deploy(library.code, library.version, 'application');
      expect(code).toBe(1);
      expect(stderr).toMatch(/^the library was not loaded: NOPERM /);
      expect(stdout + stderr).not.toContain(passwordOf('application'));
    });
  });

  describe('cleanup.sh', () => {
    const application = () => new Calls(server.as('application'));

    test('takes out all that has expired, in as many calls as it needs, and writes its heartbeat', async () => {
      const index = server.as('admin');
      const expired = Array.from({ length: 25_000 }, (_, at) => ['1', `${newId()}u${at}`]).flat();
      await index.zadd('session_cleanup', ...expired);
      const id = newId();
      await application().session.create(id, 'alive');
      const before = Math.floor(Date.now() / 1000);

      expect(await cleanup()).toEqual({ code: 0, stdout: '25000 entries\n', stderr: '' });

      expect(await index.zrange('session_cleanup', '0', '-1')).toEqual([`${id}alive`]);
      expect(await index.get('maintenance:cleanup:removed')).toBe('25000');
      expect(Number(await index.get('maintenance:cleanup:last_success'))).toBeGreaterThanOrEqual(before);
    });

    test('ends when its time is over, and says that there may be more', async () => {
      expect(await cleanup('0')).toEqual({
        code: 0,
        stdout: '0 entries, and there may be more\n',
        stderr: '',
      });
    });

    test('fails when a call fails, and writes no heartbeat', async () => {
      const admin = server.as('admin');
      await admin.del('maintenance:cleanup:last_success');
      await admin.rename('session_cleanup', 'aside');
      await admin.set('session_cleanup', 'no sorted set');
      const { code, stderr } = await cleanup();
      await admin.rename('aside', 'session_cleanup');
      expect(code).toBe(1);
      expect(stderr).toMatch(/^cleanup failed after 0 entries: WRONGTYPE /);
      expect(await admin.exists('maintenance:cleanup:last_success')).toBe(0);
    });

    test('fails for a role that may not', async () => {
      const { code, stderr } = await cleanup('10', 'application');
      expect(code).toBe(1);
      expect(stderr).toMatch(/^cleanup failed after 0 entries: NOPERM /);
    });

    test('fails at once on a wrong password', async () => {
      await server.as('admin').call('ACL', 'SETUSER', 'probe', 'resetpass', '>another');
      const { code, stderr } = await cleanup('10', 'probe');
      expect(code).toBe(1);
      expect(stderr).toMatch(/^Redis refuses role probe: NOAUTH /);
    });
  });

  test('the scripts wait for a Redis that starts', async () => {
    await server.kill();
    const waiting = deploy();
    await new Promise((second) => setTimeout(second, 1500));
    await server.run();
    expect((await waiting).code).toBe(0);
  });
});
