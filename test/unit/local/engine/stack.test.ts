import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { deploy, destroy, outputs, selectStack, stackExists, stacks } from '../../../../local/engine/stack';
import { writeAtomic } from '../../../../local/files';
import { grafanaImage } from '../../../../local/images/given';
import { checkout, paths } from '../../../../local/paths';
import type * as Support from '../support/paths';

jest.mock('../../../../local/paths', () =>
  jest.requireActual<typeof Support>('../support/paths').temporaryPaths(),
);

const calls = join(checkout, '..', 'calls');
const state = join(paths.states, '.pulumi', 'stacks', 'shop', 'dev.json');
const locks = join(paths.states, '.pulumi', 'locks', 'organization', 'shop', 'dev');
const settings = { config: { 'shop:environment': 'dev' } };
const options = { stack: 'dev', kubeconfig: '/own/kubeconfig' };
const common = `--stack dev --cwd ${paths.project} --non-interactive`;

// Stands for the engine: notes what it was called with, and makes a state as `stack init` does.
const fakeEngine = `#!/bin/sh
echo "$*" >> '${calls}'
echo "line of $1"
case "$*" in
  "stack init"*) mkdir -p '${join(state, '..')}'; echo '{"checkpoint":{}}' > '${state}' ;;
  "stack output"*) exit 1 ;;
esac
`;

const called = () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []);
const writeState = (checkpoint: object) => writeAtomic(state, JSON.stringify({ checkpoint }));
const project = (file: string) => parse(readFileSync(join(paths.project, file), 'utf8')) as object;

beforeEach(() => {
  for (const folder of [calls, paths.states, paths.project, paths.logs]) {
    rmSync(folder, { recursive: true, force: true });
  }
  writeAtomic(join(paths.engineHome, 'bin', 'pulumi'), fakeEngine, 0o755);
  writeAtomic(
    join(checkout, 'Pulumi.yaml'),
    stringify({ name: 'shop', runtime: 'nodejs', main: 'index.ts' }),
  );
  writeAtomic(join(checkout, 'Pulumi.dev.yaml'), stringify(settings));
});

describe('the project that the engine works on', () => {
  it('is the checkout’s program with the checkout’s settings', async () => {
    await selectStack(options);
    expect(project('Pulumi.yaml')).toEqual({ name: 'shop', runtime: 'nodejs', main: checkout });
    expect(project('Pulumi.dev.yaml')).toEqual(settings);
  });

  it('follows the checkout’s settings and keeps the salt, which the checkout never gets', async () => {
    await selectStack(options);
    const salted = { ...settings, encryptionsalt: 'v1:salt' };
    writeAtomic(join(paths.project, 'Pulumi.dev.yaml'), stringify(salted));
    const changed = { config: { 'shop:environment': 'dev', 'shop:namespace': 'other' } };
    writeAtomic(join(checkout, 'Pulumi.dev.yaml'), stringify(changed));
    await selectStack(options);
    expect(project('Pulumi.dev.yaml')).toEqual({ ...changed, encryptionsalt: 'v1:salt' });
    expect(readFileSync(join(checkout, 'Pulumi.dev.yaml'), 'utf8')).toBe(stringify(changed));
  });

  it('is laid out for a stack without any settings', async () => {
    writeAtomic(join(checkout, 'Pulumi.dev.yaml'), '');
    await selectStack(options);
    expect(project('Pulumi.dev.yaml')).toEqual({});
  });

  it('has the stacks that the checkout has settings for, and no other', async () => {
    writeAtomic(join(checkout, 'Pulumi.prod.yaml'), '');
    expect(stacks().sort()).toEqual(['dev', 'prod']);
    rmSync(join(checkout, 'Pulumi.prod.yaml'));
    await expect(selectStack({ ...options, stack: 'prod' })).rejects.toThrow(
      'there is no stack prod: Pulumi.prod.yaml is missing; the stacks are dev',
    );
    expect(called()).toEqual([]);
  });
});

describe('on the embedded cluster, which cannot build Grafana', () => {
  const own = { ...options, kubeconfig: paths.kubeconfig };
  const monitoring = { mode: 'bundled', grafana: { cpu: '50m' }, receivers: [{ name: 'office' }] };
  const watched = { config: { 'shop:environment': 'dev', 'shop:monitoring': monitoring } };
  afterEach(() => {
    rmSync(grafanaImage.archivePath, { force: true });
    for (const file of readdirSync(paths.project)) rmSync(join(paths.project, file));
  });

  it('a stack has none, and all else that it says of monitoring', async () => {
    writeAtomic(join(checkout, 'Pulumi.dev.yaml'), stringify(watched));
    await selectStack(own);
    expect(project('Pulumi.dev.yaml')).toEqual({
      config: {
        'shop:environment': 'dev',
        'shop:monitoring': { ...monitoring, grafana: { cpu: '50m', enabled: false } },
      },
    });
    expect(readFileSync(join(checkout, 'Pulumi.dev.yaml'), 'utf8')).toBe(stringify(watched));
  });

  it('a stack that says nothing has none, either', async () => {
    await selectStack(own);
    expect(project('Pulumi.dev.yaml')).toEqual({
      config: { 'shop:environment': 'dev', 'shop:monitoring': { grafana: { enabled: false } } },
    });
  });

  it('a stack has it where a person gave its image', async () => {
    writeAtomic(join(checkout, 'Pulumi.dev.yaml'), stringify(watched));
    writeAtomic(grafanaImage.archivePath, 'as docker save writes it');
    await selectStack(own);
    expect(project('Pulumi.dev.yaml')).toEqual(watched);
  });
});

