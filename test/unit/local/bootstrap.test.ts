import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeAtomic } from '../../../local/files';

const root = join(__dirname, '..', '..', '..');
const helpers = [
  'sh',
  'dirname',
  'cat',
  'cut',
  'date',
  'head',
  'mkdir',
  'printf',
  'sed',
  'sha256sum',
  'sort',
];

let checkout: string;
let bin: string;
let npmRan: string;

/** Puts an executable on the PATH that prints `output`; undefined takes it away. */
function fake(name: string, output: string | undefined): void {
  rmSync(join(bin, name), { force: true });
  if (output !== undefined) writeAtomic(join(bin, name), `#!/bin/sh\necho '${output}'\n`, 0o755);
}

// Only what is named here is on the PATH, so that nothing of this computer decides.
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'bootstrap-'));
  bin = join(checkout, 'fakes');
  npmRan = join(checkout, 'npm-ran');
  mkdirSync(bin);
  for (const name of [...helpers, 'tail', 'tr']) {
    const place = ['/usr/bin', '/bin'].map((folder) => join(folder, name)).find(existsSync);
    symlinkSync(place ?? '', join(bin, name));
  }
  mkdirSync(join(checkout, 'local'));
  mkdirSync(join(checkout, 'node_modules'));
  cpSync(join(root, 'local', 'bootstrap.sh'), join(checkout, 'local', 'bootstrap.sh'));
  writeAtomic(join(checkout, 'package-lock.json'), '{}');
  fake('uname', 'Linux');
  fake('id', '0');
  fake('apt-get', '');
  fake('node', 'v20.19.0');
  fake('go', 'go1.26.0');
  npm('exit 0');
});
afterEach(() => rmSync(checkout, { recursive: true }));

const npm = (script: string) =>
  writeAtomic(join(bin, 'npm'), `#!/bin/sh\necho "$*" >> '${npmRan}'\n${script}\n`, 0o755);
const npmCalls = () => (existsSync(npmRan) ? readFileSync(npmRan, 'utf8').trim().split('\n') : []);

function bootstrap(...args: string[]) {
  const script = join(checkout, 'local', 'bootstrap.sh');
  const { status, stdout, stderr } = spawnSync('/bin/sh', [script, ...args], {
    env: { PATH: bin },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const needs = {
  linux: 'the embedded Kubernetes runs on Linux only; this is Darwin',
  root: 'the embedded Kubernetes makes namespaces and cgroups, for which it must be run as root',
  apt: 'the embedded Kubernetes takes its packages from Debian, and apt-get is not here',
  node: 'Node.js 20.19 or newer is needed, and node is not here',
  oldNode: 'Node.js 20.19 or newer is needed; this is v20.9.1',
  go: 'Go 1.26 or newer is needed to build the engine and the cluster, and go is not here',
  oldGo: 'Go 1.26 or newer is needed; this is go1.9.7',
};
const hint = 'With a Kubernetes of your own, none of this is needed: make up KUBECONFIG=/path/to/kubeconfig';
const refusal = (problems: readonly string[], last: string) =>
  `This machine cannot do it:\n${problems.map((problem) => `  - ${problem}\n`).join('')}${last}\n`;

const breaks: Record<keyof typeof needs, () => void> = {
  linux: () => fake('uname', 'Darwin'),
  root: () => fake('id', '1000'),
  apt: () => fake('apt-get', undefined),
  node: () => fake('node', undefined),
  oldNode: () => fake('node', 'v20.9.1'),
  go: () => fake('go', undefined),
  oldGo: () => fake('go', 'go1.9.7'),
};

describe('a machine that has what the cluster needs', () => {
  it('gets the npm packages, once', () => {
    const first = bootstrap('cluster');
    expect(first.stderr).toBe('');
    expect(first.status).toBe(0);
    expect(first.stdout).toMatch(/^ {2}… npm packages \(package-lock.json\)\n {2}✔ npm packages, \d+ s\n$/);
    expect(bootstrap('cluster')).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(npmCalls()).toEqual(['ci --no-audit --no-fund --loglevel=error']);
  });

  it('gets them again when the lock file has changed', () => {
    bootstrap();
    writeAtomic(join(checkout, 'package-lock.json'), '{"changed": true}');
    bootstrap();
    expect(npmCalls()).toHaveLength(2);
  });

  it('gets them again after npm failed, and is told its last words and where the log is', () => {
    npm('echo "npm error 404"; exit 1');
    const failed = bootstrap();
    const log = join(checkout, '.platform', 'logs', 'npm.log');
    expect(failed.status).toBe(1);
    expect(failed.stderr).toBe(
      `npm error 404\n✖ npm ci failed; the whole log: ${log}. Run the same command again.\n`,
    );
    expect(readFileSync(log, 'utf8')).toBe('npm error 404\n');
    npm('exit 0');
    expect(bootstrap().status).toBe(0);
    expect(npmCalls()).toHaveLength(2);
  });

  it.each([
    ['v20.19.0', 'go1.26.0'],
    ['v22.1.0', 'go1.26.8'],
    ['v100.0.0', 'go1.100.0'],
  ])('may have Node.js %s and %s', (node, go) => {
    fake('node', node);
    fake('go', go);
    expect(bootstrap('cluster').status).toBe(0);
  });
});

describe('a machine that lacks something', () => {
  it.each(Object.keys(needs) as (keyof typeof needs)[])('is refused for it: %s', (what) => {
    breaks[what]();
    expect(bootstrap('cluster')).toEqual({
      status: 1,
      stdout: '',
      stderr: refusal([needs[what]], hint),
    });
    expect(npmCalls()).toEqual([]);
  });

  it('is told of everything at once', () => {
    const all = ['linux', 'root', 'apt', 'oldNode', 'go'] as const;
    for (const what of all) breaks[what]();
    expect(bootstrap('cluster').stderr).toBe(
      refusal(
        all.map((what) => needs[what]),
        hint,
      ),
    );
    expect(npmCalls()).toEqual([]);
  });

  it('may be no Linux, without root and without Debian, where the cluster is the user’s own', () => {
    for (const what of ['linux', 'root', 'apt'] as const) breaks[what]();
    expect(bootstrap().status).toBe(0);
  });

  it('is not sent to a cluster of its own for what is needed there, too', () => {
    breaks.oldNode();
    breaks.oldGo();
    expect(bootstrap()).toEqual({
      status: 1,
      stdout: '',
      stderr: refusal([needs.oldNode, needs.oldGo], ''),
    });
    expect(npmCalls()).toEqual([]);
  });
});
