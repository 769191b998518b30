import versions from '../../../versions.json';
import { applicationFunctions } from '../../../components/sessions/functions';
import { parseStackConfig } from '../../../stacks/parse';
import { buildPlatform, type PlatformOutputs } from '../../../stacks/platform';
import { known, passwordOf, record, type Recording } from '../../../scripts/record';

const config = parseStackConfig('session-database', { environment: 'dev' });
const kubernetes = (resource: { readonly type: string }) => resource.type.startsWith('kubernetes:');

// The SDK gives a provider the KUBECONFIG of the environment by itself; what the program says is tested without.
const { KUBECONFIG } = process.env;
beforeAll(() => {
  delete process.env['KUBECONFIG'];
});
afterAll(() => {
  if (KUBECONFIG !== undefined) process.env['KUBECONFIG'] = KUBECONFIG;
});

describe.each([
  ['up', false],
  ['preview', true],
])('at %s', (_, preview) => {
  let run: Recording<PlatformOutputs>;
  beforeAll(async () => {
    run = await record(() => buildPlatform(config), preview);
  });
  const resource = (name: string) => run.resources.find((one) => one.name === name)!;

  test('stack dev is these resources, each below its component', () => {
    expect(run.resources.map(({ parent, name, type }) => `${parent} > ${name}: ${type}`).sort()).toEqual([
      'alertmanager > alertmanager-account: kubernetes:core/v1:ServiceAccount',
      'alertmanager > alertmanager-budget: kubernetes:policy/v1:PodDisruptionBudget',
      'alertmanager > alertmanager-config: kubernetes:core/v1:Secret',
      'alertmanager > alertmanager-files: kubernetes:core/v1:ConfigMap',
      'alertmanager > alertmanager-nodes: kubernetes:core/v1:Service',
      'alertmanager > alertmanager-receivers: kubernetes:core/v1:Secret',
      'alertmanager > alertmanager-service: kubernetes:core/v1:Service',
      'alertmanager > alertmanager-statefulset: kubernetes:apps/v1:StatefulSet',
      'alertmanager-access > alertmanager-access-login: kubernetes:core/v1:Secret',
      'alertmanager-access > alertmanager-access-password: random:index/randomPassword:RandomPassword',
      'alertmanager-access > alertmanager-access-web: kubernetes:core/v1:Secret',
      'credentials > credentials-acl: kubernetes:core/v1:Secret',
      'credentials > credentials-admin-password: random:index/randomPassword:RandomPassword',
      'credentials > credentials-application-password: random:index/randomPassword:RandomPassword',
      'credentials > credentials-application: kubernetes:core/v1:Secret',
      'credentials > credentials-cleanup-password: random:index/randomPassword:RandomPassword',
      'credentials > credentials-cleanup: kubernetes:core/v1:Secret',
      'credentials > credentials-deployer-password: random:index/randomPassword:RandomPassword',
      'credentials > credentials-deployer: kubernetes:core/v1:Secret',
      'credentials > credentials-metrics-password: random:index/randomPassword:RandomPassword',
      'credentials > credentials-probe-password: random:index/randomPassword:RandomPassword',
      'credentials > credentials-probe: kubernetes:core/v1:Secret',
      'exporters > exporters-credentials: kubernetes:core/v1:Secret',
      'exporters > exporters-scripts: kubernetes:core/v1:ConfigMap',
      'grafana > grafana-account: kubernetes:core/v1:ServiceAccount',
      'grafana > grafana-config: kubernetes:core/v1:ConfigMap',
      'grafana > grafana-credentials: kubernetes:core/v1:Secret',
      'grafana > grafana-dashboard-session-database-platform: kubernetes:core/v1:ConfigMap',
      'grafana > grafana-dashboard-session-database-redis: kubernetes:core/v1:ConfigMap',
      'grafana > grafana-dashboard-session-database-sessions: kubernetes:core/v1:ConfigMap',
      'grafana > grafana-dashboard-session-database-slo: kubernetes:core/v1:ConfigMap',
      'grafana > grafana-datasources: kubernetes:core/v1:ConfigMap',
      'grafana > grafana-deployment: kubernetes:apps/v1:Deployment',
      'grafana > grafana-password: random:index/randomPassword:RandomPassword',
      'grafana > grafana-providers: kubernetes:core/v1:ConfigMap',
      'grafana > grafana-service: kubernetes:core/v1:Service',
      'namespace > namespace-default-deny: kubernetes:networking.k8s.io/v1:NetworkPolicy',
      'namespace > namespace-defaults: kubernetes:core/v1:LimitRange',
      'namespace > namespace-namespace: kubernetes:core/v1:Namespace',
      'namespace > namespace-quota: kubernetes:core/v1:ResourceQuota',
      'network > network-allow-alertmanager-ingress: kubernetes:networking.k8s.io/v1:NetworkPolicy',
      'network > network-allow-client-egress: kubernetes:networking.k8s.io/v1:NetworkPolicy',
      'network > network-allow-grafana-egress: kubernetes:networking.k8s.io/v1:NetworkPolicy',
      'network > network-allow-grafana-ingress: kubernetes:networking.k8s.io/v1:NetworkPolicy',
      'network > network-allow-prometheus-egress: kubernetes:networking.k8s.io/v1:NetworkPolicy',
      'network > network-allow-prometheus-ingress: kubernetes:networking.k8s.io/v1:NetworkPolicy',
      'network > network-allow-redis-ingress: kubernetes:networking.k8s.io/v1:NetworkPolicy',
      'network > network-allow-sessions-cleanup-egress: kubernetes:networking.k8s.io/v1:NetworkPolicy',
      'network > network-allow-sessions-library-egress: kubernetes:networking.k8s.io/v1:NetworkPolicy',
      'prometheus > prometheus-account: kubernetes:core/v1:ServiceAccount',
      'prometheus > prometheus-alertmanager-login: kubernetes:core/v1:Secret',
      'prometheus > prometheus-cluster-role-binding: kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding',
      'prometheus > prometheus-cluster-role: kubernetes:rbac.authorization.k8s.io/v1:ClusterRole',
      'prometheus > prometheus-config: kubernetes:core/v1:ConfigMap',
      'prometheus > prometheus-nodes: kubernetes:core/v1:Service',
      'prometheus > prometheus-role-binding: kubernetes:rbac.authorization.k8s.io/v1:RoleBinding',
      'prometheus > prometheus-role: kubernetes:rbac.authorization.k8s.io/v1:Role',
      'prometheus > prometheus-scripts: kubernetes:core/v1:ConfigMap',
      'prometheus > prometheus-service: kubernetes:core/v1:Service',
      'prometheus > prometheus-statefulset: kubernetes:apps/v1:StatefulSet',
      'prometheus-access > prometheus-access-login: kubernetes:core/v1:Secret',
      'prometheus-access > prometheus-access-password: random:index/randomPassword:RandomPassword',
      'prometheus-access > prometheus-access-web: kubernetes:core/v1:Secret',
      'redis > redis-account: kubernetes:core/v1:ServiceAccount',
      'redis > redis-config: kubernetes:core/v1:ConfigMap',
      'redis > redis-nodes: kubernetes:core/v1:Service',
      'redis > redis-service: kubernetes:core/v1:Service',
      'redis > redis-statefulset: kubernetes:apps/v1:StatefulSet',
      'session-database-test > alertmanager-access: session-database:monitoring:WebSecrets',
      'session-database-test > alertmanager: session-database:monitoring:Alertmanager',
      'session-database-test > cluster: pulumi:providers:kubernetes',
      'session-database-test > credentials: session-database:credentials:Credentials',
      'session-database-test > exporters: session-database:monitoring:Exporters',
      'session-database-test > grafana: session-database:monitoring:Grafana',
      'session-database-test > namespace: session-database:namespace:Namespace',
      'session-database-test > network: session-database:network:Network',
      'session-database-test > prometheus-access: session-database:monitoring:WebSecrets',
      'session-database-test > prometheus: session-database:monitoring:Prometheus',
      'session-database-test > redis: session-database:redis:Redis',
      'session-database-test > sessions: session-database:sessions:Sessions',
      'sessions > sessions-cleanup-account: kubernetes:core/v1:ServiceAccount',
      'sessions > sessions-cleanup-config: kubernetes:core/v1:ConfigMap',
      'sessions > sessions-cleanup: kubernetes:batch/v1:CronJob',
      'sessions > sessions-library-account: kubernetes:core/v1:ServiceAccount',
      'sessions > sessions-library-config: kubernetes:core/v1:ConfigMap',
      'sessions > sessions-library: kubernetes:batch/v1:Job',
    ]);
  });

  test('every object of the cluster is made by the explicit provider', () => {
    expect(new Set(run.resources.filter(kubernetes).map(({ provider }) => provider))).toEqual(
      new Set(['cluster']),
    );
  });

  test('the provider takes back what was changed by hand, and finds its cluster by itself', () => {
    expect(resource('cluster').inputs).toEqual({
      enablePatchForce: 'true',
      enableSecretMutable: 'true',
      enableConfigMapMutable: 'true',
    });
  });

  test('the namespace is closed before anything is in it', () => {
    const inside = run.resources.filter(kubernetes).filter(({ parent }) => parent !== 'namespace');
    for (const { name, dependencies } of inside) {
      expect([name, dependencies]).toEqual([
        name,
        expect.arrayContaining([
          'namespace-namespace',
          'namespace-quota',
          'namespace-defaults',
          'namespace-default-deny',
        ]),
      ]);
    }
    expect(inside).toHaveLength(61);
  });

  test('Redis starts after its configuration, its Secrets, its account and the service that names it', () => {
    expect(resource('redis-statefulset').dependencies).toEqual(
      expect.arrayContaining([
        'redis-config',
        'redis-account',
        'redis-nodes',
        'credentials-acl',
        'credentials-probe',
      ]),
    );
  });

  test('the library is loaded into a Redis that serves, by a way through the network; cleanup comes after it', () => {
    expect(resource('sessions-library').dependencies).toEqual(
      expect.arrayContaining([
        'redis-statefulset',
        'redis-service',
        'network-allow-sessions-library-egress',
        'network-allow-redis-ingress',
        'credentials-deployer',
        'sessions-library-config',
        'sessions-library-account',
      ]),
    );
    expect(resource('sessions-cleanup').dependencies).toEqual(
      expect.arrayContaining([
        'sessions-library',
        'network-allow-sessions-cleanup-egress',
        'credentials-cleanup',
        'sessions-cleanup-config',
        'sessions-cleanup-account',
      ]),
    );
  });

  test('passwords are 32 letters and digits', () => {
    expect(resource('credentials-admin-password').inputs).toEqual({ length: 32, special: false });
  });

  test("each role's Secret holds its own password, and all of them are secret in the state", () => {
    const secrets = run.resources.filter(({ type }) => type === 'kubernetes:core/v1:Secret');
    expect(secrets.map(({ name }) => name).sort()).toEqual([
      ...['alertmanager-access-login', 'alertmanager-access-web'],
      ...['alertmanager-config', 'alertmanager-receivers'],
      ...['credentials-acl', 'credentials-application', 'credentials-cleanup', 'credentials-deployer'],
      ...['credentials-probe', 'exporters-credentials', 'grafana-credentials'],
      ...['prometheus-access-login', 'prometheus-access-web', 'prometheus-alertmanager-login'],
    ]);
    // What is not known yet cannot be marked; the SDK marks a Secret's data by itself.
    const given = ['alertmanager-config', 'alertmanager-receivers'];
    expect(secrets.map((secret) => [secret.name, secret.secrets])).toEqual(
      secrets.map(({ name }) => [name, preview && !given.includes(name) ? [] : ['data']]),
    );
  });

  test('nothing else has a secret in it', () => {
    const others = run.resources.filter(({ type }) => type !== 'kubernetes:core/v1:Secret');
    expect(others.filter(({ secrets }) => secrets.length > 0).map(({ name }) => name)).toEqual([]);
  });

  test('the image is the one of versions.json', () => {
    expect(JSON.stringify(resource('redis-statefulset').inputs)).toContain(
      `"image":"${versions.images.redis}"`,
    );
  });
});

