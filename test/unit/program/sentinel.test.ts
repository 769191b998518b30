import { bytes, millicoresOf } from '../../../components/kubernetes/quantity';
import { parseStackConfig } from '../../../stacks/parse';
import { buildPlatform, type PlatformOutputs } from '../../../stacks/platform';
import { holders, objectsOf } from '../support/objects';
import { addressOf, passwordOf, record, type Recording } from '../../../scripts/record';

type Quantities = Record<string, string>;
interface StatefulSet {
  readonly spec: {
    readonly replicas: number;
    readonly template: {
      readonly spec: {
        readonly containers: [
          { readonly resources: { readonly requests: Quantities; readonly limits: Quantities } },
        ];
        readonly volumes: {
          readonly name: string;
          readonly configMap?: { name: string };
          readonly secret?: { secretName: string };
        }[];
      };
    };
    readonly volumeClaimTemplates: [
      { readonly spec: { readonly resources: { readonly requests: Quantities } } },
    ];
  };
}

const { KUBECONFIG } = process.env;
beforeAll(() => {
  delete process.env['KUBECONFIG'];
});
afterAll(() => {
  if (KUBECONFIG !== undefined) process.env['KUBECONFIG'] = KUBECONFIG;
});

describe.each([
  ['staging', 3, 5],
  ['prod', 4, 7],
] as const)('stack %s', (environment, pods, addresses) => {
  const config = parseStackConfig('session-database', { environment });
  let run: Recording<PlatformOutputs>;
  beforeAll(async () => {
    run = await record(() => buildPlatform(config));
  });
  const resource = (name: string) => run.resources.find((one) => one.name === name)!;
  const sets = () =>
    ['redis-redis-statefulset', 'redis-sentinel-statefulset'].map(
      (name) => resource(name).inputs as unknown as StatefulSet,
    );

  test('Redis and Sentinels are these resources, with an address for every pod that there may be', () => {
    const both = ['account', 'config', 'disruption-budget', 'nodes', 'statefulset', 'tls'];
    expect(run.resources.filter(({ parent }) => parent === 'redis').map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        ...Array.from({ length: addresses }, (_, at) => `redis-address-redis-${at}`),
        ...[0, 1, 2].map((at) => `redis-address-sentinel-${at}`),
        ...['redis-addresses', 'redis-read', 'redis-redis-autoscaler'],
        ...['redis', 'sentinel'].flatMap((part) => both.map((of) => `redis-${part}-${of}`)),
      ]),
    );
    expect(run.resources.filter(({ parent }) => parent === 'redis')).toHaveLength(addresses + 3 + 3 + 12);
    expect(sets().map(({ spec }) => spec.replicas)).toEqual([pods, 3]);
  });

  test('an autoscaler adds replicas up to the addresses there are, and the program leaves their number alone', () => {
    expect(resource('redis-redis-autoscaler').inputs['spec']).toMatchObject({
      scaleTargetRef: { kind: 'StatefulSet', name: 'redis' },
      minReplicas: pods,
      maxReplicas: addresses,
    });
    const fixed = parseStackConfig('session-database', {
      environment,
      redis: JSON.stringify({ maxPods: pods }),
    });
    return record(() => buildPlatform(fixed)).then(({ resources }) =>
      expect(resources.map(({ name }) => name)).not.toContain('redis-redis-autoscaler'),
    );
  });

  test('pods start after the list of all addresses, their configuration and their Secrets', () => {
    const list = [
      ...Array.from({ length: addresses }, (_, at) => `redis-${at}`),
      ...[0, 1, 2].map((at) => `sentinel-${at}`),
    ];
    expect(resource('redis-addresses').inputs['data']).toEqual({
      addresses: list.map((pod) => `${pod} ${addressOf(`redis-address-${pod}`)}\n`).join(''),
    });
    for (const part of ['redis', 'sentinel']) {
      expect(resource(`redis-${part}-statefulset`).dependencies).toEqual(
        expect.arrayContaining([
          ...['redis-addresses', ...['config', 'account', 'nodes', 'tls'].map((of) => `redis-${part}-${of}`)],
          ...['credentials-replication', 'credentials-sentinel', 'credentials-sentinel-acl'],
        ]),
      );
    }
  });

  test('what pods mount is there', () => {
    const named = run.resources.flatMap(
      ({ inputs }) => (inputs['metadata'] as { name?: string })?.name ?? [],
    );
    const mounted = sets().flatMap(({ spec }) =>
      spec.template.spec.volumes.flatMap(
        ({ configMap, secret }) => configMap?.name ?? secret?.secretName ?? [],
      ),
    );
    expect(named).toEqual(expect.arrayContaining(mounted));
    // The exporter beside Redis has its credentials and a script, the one beside a Sentinel its credentials.
    expect(mounted).toHaveLength(8 + 2 + 6 + 1);
  });

  test('the quota holds them', () => {
    const sum = (read: (set: StatefulSet['spec']) => number) =>
      sets().reduce((total, { spec }) => total + spec.replicas * read(spec), 0);
    const { quota } = config;
    const container = (spec: StatefulSet['spec']) => spec.template.spec.containers[0].resources;
    expect(sum((spec) => bytes(container(spec).limits['memory']!))).toBeLessThan(bytes(quota.memory));
    expect(sum((spec) => millicoresOf(container(spec).requests['cpu']!)!)).toBeLessThan(
      millicoresOf(quota.cpu)!,
    );
    expect(
      sum(({ volumeClaimTemplates: [claim] }) => bytes(claim.spec.resources.requests['storage']!)),
    ).toBeLessThanOrEqual(bytes(quota.storage));
  });

  test('Redis and Sentinels may dial each other, clients both and the proxy, Prometheus all, and nobody else', () => {
    const policies = run.resources.filter(({ name }) => /^network-allow-(redis|sentinel)-/.test(name));
    const dialled = policies.map(({ name, inputs }) => {
      const { ingress = [], egress = [] } = inputs['spec'] as Record<
        'ingress' | 'egress',
        { ports: { port: number }[] }[]
      >;
      return [name, [...ingress, ...egress].map(({ ports }) => ports.map(({ port }) => port).join())];
    });
    expect(Object.fromEntries(dialled)).toEqual({
      // Clients, servers, Sentinels, the proxy; Prometheus.
      'network-allow-redis-ingress': ['6379', '6379', '6379', '6379', '9121'],
      'network-allow-redis-egress': ['6379', '26379', '53,53'],
      'network-allow-sentinel-ingress': ['26379', '26379', '26379', '9121'],
      'network-allow-sentinel-egress': ['6379', '26379', '53,53'],
      // Clients and the two jobs; Prometheus.
      'network-allow-redis-proxy-ingress': ['6379', '6379', '6379', '8405'],
      'network-allow-redis-proxy-egress': ['6379', '53,53'],
    });
  });

  test('no password is anywhere but in its own Secret', () => {
    const names = Object.keys(run.result.roles);
    expect(names).toEqual(expect.arrayContaining(['replication', 'sentinel', 'failover']));
    const objects = objectsOf(run.resources);
    const held = names.map((role) => [role, holders(objects, passwordOf(`credentials-${role}-password`))]);
    expect(Object.fromEntries(held)).toEqual({
      ...Object.fromEntries(names.map((role) => [role, [`Secret/redis-${role}`]])),
      admin: [],
      // In a file of the program's own format.
      proxy: ['Secret/redis-proxy-config'],
      metrics: ['Secret/redis-exporter'],
    });
    expect(resource('proxy-config').secrets).toContain('data');
  });

  test('the namespace, with which the data would go, is protected in production', () => {
    const protectedOnes = run.resources.filter(({ protect }) => protect).map(({ name }) => name);
    expect(protectedOnes.includes('namespace-namespace')).toBe(environment === 'prod');
    // What a changed setting replaces must not be.
    expect(protectedOnes.filter((name) => !name.startsWith('namespace'))).toEqual([]);
  });

  test('with TLS, certificates are for every address that servers and Sentinels are dialled by', () => {
    const names = (name: string) =>
      resource(`certificates-${name}-request`).inputs as Record<string, string[]>;
    const announced = (part: string, count: number) =>
      Array.from({ length: count }, (_, at) => addressOf(`redis-address-${part}-${at}`));
    expect(names('redis')['ipAddresses']).toEqual(['127.0.0.1', '::1', ...announced('redis', addresses)]);
    expect(names('sentinel')['ipAddresses']).toEqual(['127.0.0.1', '::1', ...announced('sentinel', 3)]);
    // Clients of the proxy speak with Redis.
    expect(names('redis')['dnsNames']).toEqual(
      expect.arrayContaining(['redis.session-database.svc', 'redis-0.session-database.svc']),
    );
    expect(names('sentinel')['dnsNames']).toContain('sentinel-0.session-database.svc');
    const pods = [...sets(), resource('proxy-deployment').inputs as unknown as StatefulSet];
    const mounts = pods.map(
      ({ spec }) => spec.template.spec.volumes.find(({ name }) => name === 'tls')?.secret?.secretName,
    );
    expect(mounts).toEqual(['redis-tls', 'redis-sentinel-tls', 'redis-proxy-tls']);
    expect(run.result.redis.tls).toBe(true);
  });

  test('clients are told the Sentinels, and the address that does without', () => {
    expect(run.result.redis).toMatchObject({
      mode: 'sentinel',
      host: 'redis.session-database.svc',
      port: 6379,
      masterName: 'sessions',
      sentinels: [0, 1, 2].map((at) => ({ host: `sentinel-${at}.session-database.svc`, port: 26379 })),
    });
  });
});
