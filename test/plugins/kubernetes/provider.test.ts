import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Properties } from '../../../local/plugins/protocol/values';
import { UNKNOWN } from '../../../local/plugins/protocol/values';
import { executableOf, PluginUnderTest, urnOf } from '../harness';
import { failure } from './support/programs';

const PROVIDER = 'pulumi:providers:kubernetes';
const CONFIG_MAP = 'kubernetes:core/v1:ConfigMap';

/** Nobody listens there. */
const NOWHERE = 'https://127.0.0.1:1';

function kubeconfig(server: string, namespace?: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      // Without it the client library takes no plain HTTP.
      { name: 'one', cluster: { server, 'insecure-skip-tls-verify': server.startsWith('http:') } },
      { name: 'two', cluster: { server: 'https://two.test' } },
    ],
    users: [{ name: 'user', user: { token: 'token' } }],
    contexts: [
      {
        name: 'one',
        context: { cluster: 'one', user: 'user', ...(namespace === undefined ? {} : { namespace }) },
      },
      { name: 'two', context: { cluster: 'two', user: 'user' } },
    ],
    'current-context': 'one',
  });
}

const plugins: PluginUnderTest[] = [];
async function start(config?: Properties, env: NodeJS.ProcessEnv = {}): Promise<PluginUnderTest> {
  const plugin = await PluginUnderTest.start('kubernetes', env);
  plugins.push(plugin);
  if (config !== undefined) await plugin.configure(config);
  return plugin;
}
afterAll(() => Promise.all(plugins.map((plugin) => plugin.stop())));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(holds: () => boolean): Promise<void> {
  for (let round = 0; round < 100 && !holds(); round += 1) await sleep(50);
}

describe('the process', () => {
  it('starts within half a second', async () => {
    const times: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      const before = performance.now();
      await start();
      times.push(performance.now() - before);
    }
    // The quickest: the machine may be busy with other things.
    expect(Math.min(...times)).toBeLessThan(500);
  });

  it('has the version of the package', async () => {
    expect(await (await start()).version()).toMatch(/^4\.\d+\.\d+$/);
  });

  it('ends with the process that started it', async () => {
    const executable = await executableOf('kubernetes');
    const shell = spawn('sh', ['-c', `"${executable}" 127.0.0.1:1 >/dev/null & echo $!; sleep 1`]);
    const pid = await new Promise<number>((resolve) =>
      shell.stdout.once('data', (text: Buffer) => resolve(Number(text.toString()))),
    );
    expect(isAlive(pid)).toBe(true);
    await until(() => !isAlive(pid));
    expect(isAlive(pid)).toBe(false);
  });
});

describe('the configuration', () => {
  it("says that previews, secrets and automatic names are the plugin's own affair", async () => {
    const plugin = await start();
    const response = await plugin.configure({ kubeconfig: kubeconfig(NOWHERE) });
    expect(response.getAcceptsecrets()).toBe(true);
    expect(response.getSupportspreview()).toBe(true);
    expect(response.getSupportsAutonamingConfiguration()).toBe(true);
  });

  it('refuses what only the official plugin has, by name', async () => {
    const failures = await (
      await start()
    ).checkConfig(PROVIDER, { renderYamlToDirectory: 'out', kubeconfig: 'x' });
    expect(failures.map(({ property }) => property)).toEqual(['renderYamlToDirectory']);
  });

  it.each([
    ['the context', {}, 'test'],
    ['the provider', { namespace: 'own' }, 'own'],
  ])('gives objects the namespace of %s', async (_, config, expected) => {
    const plugin = await start({ kubeconfig: kubeconfig(NOWHERE, 'test'), ...config });
    const inputs = await plugin.check(urnOf(CONFIG_MAP, 'x'), { metadata: { name: 'x' } });
    expect((inputs['metadata'] as Properties)['namespace']).toBe(expected);
  });

  it('replaces the provider when it means another cluster, and not for another way to the same', async () => {
    const plugin = await start();
    const diff = async (olds: Properties, news: Properties): Promise<readonly string[]> =>
      (await plugin.diffConfig(PROVIDER, olds, news)).replaces;
    const [here, there] = [
      { kubeconfig: kubeconfig(NOWHERE) },
      { kubeconfig: kubeconfig('https://elsewhere.test') },
    ];
    expect(await diff(here, there)).toEqual(['kubeconfig']);
    expect(await diff(here, { kubeconfig: kubeconfig(NOWHERE, 'other-namespace') })).toEqual([]);
    expect(await diff(here, { ...here, context: 'two' })).toEqual(['context']);
    expect(await diff(here, { ...here, cluster: 'two' })).toEqual(['cluster']);
    expect(await diff(here, { kubeconfig: UNKNOWN })).toEqual(['kubeconfig']);
    expect(await diff({ ...here, clusterIdentifier: 'a' }, { ...there, clusterIdentifier: 'a' })).toEqual([]);
    expect(await diff({ ...here, clusterIdentifier: 'a' }, { ...here, clusterIdentifier: 'b' })).toEqual([
      'clusterIdentifier',
    ]);
  });
});

