import Redis from 'ioredis';
import { Calls, fieldsOf, newId } from '../functions/support/calls';
import type { Files } from '../functions/support/certificates';
import { attempt, attemptPlain, clientOptions, shown } from '../functions/support/handshake';
import { eventually, kubectl, ownStack, tunnel, type OwnStack, type Tunnel } from './support/platform';

jest.setTimeout(300_000);

const namespace = 'session-database-tls';
let stack: OwnStack;
let way: Tunnel;

const up = async () => {
  const { code, text } = await stack.pulumi('up --yes --skip-preview');
  if (code !== 0) throw new Error(text);
};
const secret = async (name: string) => {
  const data = JSON.parse(await kubectl(`get secret ${name} -n ${namespace} -o jsonpath={.data}`)) as object;
  return Object.fromEntries(
    Object.entries(data).map(([file, text]) => [file, Buffer.from(text as string, 'base64').toString()]),
  ) as Files & { password: string };
};
const options = (files: Partial<Files>) => ({
  ...clientOptions(files),
  servername: `redis.${namespace}.svc`,
});
const pod = () =>
  kubectl(
    `get pod redis-0 -n ${namespace} -o jsonpath={.metadata.uid}{.status.containerStatuses[*].restartCount}`,
  );

beforeAll(async () => {
  stack = await ownStack({ environment: 'dev', namespace, tls: { enabled: true } });
  await up();
});
// One for each test: a tunnel of kubectl's ends with the first connection that a server breaks off.
beforeEach(async () => {
  way = await tunnel(namespace, 'pod/redis-0', 6379);
});
afterEach(() => way.close());
afterAll(async () => {
  await stack.pulumi('destroy --yes --skip-preview');
  stack.remove();
});

test('a client with the files of its Secret keeps sessions, and the outputs tell it whom to trust', async () => {
  const { password, ...files } = await secret('redis-application');
  const redis = new Redis({
    ...{ host: '127.0.0.1', port: way.port, username: 'application', password, tls: options(files) },
  });
  const { session } = new Calls(redis);
  const id = newId();
  await session.create(id, 'u-1', 60, 'device', 'phone');
  expect(fieldsOf(await session.get(id))).toMatchObject({ device: 'phone' });
  redis.disconnect();
  const { stdout } = await stack.pulumi('stack output --json');
  const { redis: told } = JSON.parse(stdout) as { redis: { tls: boolean; ca: string } };
  expect(told).toMatchObject({ tls: true, ca: files['ca.crt'] });
});

test('plaintext and clients without a certificate are refused', async () => {
  const { 'ca.crt': ca } = await secret('redis-application');
  expect(await attemptPlain(way.port)).not.toMatch(/PONG|NOAUTH|ERR/);
  // Through the tunnel the refusal may come before its reason.
  expect(await attempt(way.port, options({ 'ca.crt': ca }))).not.toBe('NOAUTH');
});

test('cleanup verifies Redis, too', async () => {
  await kubectl(`create job cleanup-by-hand -n ${namespace} --from=cronjob/sessions-cleanup`);
  await kubectl(`wait --for=condition=Complete job/cleanup-by-hand -n ${namespace} --timeout=60s`);
  expect(await kubectl(`logs -n ${namespace} job/cleanup-by-hand`)).toMatch(/^\d+ entries\n$/);
});

test('another authority and other certificates are taken up without a restart, and an open connection goes on', async () => {
  const before = [await pod(), await secret('redis-application')] as const;
  const { password, ...files } = before[1];
  const redis = new Redis({
    ...{ host: '127.0.0.1', port: way.port, username: 'application', password, tls: options(files) },
  });
  expect(await redis.ping()).toBe('PONG');

  await stack.pulumi('config set --path tls.authorities[0] 1');
  await stack.pulumi('config set --path tls.authorities[1] 2');
  await stack.pulumi('config set --path tls.certificateDays 60');
  await up();
  const server = await secret('redis-tls');
  expect(server['ca.crt'].match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  await eventually('Redis shows its new certificate', 180, async () => {
    const another = await tunnel(namespace, 'pod/redis-0', 6379);
    const certificate = await shown(another.port, options(files)).catch(() => '');
    another.close();
    return certificate === server['tls.crt'];
  });
  expect(await redis.ping()).toBe('PONG');
  redis.disconnect();
  expect(await pod()).toBe(before[0]);
});
