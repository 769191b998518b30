import { randomBytes } from 'node:crypto';
import { Shell } from './support/lab';
import { podOf } from './support/pods';
import { devOutputs, eventually, kubectl, tryKubectl, type Outputs } from './support/platform';

jest.setTimeout(120_000);

const suffix = randomBytes(3).toString('hex');
const pods = { declared: `declared-${suffix}`, stranger: `stranger-${suffix}` } as const;
const shells: Shell[] = [];
let outputs: Outputs;
let namespace: string;

const create = (object: unknown) => kubectl('create -f -', JSON.stringify(object));
const pod = (name: string, labels: Record<string, string>) => {
  const object = podOf({ name, app: name, node: 'node-2', command: 'sleep infinity' });
  return { ...object, metadata: { name, namespace, labels: { app: name, ...labels } } };
};
const shell = (name: string) => {
  const opened = new Shell(namespace, name);
  shells.push(opened);
  return opened;
};
// A pod is denied by a time-out, not by a refusal: an answer of any kind means that it got through.
const answers = async (name: string) =>
  (await shell(name).line(
    `timeout 2 redis-cli -h ${outputs.redis.host} ping 2>&1 | head -n 1 | tr -d '\\n'; echo`,
  )) === 'NOAUTH Authentication required.';

beforeAll(async () => {
  outputs = await devOutputs();
  ({ namespace } = outputs.redis);
  await create(pod(pods.declared, outputs.redis.clientLabel));
  await create(pod(pods.stranger, {}));
  for (const name of Object.values(pods)) {
    await kubectl(`wait --for=condition=Ready pod/${name} -n ${namespace} --timeout=60s`);
  }
});

afterAll(async () => {
  shells.forEach((opened) => opened.close());
  await kubectl(`delete pod ${pods.declared} ${pods.stranger} -n ${namespace} --now --ignore-not-found`);
});

describe('network', () => {
  test('a declared client reaches Redis by the name in the outputs', async () => {
    expect(await answers(pods.declared)).toBe(true);
  });

  test('any other pod of the namespace does not, until the label makes it a client', async () => {
    expect(await answers(pods.stranger)).toBe(false);
    const [[key = '', value = ''] = []] = Object.entries(outputs.redis.clientLabel);
    await kubectl(`label pod ${pods.stranger} -n ${namespace} ${key}=${value}`);
    await eventually('the label admits the pod', 5, () => answers(pods.stranger));
    await kubectl(`label pod ${pods.stranger} -n ${namespace} ${key}-`);
    await eventually('without it the pod is out again', 5, async () => !(await answers(pods.stranger)));
  });

  test('a pod of another namespace does not, even with the label', async () => {
    const other = `isolation-${suffix}`;
    await kubectl(`create namespace ${other}`);
    try {
      const { metadata, ...rest } = pod('visitor', outputs.redis.clientLabel);
      await create({ ...rest, metadata: { ...metadata, namespace: other } });
      await kubectl(`wait --for=condition=Ready pod/visitor -n ${other} --timeout=60s`);
      const visitor = new Shell(other, 'visitor');
      shells.push(visitor);
      expect(await visitor.reaches([{ host: outputs.redis.host, port: 6379 }])).toEqual([false]);
    } finally {
      await kubectl(`delete namespace ${other} --wait=false`);
    }
  });

  test('Redis itself may dial nobody', async () => {
    const target = await kubectl(`get pod ${pods.declared} -n ${namespace} -o jsonpath={.status.podIP}`);
    const redis = new Shell(namespace, 'redis-0');
    shells.push(redis);
    expect(
      await redis.line(`timeout 2 bash -c ': </dev/tcp/${target}/80' 2>&1 | grep -c refused; true`),
    ).toBe('0');
    expect(
      await redis.line('timeout 2 bash -c ": </dev/tcp/10.96.0.1/443" && echo open || echo closed'),
    ).toBe('closed');
  });

  test('without the policies everybody reaches Redis: it is they that keep the others out', async () => {
    const policies = await kubectl(`get networkpolicies -n ${namespace} -o json`);
    const { items } = JSON.parse(policies) as { items: { metadata: Record<string, unknown> }[] };
    expect(items.map(({ metadata }) => metadata['name']).sort()).toEqual([
      'allow-alertmanager-ingress',
      'allow-client-egress',
      'allow-prometheus-egress',
      'allow-prometheus-ingress',
      'allow-redis-ingress',
      'allow-sessions-cleanup-egress',
      'allow-sessions-library-egress',
      'default-deny',
    ]);
    try {
      await kubectl(`delete networkpolicies --all -n ${namespace}`);
      await eventually('the stranger gets through', 5, () => answers(pods.stranger));
    } finally {
      await kubectl(
        'apply --server-side --force-conflicts -f -',
        JSON.stringify({ apiVersion: 'v1', kind: 'List', items: items.map(bare) }),
      );
    }
    await eventually('the stranger is out again', 5, async () => !(await answers(pods.stranger)));
  });
});

