import { inMachine } from '../../local/cluster/machine';
import { nodeNamed } from '../../local/cluster/topology';
import { Calls, fieldsOf, newId } from '../functions/support/calls';
import { Dev, eventually, kubectl, type Outputs } from './support/platform';

jest.setTimeout(90_000);

let dev: Dev;
let outputs: Outputs;

beforeAll(async () => {
  dev = await Dev.start();
  ({ outputs } = dev);
});
afterEach(() => dev.disconnect());
afterAll(() => dev.close());

const as = (role: string) => dev.as(role);
const application = () => new Calls(dev.as('application'));

const fields = { device: 'phone', agent: 'Mozilla/5.0 (X11; Linux x86_64)', address: '203.0.113.7' };

async function newSession(ttl: number): Promise<string> {
  const id = newId();
  await application().session.create(id, 'u-1', ttl, ...Object.entries(fields).flat());
  return id;
}

const read = async (id: string) => fieldsOf(await application().session.get(id));

describe('a session, through ioredis as the role application', () => {
  test('is written with a time to live and read back', async () => {
    const id = await newSession(120);
    expect(await read(id)).toMatchObject({ ...fields, '@user': 'u-1' });
    const ttl = await as('admin').ttl(`session:${id}`);
    expect(ttl).toBeGreaterThan(110);
    expect(ttl).toBeLessThanOrEqual(120);
  });

  test('is gone when its time is over', async () => {
    const id = await newSession(1);
    const { session } = application();
    await eventually('the session expires', 3, async () => (await session.get(id)) === null);
    expect(await as('admin').exists(`session:${id}`)).toBe(0);
  });

  test('stays a listpack, the small form of a hash', async () => {
    const id = await newSession(60);
    expect(await as('admin').object('ENCODING', `session:${id}`)).toBe('listpack');
  });

  test('is still there after the server was killed with SIGKILL', async () => {
    const { namespace } = outputs.redis;
    const id = await newSession(600);
    await new Promise((second) => setTimeout(second, 1200)); // the append-only file is synced every second
    const containerId = () =>
      kubectl(`get pod redis-0 -n ${namespace} -o jsonpath={.status.containerStatuses[0].containerID}`);
    const before = await containerId();
    // The container's first process cannot be killed from inside; its node can.
    const node = await kubectl(`get pod redis-0 -n ${namespace} -o jsonpath={.spec.nodeName}`);
    await killProcess(node, before.replace('containerd://', ''));
    await eventually('another container', 60, async () => {
      const now = await containerId();
      return now !== '' && now !== before;
    });
    await kubectl(`wait --for=condition=Ready pod/redis-0 -n ${namespace} --timeout=60s`);
    await dev.reopen();
    expect(await read(id)).toMatchObject(fields);
  });

  test('is still there after its pod was deleted', async () => {
    const { namespace } = outputs.redis;
    const id = await newSession(600);
    await kubectl(`delete pod redis-0 -n ${namespace} --wait=true`);
    await eventually('another pod', 60, async () =>
      (await kubectl(`get pods -n ${namespace} -o name`)).includes('redis-0'),
    );
    await kubectl(`wait --for=condition=Ready pod/redis-0 -n ${namespace} --timeout=60s`);
    await dev.reopen();
    expect(await read(id)).toMatchObject(fields);
  });
});

async function killProcess(nodeName: string, container: string): Promise<void> {
  const node = nodeNamed(nodeName);
  const folder = `/run/containerd/io.containerd.runtime.v2.task/k8s.io/${container}/init.pid`;
  const pid = (await inMachine(node, ['cat', folder])).trim();
  await inMachine(node, ['kill', '-KILL', pid]);
}

describe('who is refused', () => {
  const login = (username: string, password: string) => dev.login({ username, password }).ping();

  test('the right login is served', async () => {
    await expect(login('application', outputs.password)).resolves.toBe('PONG');
  });

  test('a wrong password', async () => {
    await expect(login('application', `${outputs.password}x`)).rejects.toThrow(/WRONGPASS|NOAUTH/);
  });

  test("another role's password", async () => {
    await expect(login('admin', outputs.password)).rejects.toThrow(/WRONGPASS|NOAUTH/);
  });

  test('the default user, with a password or none', async () => {
    await expect(login('default', outputs.password)).rejects.toThrow(/WRONGPASS|NOAUTH/);
    await expect(dev.login({}).ping()).rejects.toThrow(/^NOAUTH/);
  });

  test.each([
    ['FLUSHALL'],
    ['FLUSHDB'],
    ['CONFIG', 'GET', '*'],
    ['CONFIG', 'SET', 'maxmemory', '1'],
    ['KEYS', '*'],
    ['SCAN', '0'],
    ['EVAL', 'return 1', '0'],
    ['FUNCTION', 'LIST'],
    ['ACL', 'LIST'],
    ['SHUTDOWN', 'NOSAVE'],
    ['REPLICAOF', '198.51.100.1', '6379'],
    ['MODULE', 'LIST'],
    ['CLIENT', 'LIST'],
    ['MONITOR'],
    ['MULTI'],
    ['EXPIRE', 'session:1', '1'],
    ['DEL', 'session:1'],
  ])('%s of an application', async (name, ...args) => {
    await expect(as('application').call(name, ...args)).rejects.toThrow(/NOPERM.*has no permissions to run/);
  });

  test('DEBUG, which is off for everybody', async () => {
    await expect(as('admin').call('DEBUG', 'SLEEP', '0')).rejects.toThrow(/NOPERM|DEBUG command not allowed/);
  });

  test('a key that is not of sessions or tokens', async () => {
    await expect(as('application').hset('other:1', 'a', 'b')).rejects.toThrow(/^NOPERM/);
  });

  test.each([
    ['GET', 'session:1'],
    ['CLIENT', 'LIST'],
    ['CONFIG', 'GET', 'port'],
  ])('%s of a probe', async (name, ...args) => {
    await expect(as('probe').call(name, ...args)).rejects.toThrow(/NOPERM/);
  });

  test('nobody by mistake: an administrator may do what an application may not', async () => {
    await expect(as('admin').call('CONFIG', 'GET', 'maxmemory')).resolves.toEqual([
      'maxmemory',
      String(160 * 2 ** 20),
    ]);
  });
});

describe('secrets', () => {
  test('the ACL in the cluster holds hashes only, and no password stands in any ConfigMap or pod', async () => {
    const { namespace } = outputs.redis;
    const acl = await kubectl(`get secret redis-acl -n ${namespace} -o jsonpath={.data.users\\.acl}`);
    const text = Buffer.from(acl, 'base64').toString();
    expect(text).toMatch(/^user application on #[0-9a-f]{64} /m);
    const objects = await kubectl(`get configmaps,pods,statefulsets -n ${namespace} -o yaml`);
    for (const password of Object.values(outputs.passwords)) {
      expect(password.length).toBeGreaterThanOrEqual(32);
      expect(text).not.toContain(password);
      expect(objects).not.toContain(password);
    }
  });
});