describe('a stack', () => {
  it('is made when it has no state, once', async () => {
    expect(stackExists('dev')).toBe(false);
    await selectStack(options);
    await selectStack(options);
    expect(stackExists('dev')).toBe(true);
    expect(called()).toEqual([`stack init --secrets-provider passphrase ${common}`]);
  });

  it('is freed of the lock of an engine that was killed', async () => {
    writeState({});
    // Above what the kernel gives out.
    writeAtomic(join(locks, 'dead.json'), JSON.stringify({ pid: 2 ** 22 + 1 }));
    await selectStack(options);
    expect(readdirSync(locks)).toEqual([]);
  });

  it('is left to the engine that is at work on it', async () => {
    writeState({});
    writeAtomic(join(locks, 'alive.json'), JSON.stringify({ pid: process.pid }));
    await expect(deploy(options)).rejects.toThrow(
      `another Pulumi command is at work on stack dev (process ${process.pid}); wait for it, or end it`,
    );
    expect(readdirSync(locks)).toEqual(['alive.json']);
    expect(called()).toEqual([]);
  });

  it('is deployed without a question, to its log and line by line', async () => {
    writeState({});
    const lines: string[] = [];
    await deploy({ ...options, onLine: (line) => lines.push(line) });
    expect(called()).toEqual([`up --stack dev --yes --skip-preview --suppress-outputs ${common}`]);
    expect(lines).toEqual(['line of up']);
    expect(readFileSync(join(paths.logs, 'stack-dev.log'), 'utf8')).toBe('line of up\n');
  });

  it('is compared with the cluster first where that is asked for', async () => {
    writeState({});
    await deploy(options, true);
    expect(called()).toEqual([`up --stack dev --yes --skip-preview --suppress-outputs --refresh ${common}`]);
  });

  it('that was interrupted is settled before it is deployed', async () => {
    const resource = { urn: 'urn:x', type: 'random:index/randomPassword:RandomPassword' };
    const latest = {
      resources: [{ urn: 'urn:stack' }],
      pending_operations: [{ type: 'creating', resource }],
    };
    writeState({ latest });
    // An engine that exports this state, and keeps what it is given to import.
    const imported = `${calls}.imported`;
    const engine = [
      '#!/bin/sh',
      `echo "$*" >> '${calls}'`,
      `case "$2" in export) echo '${JSON.stringify({ version: 3, deployment: latest })}';; import) cp "$4" '${imported}';; esac`,
    ];
    writeAtomic(join(paths.engineHome, 'bin', 'pulumi'), `${engine.join('\n')}\n`, 0o755);
    const lines: string[] = [];
    await deploy({ ...options, onLine: (line) => lines.push(line) });
    expect(called().map((call) => call.split(' ').slice(0, 2).join(' '))).toEqual([
      'stack export',
      'stack import',
      'refresh --yes',
      'up --stack',
    ]);
    expect(JSON.parse(readFileSync(imported, 'utf8'))).toEqual({
      version: 3,
      deployment: { resources: [{ urn: 'urn:stack' }], pending_operations: [] },
    });
    expect(lines[0]).toBe('an earlier run was interrupted at 1 resources; settling them');
  });

  it('is removed without a question', async () => {
    writeState({});
    await destroy(options);
    // A preview comes first, and stops at what is protected.
    expect(called()).toEqual([`destroy --yes ${common}`]);
  });
});

describe('the outputs', () => {
  it('are none where the engine has none to tell', async () => {
    expect(await outputs(options)).toBeUndefined();
  });

  it('are read with the secrets in the clear, and never get into a log', async () => {
    const engine = join(paths.engineHome, 'bin', 'pulumi');
    writeAtomic(engine, `#!/bin/sh\necho "$*" > '${calls}'\necho '{"password": "clear"}'\n`, 0o755);
    expect(await outputs({ ...options, onLine: () => expect(true).toBe(false) })).toEqual({
      password: 'clear',
    });
    expect(called()).toEqual([`stack output --json --show-secrets ${common}`]);
    expect(existsSync(paths.logs)).toBe(false);
  });
});