const bare = <T extends { metadata: Record<string, unknown> }>(item: T) => {
  const { name, namespace: home, labels, annotations } = item.metadata;
  return { ...item, metadata: { name, namespace: home, labels, annotations } };
};

describe('pods', () => {
  const rejected = async (
    change: (spec: Record<string, unknown>, container: Record<string, unknown>) => void,
  ) => {
    const object = pod(`rejected-${suffix}`, {});
    const spec = object.spec as unknown as Record<string, unknown>;
    change(spec, (spec['containers'] as Record<string, unknown>[])[0] ?? {});
    return tryKubectl('create --dry-run=server -f -', JSON.stringify(object));
  };

  test('the plain pod that the others differ from is admitted', async () => {
    const { code, text } = await rejected(() => undefined);
    expect(text).toContain('created (server dry run)');
    expect(code).toBe(0);
  });

  test.each<[string, RegExp, (spec: Record<string, unknown>, container: Record<string, unknown>) => void]>([
    [
      'privileged',
      /violates PodSecurity "restricted:v1\.36".*privileged/,
      (_, c) => (c['securityContext'] = { privileged: true }),
    ],
    ['root', /runAsUser=0/, (s) => (s['securityContext'] = { runAsUser: 0 })],
    ['with the network of its node', /host namespaces/, (s) => (s['hostNetwork'] = true)],
    [
      'with a folder of its node',
      /hostPath/,
      (s) => (s['volumes'] = [{ name: 'host', hostPath: { path: '/' } }]),
    ],
  ])('%s is refused by the namespace', async (_, message, change) => {
    const { code, text } = await rejected(change);
    expect(text).toMatch(message);
    expect(code).toBe(1);
  });

  test('without the namespace’s label a privileged pod would be admitted', async () => {
    const label = 'pod-security.kubernetes.io/enforce';
    try {
      await kubectl(`label namespace ${namespace} ${label}-`);
      const { code } = await rejected((_, c) => (c['securityContext'] = { privileged: true }));
      expect(code).toBe(0);
    } finally {
      await kubectl(`label namespace ${namespace} ${label}=restricted --overwrite`);
    }
  });

  test('Redis runs as the user 999 without capabilities, a writable root or a token', async () => {
    const redis = new Shell(namespace, 'redis-0');
    shells.push(redis);
    expect(await redis.line('id -u')).toBe('999');
    expect(await redis.line('grep CapEff /proc/self/status | cut -f 2')).toBe('0000000000000000');
    expect(await redis.line('touch /etc/x 2>/dev/null && echo writable || echo read-only')).toBe('read-only');
    expect(await redis.line('ls /var/run/secrets 2>/dev/null | wc -l')).toBe('0');
    expect(await redis.line('grep -c "Seccomp:.2" /proc/self/status')).toBe('1');
  });

  test('the quota refuses what is beyond it', async () => {
    const { code, text } = await rejected((_, c) => {
      c['resources'] = { requests: { cpu: '10m', memory: '64Gi' }, limits: { memory: '64Gi' } };
    });
    expect(text).toMatch(/exceeded quota|maximum memory usage/);
    expect(code).toBe(1);
  });
});
