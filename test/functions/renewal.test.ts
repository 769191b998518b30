import type { ChildProcess } from 'node:child_process';
import { Authority, type Files, mount } from './support/certificates';
import { clientOptions, shown } from './support/handshake';
import { Scripts } from './support/scripts';
import { RedisServer } from './support/server';

jest.setTimeout(60_000);

const first = new Authority('authority 1');
const second = new Authority('authority 2');

let server: RedisServer;
let scripts: Scripts;
let reloader: ChildProcess | undefined;
let told = '';

async function start(files: Files, client = first.client()): Promise<void> {
  server = await RedisServer.start(undefined, {
    clientCertificates: 'required',
    server: files,
    client,
  });
  scripts = new Scripts();
}

/** Starts the script that has Redis take up its files, as the sidecar runs it. */
function startReloader(): void {
  const args = [server.socket, 'reloader', scripts.credentials('reloader'), server.tlsFolder, '0.2'];
  told = '';
  reloader = scripts.start('reload.sh', ...args);
  for (const stream of [reloader.stdout!, reloader.stderr!])
    stream.on('data', (text: Buffer) => (told += text.toString()));
}

afterEach(async () => {
  reloader?.kill('SIGKILL');
  reloader = undefined;
  await server.remove();
  scripts.remove();
});

const eventually = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  const deadline = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not after 20 s; the script said: ${told}`);
    await new Promise((wait) => setTimeout(wait, 50));
  }
};

/** Replaces the server's files, and waits until it shows the certificate among them. */
async function renew(files: Files, client: Files): Promise<void> {
  mount(server.tlsFolder, files);
  // What it has until then may have expired.
  const leaf = () => shown(server.port, clientOptions(client)).catch(() => undefined);
  await eventually(async () => (await leaf()) === files['tls.crt']);
}

const probe = (kind: string, client: Files) => {
  const where = kind === 'liveness' ? server.socket : '127.0.0.1';
  return scripts.run(
    'probe.sh',
    kind,
    where,
    String(server.port),
    'probe',
    scripts.credentials('probe', client),
  );
};

test('renewal and another authority are taken up under load: no connection fails, and open ones go on', async () => {
  await start(first.server());
  startReloader();
  const old = server.connect('application', first.client());
  expect(await old.ping()).toBe('PONG');

  // What clients may have at the time: those that are late with a new Secret, and those that are not.
  let clients = [first.client()];
  let stop = false;
  let connections = 0;
  const failures: string[] = [];
  const worker = async (at: number) => {
    while (!stop) {
      const redis = server.connect('application', clients[(at + connections) % clients.length]);
      await redis.ping().then(
        () => (connections += 1),
        (error: Error) => failures.push(error.message),
      );
      redis.disconnect();
    }
  };
  const load = Array.from({ length: 4 }, (_, at) => worker(at));
  const more = async () => {
    const until = connections + 40;
    await eventually(() => connections >= until || failures.length > 0);
  };

  await more();
  // Renewed by the same authority.
  await renew(first.server(), clients[0]!);
  await more();
  // Another authority is trusted, first by the server and then by clients.
  await renew(first.server([first, second]), clients[0]!);
  await more();
  clients = [first.client(), first.client([first, second])];
  await more();
  // It signs, when all clients trust it; they get their certificates by it in their own time.
  clients = [first.client([first, second]), second.client([second, first])];
  await more();
  await renew(second.server([second, first]), clients[0]!);
  await more();
  // The old one is trusted no more, when no client has a certificate of it.
  clients = [second.client([second, first]), second.client()];
  await more();
  await renew(second.server(), clients[0]!);
  await more();
  stop = true;
  await Promise.all(load);

  expect(failures).toEqual([]);
  expect(connections).toBeGreaterThanOrEqual(280);
  expect(await old.ping()).toBe('PONG');
  await expect(server.connect('application', first.client([first, second])).ping()).rejects.toThrow();
});

test('an authority made anew with the same key stands in for the one before, in both directions', async () => {
  const renewed = first.renewed();
  expect(renewed.pem).not.toBe(first.pem);
  await start(renewed.server());
  for (const client of [first.client(), first.client([renewed]), renewed.client([first]), renewed.client()]) {
    const redis = server.connect('application', client);
    expect(await redis.ping()).toBe('PONG');
  }
});

test('a server whose certificate has expired is alive but not ready, and gets over it without a restart', async () => {
  const expired = first.server(undefined, { until: new Date(Date.now() - 60_000) });
  await start(expired);
  const client = first.client();
  expect(await probe('liveness', client)).toEqual({ code: 0, stdout: '', stderr: '' });
  const { code, stdout } = await probe('readiness', client);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^readiness: Could not connect .*certificate verify failed/);

  startReloader();
  await renew(first.server(), client);
  expect(await probe('readiness', client)).toEqual({ code: 0, stdout: '', stderr: '' });
});

test('probes find a server that trusts another authority than theirs not ready, but alive', async () => {
  await start(first.server());
  const { code } = await probe('readiness', second.client());
  expect(code).toBe(1);
  expect((await probe('liveness', second.client())).code).toBe(0);
});

describe('reload.sh', () => {
  test('keeps the old files while the new ones do not belong together, and takes them up when they do', async () => {
    const before = first.server();
    await start(before);
    startReloader();
    await eventually(() => told === 'certificates taken up\n');
    const next = first.server();
    mount(server.tlsFolder, { ...next, 'tls.key': before['tls.key'] });
    await eventually(() => told.includes('certificates not taken up: ERR CONFIG SET failed'));
    expect(await shown(server.port, clientOptions(first.client()))).toBe(before['tls.crt']);
    await renew(next, first.client());
  });

  test('waits for a Redis that starts, and ends at once when it is told to', async () => {
    await start(first.server());
    await server.kill();
    startReloader();
    await new Promise((wait) => setTimeout(wait, 500));
    expect(told).toBe('');
    await server.run();
    await eventually(() => told === 'certificates taken up\n');
    const ended = new Promise((done) => reloader!.once('exit', (code, signal) => done([code, signal])));
    reloader!.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    reloader = undefined;
  });
});
