import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { sleep, until } from '../../local/exec';
import { imageProgram } from './support/image';

const script = resolve(__dirname, '../../components/monitoring/run.sh');
const runs: Run[] = [];
let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'session-database-run-'));
  // The shell that the images of Prometheus and Alertmanager have, and what run.sh calls.
  mkdirSync(join(root, 'bin'));
  for (const applet of ['sh', 'sleep', 'readlink']) {
    symlinkSync(imageProgram('busybox').at(-1)!, join(root, 'bin', applet));
  }
});
afterEach(() => {
  for (const run of runs.splice(0)) run.end();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A server run by run.sh, with folders that hold files as the kubelet mounts them. */
class Run {
  readonly folder = mkdtempSync(join(root, 'of-'));
  readonly folders = ['config', 'receivers'].map((name) => join(this.folder, name));
  readonly ended: Promise<{ readonly code: number | null; readonly afterMs: number }>;
  log = '';
  private readonly process: ChildProcess;
  private from = Date.now();
  private versions = 0;

  /**
   * @param server - what the server does, as a shell script
   * @param seconds - how often it looks
   */
  constructor(path: string, server: string, seconds: number, ...args: string[]) {
    runs.push(this);
    for (const folder of this.folders) {
      mkdirSync(folder);
      this.put(folder);
    }
    const file = join(this.folder, 'server.sh');
    writeFileSync(file, server);
    this.process = spawn('sh', [script, String(seconds), ...this.folders, '--', 'sh', file, ...args], {
      env: { PATH: path },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.process.stdout!, this.process.stderr!]) {
      stream.on('data', (text: Buffer) => (this.log += text.toString()));
    }
    this.ended = new Promise((done) => {
      this.process.once('exit', (code) => done({ code, afterMs: Date.now() - this.from }));
    });
  }

  /** Puts other files in place: the link turns at once. */
  put(folder: string): void {
    const version = `..version-${++this.versions}`;
    mkdirSync(join(folder, version));
    symlinkSync(version, join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
  }

  said(line: string): number {
    return this.log.split('\n').filter((of) => of === line).length;
  }

  async says(line: string, times = 1): Promise<void> {
    await until(`"${line}" of the server`, 15, () => this.said(line) >= times, 50);
  }

  /** From now on, time counts. */
  terminate(): void {
    this.from = Date.now();
    this.process.kill('SIGTERM');
  }

  /** Ends what may be left of it: the group that it leads. */
  end(): void {
    try {
      process.kill(-this.process.pid!, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
}

// Says what it gets, and ends at SIGTERM only, with a status of its own.
const server = (status: number, atEnd = '') => `
trap 'echo HUP' HUP
trap '${atEnd} echo TERM; exit ${status}' TERM
echo "started: $*"
while :; do sleep 0.1; done
`;
const signalled = 'the configuration has changed: reading it anew';

describe.each([
  ["the machine's shell", () => '/usr/bin:/bin'],
  ["the image's shell", () => join(root, 'bin')],
])('run.sh in %s', (_, path) => {
  test('has the server read its files anew when a link ..data turns, once a change, and only then', async () => {
    const run = new Run(path(), server(0), 1);
    await run.says('started: ');
    // Longer than it takes to look twice; and what is no turned link is no change.
    writeFileSync(join(run.folders[0]!, 'other'), 'text');
    await sleep(2500);
    expect([run.said('HUP'), run.said(signalled)]).toEqual([0, 0]);
    for (const [at, folder] of run.folders.entries()) {
      run.put(folder);
      await run.says('HUP', at + 1);
    }
    await sleep(1500);
    expect([run.said('HUP'), run.said(signalled)]).toEqual([2, 2]);
  }, 60_000);

  test('passes SIGTERM on at once, waits for the server, and ends with its status', async () => {
    const run = new Run(path(), server(3, 'sleep 1;'), 10);
    await run.says('started: ');
    await sleep(500);
    run.terminate();
    const { code, afterMs } = await run.ended;
    expect([code, run.said('TERM'), run.said('HUP')]).toEqual([3, 1, 0]);
    expect(afterMs).toBeGreaterThan(900);
    // Not the rest of the time until it looks again.
    expect(afterMs).toBeLessThan(4000);
  }, 30_000);

  test.each([0, 7])(
    'ends soon after a server that ends by itself with %d, and with that status',
    async (status) => {
      const run = new Run(path(), `exit ${status}\n`, 1);
      const { code, afterMs } = await run.ended;
      expect(code).toBe(status);
      expect(afterMs).toBeLessThan(4000);
    },
    30_000,
  );

  test('gives the server its arguments as they are', async () => {
    const run = new Run(path(), server(0), 1, '--url=a b', '*');
    await run.says('started: --url=a b *');
    run.terminate();
    expect((await run.ended).code).toBe(0);
  }, 30_000);
});
