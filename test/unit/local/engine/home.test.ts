import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { engineEnvironment, prepareEngine, preparePlugins } from '../../../../local/engine/home';
import { writeAtomic } from '../../../../local/files';
import { checkout, paths } from '../../../../local/paths';
import { buildPlugins } from '../../../../local/plugins/build';
import { Unchanged } from '../../../../local/steps';
import type * as Support from '../support/paths';

jest.mock('../../../../local/paths', () =>
  jest.requireActual<typeof Support>('../support/paths').temporaryPaths(),
);
jest.mock('../../../../local/plugins/build', () => ({ buildPlugins: jest.fn(() => Promise.resolve()) }));

const built = join(checkout, '..', 'built');
const wrapper = join(paths.bin, 'pulumi');
// Stands for the engine: says what it was called with.
const fakeEngine = `#!/bin/sh
echo "$PULUMI_HOME $PULUMI_BACKEND_URL $PULUMI_CONFIG_PASSPHRASE_FILE $KUBECONFIG $*"
`;
const prepare = () => prepareEngine(join(built, 'pulumi'), join(built, 'host'));

beforeAll(() => {
  writeAtomic(join(built, 'pulumi', 'pulumi'), fakeEngine, 0o755);
  writeAtomic(join(built, 'host', 'pulumi-language-nodejs'), 'host', 0o755);
  prepare();
});

describe('the embedded engine', () => {
  it('has a home, a backend and a passphrase of its own', () => {
    const { PATH, ...settings } = engineEnvironment();
    expect(settings).toEqual({
      PULUMI_HOME: paths.engineHome,
      PULUMI_BACKEND_URL: `file://${paths.states}?metadata=skip`,
      PULUMI_CONFIG_PASSPHRASE_FILE: paths.passphrase,
      PULUMI_SKIP_UPDATE_CHECK: 'true',
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
      PULUMI_NODEJS_TRANSPILE_ONLY: 'true',
    });
    expect(PATH?.split(':')[0]).toBe(join(paths.engineHome, 'bin'));
    expect(statSync(paths.states).isDirectory()).toBe(true);
  });

  it('has its executables beside each other', () => {
    const bin = join(paths.engineHome, 'bin');
    expect(readdirSync(bin).sort()).toEqual(['pulumi', 'pulumi-analyzer-policy', 'pulumi-language-nodejs']);
    for (const name of readdirSync(bin)) expect(statSync(join(bin, name)).mode & 0o777).toBe(0o755);
  });

  it('keeps states, and nothing beside them that an engine may have left half written', () => {
    const stacks = join(paths.states, '.pulumi', 'stacks', 'session-database');
    for (const file of ['dev.json', 'dev.json.attrs']) writeAtomic(join(stacks, file), '');
    prepare();
    expect(readdirSync(stacks)).toEqual(['dev.json']);
  });

  it('keeps the passphrase it has, which only its owner can read', () => {
    const passphrase = readFileSync(paths.passphrase, 'utf8');
    expect(passphrase).toMatch(/^[\w-]{32}$/);
    expect(statSync(paths.passphrase).mode & 0o777).toBe(0o600);
    prepare();
    expect(readFileSync(paths.passphrase, 'utf8')).toBe(passphrase);
  });

  it.each([
    ['plain JavaScript by Node', ['-typescript=false'], 'pack'],
    ['TypeScript by the starter of its SDK', ['-other=1'], 'starter 127.0.0.1:1 . -other=1'],
  ])('starts a policy pack of %s', (_, options, expected) => {
    const pack = join(checkout, '..', 'pack');
    const starter = join(pack, 'node_modules', '@pulumi', 'pulumi', 'cmd', 'run-policy-pack', 'index.js');
    writeAtomic(join(pack, 'index.js'), 'console.log("pack")');
    writeAtomic(starter, 'console.log("starter", ...process.argv.slice(2))');
    const analyzer = join(paths.engineHome, 'bin', 'pulumi-analyzer-policy');
    const said = execFileSync(analyzer, ['127.0.0.1:1', '.', ...options], { cwd: pack, encoding: 'utf8' });
    expect(said).toBe(`${expected}\n`);
  });

  it('takes another executable when it was built anew', () => {
    const host = join(built, 'host', 'pulumi-language-nodejs');
    writeAtomic(host, 'newer', 0o755);
    utimesSync(host, 1, 1);
    prepare();
    expect(readFileSync(join(paths.engineHome, 'bin', 'pulumi-language-nodejs'), 'utf8')).toBe('newer');
  });

  it.each([
    ['the embedded cluster', {}, paths.kubeconfig],
    ['the cluster of a KUBECONFIG', { KUBECONFIG: '/own' }, '/own'],
  ])('is called on this checkout and %s by its wrapper', (_, given, kubeconfig) => {
    const { KUBECONFIG, PULUMI_HOME, ...environment } = process.env;
    expect([KUBECONFIG, PULUMI_HOME]).toBeDefined();
    const said = execFileSync(wrapper, ['stack', 'output', 'a b'], {
      encoding: 'utf8',
      env: { ...environment, PULUMI_HOME: '/of/the/user', ...given },
    });
    expect(said).toBe(
      `${paths.engineHome} file://${paths.states}?metadata=skip ${paths.passphrase} ${kubeconfig} --cwd ${paths.project} stack output a b\n`,
    );
  });
});

describe('the plugins', () => {
  const sources = join(checkout, 'local', 'plugins');
  const build = jest.mocked(buildPlugins);
  beforeAll(() => {
    mkdirSync(sources, { recursive: true });
    writeFileSync(join(sources, 'main.ts'), 'one');
  });
  beforeEach(() => build.mockClear());

  it('are bundled where the engine looks for them, once', async () => {
    expect(await preparePlugins()).toBeUndefined();
    expect(build.mock.calls).toEqual([[join(paths.engineHome, 'plugins')]]);
    expect(await preparePlugins()).toBeInstanceOf(Unchanged);
    expect(build).toHaveBeenCalledTimes(1);
  });

  it('are bundled again when a source has changed, also after a failure', async () => {
    writeFileSync(join(sources, 'main.ts'), 'two');
    build.mockRejectedValueOnce(new Error('syntax'));
    await expect(preparePlugins()).rejects.toThrow('syntax');
    expect(await preparePlugins()).toBeUndefined();
    expect(build).toHaveBeenCalledTimes(2);
  });
});