describe('without a cluster', () => {
  const news = { metadata: { name: 'x' }, data: { a: 'b' } };
  const urn = urnOf(CONFIG_MAP, 'x');

  it('previews the inputs, and says at a deployment where it found nobody', async () => {
    const plugin = await start({ kubeconfig: kubeconfig(NOWHERE) });
    const inputs = await plugin.check(urn, news);
    expect((await plugin.create(urn, inputs, { preview: true })).outputs).toEqual(inputs);
    const error = await failure(plugin.create(urn, inputs));
    expect(error.message).toContain(`cannot reach the Kubernetes API server at ${NOWHERE}`);
    expect(error.message).toContain('ECONNREFUSED');
  });

  it.each([
    ['/no/such/kubeconfig', {}, 'the kubeconfig /no/such/kubeconfig does not exist'],
    [kubeconfig(NOWHERE), { context: 'three' }, 'the kubeconfig has no context "three"; it has: one, two'],
    [kubeconfig(NOWHERE), { cluster: 'three' }, 'the kubeconfig has no cluster "three"'],
  ])('says what is wrong with a kubeconfig', async (given, choice, words) => {
    const plugin = await start({ kubeconfig: given, ...choice });
    const error = await failure(plugin.create(urn, await plugin.check(urn, news)));
    expect(error.message).toContain(words);
  });

  it('says that there is none', async () => {
    const plugin = await start({}, { KUBECONFIG: '', HOME: '/nonexistent' });
    const error = await failure(plugin.create(urn, await plugin.check(urn, news)));
    expect(error.message).toContain('there is no kubeconfig: set KUBECONFIG');
  });

  it('reads nothing, but forgets what it is told to forget', async () => {
    const config = { kubeconfig: kubeconfig(NOWHERE) };
    const resource = { urn, id: 'default/x', inputs: news, outputs: { ...news, __inputs: news } };
    const plugin = await start(config);
    expect((await failure(plugin.read(resource))).message).toContain(
      'cannot reach the Kubernetes API server',
    );
    expect((await failure(plugin.delete(resource))).message).toContain('was not deleted');
    const forgetful = await start({ ...config, deleteUnreachable: 'true' });
    expect(await forgetful.read(resource)).toBeUndefined();
    await expect(forgetful.delete(resource)).resolves.toBeUndefined();
  });
});

describe('a type that it does not know', () => {
  const [BUDGET, RELEASE] = [
    'kubernetes:policy/v1beta1:PodDisruptionBudget',
    'kubernetes:helm.sh/v3:Release',
  ];
  const refusal = (type: string): RegExp =>
    new RegExp(
      `does not know ${type}; it knows: .*kubernetes:apps/v1:StatefulSet, .*use the official kubernetes plugin`,
    );

  // A server that does not even know which version it is.
  const server = createServer((_, response) => response.writeHead(404).end());
  let here: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    here = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  it('is previewed without a cluster: an object with its kind, a name and a namespace', async () => {
    const plugin = await start({ kubeconfig: kubeconfig(NOWHERE, 'test') });
    const urn = urnOf(BUDGET, 'x');
    const inputs = await plugin.check(urn, { spec: { minAvailable: 1 } });
    expect(inputs).toMatchObject({
      apiVersion: 'policy/v1beta1',
      kind: 'PodDisruptionBudget',
      metadata: { name: expect.stringMatching(/^x-[0-9a-f]{8}$/) as string, namespace: 'test' },
      spec: { minAvailable: 1 },
    });
    expect((await plugin.create(urn, inputs, { preview: true })).outputs).toEqual(inputs);
  });

  it('is previewed without a cluster: a release of Helm as the program has it', async () => {
    const plugin = await start({ kubeconfig: kubeconfig(NOWHERE) });
    const [urn, inputs] = [urnOf(RELEASE, 'x'), { chart: 'redis', version: '1.0.0' }];
    expect(await plugin.check(urn, inputs)).toEqual(inputs);
    expect((await plugin.create(urn, inputs, { preview: true })).outputs).toEqual(inputs);
  });

  it.each([BUDGET, RELEASE])(
    'is refused where a cluster answers, already by the preview: %s',
    async (type) => {
      const plugin = await start({ kubeconfig: kubeconfig(here) });
      const urn = urnOf(type, 'x');
      const inputs = await plugin.check(urn, { spec: UNKNOWN });
      expect((await failure(plugin.create(urn, inputs, { preview: true }))).message).toMatch(refusal(type));
    },
  );

  it.each([BUDGET, RELEASE])('is not made, changed, read or deleted: %s', async (type) => {
    const plugin = await start({ kubeconfig: kubeconfig(NOWHERE) });
    const resource = { urn: urnOf(type, 'x'), id: 'default/x', inputs: {}, outputs: {} };
    for (const call of [
      plugin.create(resource.urn, {}),
      plugin.diff(resource, {}),
      plugin.read(resource),
      plugin.delete(resource),
    ])
      expect((await failure(call)).message).toMatch(refusal(type));
  });

  it.each([
    'kubernetes:core/v1:PodList',
    'kubernetes:apps/v1:DeploymentPatch',
    'kubernetes:helm.sh/v4:Chart',
    'kubernetes:yaml:ConfigGroup',
    'kubernetes:kustomize/v2:Directory',
  ])('is refused at once where it is neither: %s', async (type) => {
    const plugin = await start({ kubeconfig: kubeconfig(NOWHERE) });
    expect((await failure(plugin.check(urnOf(type, 'x'), {}))).message).toMatch(refusal(type));
  });
});
