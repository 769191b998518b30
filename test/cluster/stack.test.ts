import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, kubectl, ownStack, tryKubectl, type OwnStack } from './support/platform';

jest.setTimeout(240_000);

const namespace = 'session-database-test';

/** Every object of the cluster that a stack may have made: names by kind, but for what changes by itself. */
async function inventory(): Promise<string[]> {
  const kinds = await kubectl('api-resources --verbs=list -o name');
  const own = kinds
    .split('\n')
    .filter(
      (kind) => kind && !/^(events|leases|endpoints|endpointslices|pods\.metrics|nodes\.metrics)/.test(kind),
    );
  const names = await kubectl(
    `get ${own.join(',')} -A -o custom-columns=K:.kind,NS:.metadata.namespace,N:.metadata.name --no-headers`,
  );
  // Other suites' namespaces may go meanwhile.
  return names
    .split('\n')
    .filter((line) => line.includes(namespace))
    .sort();
}

describe('a stack, by the engine', () => {
  let stack: OwnStack;
  const steps = async (args: string) => {
    const { code, text } = await stack.pulumi(args);
    return { code, text };
  };

  beforeAll(async () => {
    stack = await ownStack({ environment: 'dev', namespace });
    const { code, text } = await stack.pulumi('up --yes --skip-preview');
    if (code !== 0) throw new Error(text);
  });
  afterAll(async () => {
    await stack.pulumi('destroy --yes --skip-preview');
    stack.remove();
  });

  test('`up` a second time changes nothing', async () => {
    const { code, text } = await steps('up --yes --skip-preview --expect-no-changes');
    expect(text).toMatch(/\d+ unchanged/);
    expect(code).toBe(0);
  });

  test('`refresh` finds nothing', async () => {
    const { code, text } = await steps('refresh --yes --skip-preview --expect-no-changes');
    expect(text).toMatch(/\d+ unchanged/);
    expect(code).toBe(0);
  });

  test('a Secret edited and a StatefulSet scaled by hand are seen, and put back by `up --refresh`', async () => {
    const password = () =>
      kubectl(`get secret redis-application -n ${namespace} -o jsonpath={.data.password}`);
    const replicas = () => kubectl(`get statefulset redis -n ${namespace} -o jsonpath={.spec.replicas}`);
    const before = await password();
    await kubectl(`patch secret redis-application -n ${namespace} -p {"data":{"password":"Zm9yZWlnbg=="}}`);
    await kubectl(`scale statefulset redis -n ${namespace} --replicas=2`);

    expect((await steps('preview --expect-no-changes')).code).toBe(0); // nobody looked at the cluster
    const seen = await steps('preview --refresh --diff');
    expect(seen.text).toMatch(/~ 2 to update/);

    const { code, text } = await steps('up --yes --skip-preview --refresh');
    expect(text).toMatch(/~ 2 updated/);
    expect(code).toBe(0);
    expect(await password()).toBe(before);
    expect(await replicas()).toBe('1');
    expect((await steps('refresh --yes --skip-preview --expect-no-changes')).code).toBe(0);
  });

  test('an object deleted by hand is made again by `up --refresh`', async () => {
    await kubectl(`delete networkpolicy default-deny -n ${namespace}`);
    const { code, text } = await steps('up --yes --skip-preview --refresh');
    expect(text).toMatch(/\+ 1 created/);
    expect(code).toBe(0);
    expect((await tryKubectl(`get networkpolicy default-deny -n ${namespace}`)).code).toBe(0);
  });

  test('its outputs hold the password as a secret', async () => {
    const { stdout } = await stack.pulumi('stack output --json');
    const outputs = JSON.parse(stdout) as Record<string, unknown>;
    expect(outputs).toMatchObject({
      password: '[secret]',
      passwords: '[secret]',
      redis: {
        mode: 'standalone',
        host: `redis.${namespace}.svc`,
        port: 6379,
        tls: false,
        username: 'application',
      },
    });
  });

  test('its state holds no password in the clear', async () => {
    const { stdout: shown } = await stack.pulumi('stack output --json --show-secrets');
    const { passwords, monitoring } = JSON.parse(shown) as {
      passwords: Record<string, string>;
      monitoring: Record<string, { password: string }>;
    };
    const { stdout: state } = await stack.pulumi('stack export');
    const roles = ['admin', 'application', 'cleanup', 'deployer', 'metrics', 'probe'];
    expect(Object.keys(passwords).sort()).toEqual(roles);
    expect(Object.keys(monitoring).sort()).toEqual(['alertmanager', 'prometheus']);
    const servers = Object.values(monitoring).map(({ password }) => password);
    for (const password of [...Object.values(passwords), ...servers]) {
      expect(state).not.toContain(password);
      expect(state).not.toContain(Buffer.from(password).toString('base64'));
    }
  });

  test('another setting changes just what it concerns, and Redis comes back with its data', async () => {
    await stack.pulumi('config set --path redis.maxClients 500');
    const { code, text } = await steps('up --yes --skip-preview');
    expect(text).toMatch(/ConfigMap redis-config.*replaced/);
    expect(text).toMatch(/StatefulSet redis-statefulset.*updated/);
    expect(text).not.toMatch(/StatefulSet redis-statefulset.*replaced/);
    expect(code).toBe(0);
  });

  test('`destroy` leaves no object in the cluster', async () => {
    expect((await inventory()).length).toBeGreaterThan(10);
    const { code } = await steps('destroy --yes --skip-preview');
    expect(code).toBe(0);
    // Its volume is removed by the storage class, a moment after the claim.
    await eventually('nothing is left', 30, async () => (await inventory()).length === 0);
    expect(await inventory()).toEqual([]);
  });
});