describe('the outputs of a stack', () => {
  let outputs: PlatformOutputs;
  let resources: Recording<PlatformOutputs>['resources'];
  beforeAll(async () => {
    ({ result: outputs, resources } = await record(() => buildPlatform(config)));
  });
  const base64 = (text: string) => Buffer.from(text).toString('base64');

  test('say how applications connect', () => {
    expect(outputs.redis).toEqual({
      mode: 'standalone',
      host: 'redis.session-database.svc',
      port: 6379,
      read: { host: 'redis.session-database.svc', port: 6379 },
      tls: false,
      namespace: 'session-database',
      podLabels: {
        'app.kubernetes.io/name': 'redis',
        'app.kubernetes.io/instance': 'session-database',
        'app.kubernetes.io/component': 'database',
      },
      entryLabels: {
        'app.kubernetes.io/name': 'redis',
        'app.kubernetes.io/instance': 'session-database',
        'app.kubernetes.io/component': 'database',
      },
      clientLabel: { 'session-database/client': 'true' },
      username: 'application',
      secretName: 'redis-application',
    });
  });

  test('name every role, and the Secret of those that pods log in as', () => {
    expect(outputs.roles).toEqual({
      application: { purpose: 'reads and writes sessions and tokens', secretName: 'redis-application' },
      cleanup: {
        purpose: 'takes what has expired out of the indexes, and counts',
        secretName: 'redis-cleanup',
      },
      deployer: { purpose: 'loads the library of session functions', secretName: 'redis-deployer' },
      admin: { purpose: 'administers the server: looks at everything, changes settings, mends data' },
      probe: { purpose: 'asks whether the server answers', secretName: 'redis-probe' },
      metrics: { purpose: 'counts and measures; reads no session' },
    });
  });

  test('name the session functions, and the version of them that this configuration gives', () => {
    expect(outputs.sessions).toEqual({
      library: 'sessions',
      version: resources
        .flatMap(({ inputs }) => /local VERSION = '(\w+)'/.exec(JSON.stringify(inputs))?.[1] ?? [])
        .join(),
      functions: [...applicationFunctions],
    });
    expect(outputs.sessions.version).toMatch(/^[0-9a-f]{10}$/);
  });

  test('the library has the settings of the stack', () => {
    const config = resources.find(({ name }) => name === 'sessions-library-config')?.inputs['data'];
    expect((config as Record<string, string>)['library.lua']!.split('\n').slice(2, 9)).toEqual([
      'local SETTINGS = {',
      '  session = { ttl = 3600, max_age = 2592000, limit = 5 },',
      '  refresh = { ttl = 604800, max_age = 7776000, limit = 3 },',
      '  deletion = { ttl = 86400, max_age = 604800, limit = 3 },',
      '  max_fields = 30,',
      '  max_bytes = 16384,',
      '}',
    ]);
  });

  test('hold the passwords as secrets', async () => {
    expect(await known(outputs.password)).toEqual([true, passwordOf('credentials-application-password')]);
    expect(await known(outputs.passwords)).toEqual([
      true,
      {
        application: passwordOf('credentials-application-password'),
        cleanup: passwordOf('credentials-cleanup-password'),
        deployer: passwordOf('credentials-deployer-password'),
        admin: passwordOf('credentials-admin-password'),
        probe: passwordOf('credentials-probe-password'),
        metrics: passwordOf('credentials-metrics-password'),
      },
    ]);
  });

  test('and the Secrets in the cluster hold the same', () => {
    const data = (name: string) => resources.find((one) => one.name === name)?.inputs['data'];
    expect(data('credentials-application')).toEqual({
      password: base64(passwordOf('credentials-application-password')),
    });
    expect(data('credentials-probe')).toEqual({ password: base64(passwordOf('credentials-probe-password')) });
  });
});

test('a stack may name its cluster', async () => {
  const named = parseStackConfig('session-database', {
    environment: 'dev',
    cluster: '{"kubeconfig":"/home/me/config","context":"staging"}',
  });
  const { resources } = await record(() => buildPlatform(named));
  expect(resources.find(({ name }) => name === 'cluster')?.inputs).toMatchObject({
    kubeconfig: '/home/me/config',
    context: 'staging',
  });
});
