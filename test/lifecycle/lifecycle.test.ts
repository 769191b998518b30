// The life of the platform as a whole; these tests stop it, break it and start it again, so they run alone and last.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { remains } from '../../local/cluster/cluster';
import { running } from '../../local/cluster/machine';
import { machines } from '../../local/cluster/topology';
import { client, command, devOutputs, eventually, tunnel } from '../cluster/support/platform';

jest.setTimeout(400_000);

const checkout = resolve(__dirname, '..', '..');
const make = (target: string) => command('make', ['--no-print-directory', ...target.split(' ')]);
const sysctl = (name: string) => readFileSync(`/proc/sys/${name}`, 'utf8').trim();
const setSysctl = (name: string, value: string) => writeFileSync(`/proc/sys/${name}`, value);
const last = () =>
  JSON.parse(readFileSync(join(checkout, 'results', 'up.json'), 'utf8')) as {
    seconds: number;
    steps: { name: string; seconds: number; outcome: string }[];
  };

async function session<T>(work: (redis: ReturnType<typeof client>) => Promise<T>): Promise<T> {
  const { redis, password } = await devOutputs();
  const way = await tunnel(redis.namespace, 'pod/redis-0', redis.port);
  const application = client(way.port, { username: redis.username, password });
  try {
    return await work(application);
  } finally {
    application.disconnect();
    way.close();
  }
}

async function passing(target: string): Promise<string> {
  const { code, text } = await make(target);
  if (code !== 0) throw new Error(`make ${target} ended with ${code}:\n${text}`);
  return text;
}

async function up(): Promise<string> {
  const text = await passing('up');
  expect(text).toContain('✔ a session was written');
  return text;
}

test('`make up` while up changes nothing and takes at most 20 s', async () => {
  await up();
  const begun = Date.now();
  const text = await up();
  const seconds = (Date.now() - begun) / 1000;
  console.info(`up while up: ${seconds.toFixed(1)} s`);
  expect(text).toMatch(/\d+ unchanged/);
  expect(
    last()
      .steps.filter(({ outcome }) => outcome === 'done')
      .map(({ name }) => name),
  ).toEqual(['metrics API', 'stack dev']);
  expect(seconds).toBeLessThanOrEqual(20);
});

test('a second checkout is told who holds the cluster', async () => {
  const other = mkdtempSync(join(tmpdir(), 'session-database-other-'));
  try {
    const copy = 'git ls-files -z --cached --others --exclude-standard | tar -c --null -T - | tar -x -C "$0"';
    execFileSync('sh', ['-c', copy, other], { cwd: checkout });
    symlinkSync(join(checkout, 'node_modules'), join(other, 'node_modules'));
    const { code, text } = await command('make', ['-C', other, '--no-print-directory', 'up']);
    expect(text).toContain(`the local cluster runs for the checkout ${checkout}`);
    expect(text).toContain(`make -C ${checkout} down`);
    expect(code).toBe(2);
    expect((await command('make', ['-C', other, '--no-print-directory', 'down'])).text).toContain(
      `belongs to ${checkout}`,
    );
    expect(machines.every((machine) => running(machine))).toBe(true);
  } finally {
    rmSync(other, { recursive: true });
  }
});

test('without root, or elsewhere, it says at once what is missing and what to do', async () => {
  const args = ['--reuid', '65534', '--clear-groups', join(checkout, 'local', 'bootstrap.sh'), 'cluster'];
  const { code, text } = await command('setpriv', args);
  expect(text).toContain('it must be run as root');
  expect(text).toContain('make up KUBECONFIG=/path/to/kubeconfig');
  expect(code).toBe(1);
});

test('after a power failure of the whole computer, `make up` goes on with the same sessions', async () => {
  await session((redis) => redis.hset('session:lifecycle-power', 'state', 'kept'));
  await new Promise((second) => setTimeout(second, 1500)); // the append-only file is synced every second
  for (const machine of machines) process.kill(running(machine)?.pid ?? -1, 'SIGKILL');
  await up();
  expect(await session((redis) => redis.hgetall('session:lifecycle-power'))).toEqual({ state: 'kept' });
});

test('an `up` that is killed while it deploys is taken up by the next', async () => {
  await passing('destroy');
  const child = spawn('make', ['--no-print-directory', 'up'], { cwd: checkout, detached: true });
  let seen = '';
  child.stdout.on('data', (text: Buffer) => (seen += text.toString()));
  await eventually('the StatefulSet is being created', 120, () =>
    Promise.resolve(seen.includes('StatefulSet redis-statefulset creating')),
  );
  process.kill(-(child.pid ?? NaN), 'SIGKILL');
  // The engine is in the same process group: it dies in the middle of its work, its lock stays.
  await up();
  expect(
    (
      await command('.platform/bin/pulumi', [
        'refresh',
        '--yes',
        '--skip-preview',
        '--expect-no-changes',
        '--stack',
        'dev',
      ])
    ).code,
  ).toBe(0);
});

test('`make down` leaves nothing of it in the kernel, and its data for the next start, within 90 s', async () => {
  await session((redis) => redis.hset('session:lifecycle-down', 'state', 'kept'));
  expect(await passing('down')).toContain('down; the data stay');
  expect(await remains()).toEqual([]);
  expect(existsSync('/run/session-database')).toBe(false);
  expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toMatch(
    /^\S*(kubelet|containerd|etcd|kube-apiserver) /m,
  );

  const begun = Date.now();
  await up();
  const seconds = (Date.now() - begun) / 1000;
  console.info(`from down to sessions served: ${seconds.toFixed(1)} s`);
  expect(seconds).toBeLessThanOrEqual(90);
  expect(await session((redis) => redis.hgetall('session:lifecycle-down'))).toEqual({ state: 'kept' });
});

test('`make down` puts back the kernel settings that the kubelets change, and can be run twice', async () => {
  await passing('down');
  const before = sysctl('kernel/panic');
  setSysctl('kernel/panic', '7');
  try {
    await passing('up');
    expect(sysctl('kernel/panic')).toBe('10');
    await passing('down');
    expect(sysctl('kernel/panic')).toBe('7');
    await passing('down');
  } finally {
    setSysctl('kernel/panic', before);
  }
});