describe('the engine', () => {
  test('refuses a bad configuration before it creates anything, all problems in one message', async () => {
    const stack = await ownStack({
      environment: 'dev',
      namespace: 'Not-A-Label',
      redis: { memory: '128Mi', maxmemory: '160Mi', maxClients: 'many' },
      quotas: { pods: 3 },
    });
    const { code, text } = await stack.pulumi('up --yes --skip-preview');
    expect(code).toBe(255);
    for (const key of ['namespace', 'redis.maxmemory', 'redis.maxClients', 'quotas'])
      expect(text).toContain(key);
    expect(text).not.toMatch(/at Object|node_modules/);
    const { stdout } = await stack.pulumi('stack export');
    const { deployment } = JSON.parse(stdout) as { deployment: { resources?: { type: string }[] } };
    const made = (deployment.resources ?? []).filter(({ type }) => type !== 'pulumi:pulumi:Stack');
    expect(made).toEqual([]);
    stack.remove();
  });

  test('runs a policy pack: a preview that violates it fails by the rule’s name', async () => {
    const stack = await ownStack({ environment: 'dev', namespace: 'session-database-pack' });
    const pack = join(__dirname, 'fixtures', 'pack');
    const { code, text } = await stack.pulumi(`preview --policy-pack ${pack}`);
    expect(text).toContain('no-services');
    expect(text).toContain('a Service is refused by this pack');
    expect(code).toBe(255);
    expect((await stack.pulumi('preview')).code).toBe(0);
    stack.remove();
  });

  test('previews without touching the cluster', async () => {
    const stack = await ownStack({ environment: 'dev', namespace: 'session-database-preview' });
    const { code, text } = await stack.pulumi('preview');
    expect(text).toMatch(/\+ \d\d to create/);
    expect(code).toBe(0);
    expect((await tryKubectl('get namespace session-database-preview')).code).toBe(1);
    stack.remove();
  });

  test('writes nothing to the home folder of its user', async () => {
    const home = mkdtempSync(join(tmpdir(), 'home-'));
    const before = process.env['HOME'];
    process.env['HOME'] = home;
    try {
      const stack = await ownStack({ environment: 'dev', namespace: 'session-database-home' });
      expect((await stack.pulumi('preview')).code).toBe(0);
      stack.remove();
      expect(readdirSync(home)).toEqual([]);
    } finally {
      if (before !== undefined) process.env['HOME'] = before;
      rmSync(home, { recursive: true });
    }
  });
});
