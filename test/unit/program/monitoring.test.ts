import { passwordsFile } from '../../../components/monitoring/exporter/objects';
import { webConfig } from '../../../components/monitoring/web';
import { parseStackConfig } from '../../../stacks/parse';
import { buildPlatform, type PlatformOutputs } from '../../../stacks/platform';
import { encode } from '../../../scripts/encode';
import { objectsOf, templates } from '../support/objects';
import {
  certificateOf,
  endOf,
  hashOf,
  keyOf,
  known,
  passwordOf,
  record,
  type Recording,
} from '../../../scripts/record';

const build = (environment: string, settings: Record<string, unknown> = {}) =>
  record(() => buildPlatform(parseStackConfig('session-database', encode({ environment, ...settings }))));

const { KUBECONFIG } = process.env;
beforeAll(() => {
  delete process.env['KUBECONFIG'];
});
afterAll(() => {
  if (KUBECONFIG !== undefined) process.env['KUBECONFIG'] = KUBECONFIG;
});

const parents = [
  'exporters',
  'prometheus-access',
  'alertmanager-access',
  'prometheus',
  'alertmanager',
  'grafana',
];
const receivers = [
  { name: 'office', severities: ['critical'], webhook: { url: 'https://office.example.com/SECRET' } },
];

describe('stack staging', () => {
  let run: Recording<PlatformOutputs>;
  beforeAll(async () => {
    run = await build('staging', {
      monitoring: { receivers, heartbeat: 'https://heartbeat.example.com/SECRET' },
    });
  });
  const resource = (name: string) => run.resources.find((one) => one.name === name)!;
  const data = (name: string) => resource(name).inputs['data'] as Record<string, string>;
  const files = (name: string) =>
    Object.fromEntries(
      Object.entries(data(name)).map(([file, text]) => [file, Buffer.from(text, 'base64').toString()]),
    );

  test('monitoring is these resources, each below its component', () => {
    const of = (parent: string) =>
      run.resources.filter((one) => one.parent === parent).map(({ name }) => name.slice(parent.length + 1));
    const server = ['account', 'nodes', 'service', 'statefulset', 'config'];
    expect(Object.fromEntries(parents.map((parent) => [parent, of(parent).sort()]))).toEqual({
      exporters: ['credentials', 'scripts'],
      'prometheus-access': ['login', 'password', 'tls', 'web'],
      'alertmanager-access': ['login', 'password', 'tls', 'web'],
      prometheus: [
        ...[...server, 'scripts', 'alertmanager-login'],
        ...['role', 'role-binding', 'cluster-role', 'cluster-role-binding'],
      ].sort(),
      alertmanager: [...server, 'files', 'budget', 'receivers'].sort(),
      grafana: [
        ...[
          'account',
          'config',
          'credentials',
          'datasources',
          'deployment',
          'password',
          'providers',
          'service',
          'tls',
        ],
        ...['platform', 'redis', 'sessions', 'slo'].map((of) => `dashboard-session-database-${of}`),
      ].sort(),
    });
  });

  test('pods of Redis and Sentinels start after what their exporters mount', () => {
    for (const part of ['redis', 'sentinel']) {
      expect(resource(`redis-${part}-statefulset`).dependencies).toEqual(
        expect.arrayContaining(['exporters-credentials', 'exporters-scripts']),
      );
    }
  });

  test('servers of monitoring start after what they mount, and their way through the network', () => {
    for (const [server, own] of [
      ['prometheus', ['alertmanager-login', 'config', 'scripts', 'account', 'role-binding', 'nodes']],
      ['alertmanager', ['config', 'receivers', 'files', 'account', 'nodes']],
    ] as const) {
      expect(resource(`${server}-statefulset`).dependencies).toEqual(
        expect.arrayContaining([
          ...own.map((of) => `${server}-${of}`),
          ...['web', 'login', 'tls'].map((of) => `${server}-access-${of}`),
          ...[`network-allow-${server}-ingress`, `network-allow-${server}-egress`],
        ]),
      );
    }
  });

  test('exporters have the password of their role in a file, by the addresses of both servers, and its certificate', () => {
    const password = passwordOf('credentials-metrics-password');
    expect(files('exporters-credentials')).toEqual({
      'passwords.json': JSON.stringify({
        'rediss://metrics@127.0.0.1:6379': password,
        'rediss://metrics@127.0.0.1:26379': password,
      }),
      'ca.crt': certificateOf('certificates-authority-1'),
      'tls.crt': certificateOf('certificates-client-metrics'),
      'tls.key': keyOf('certificates-client-metrics-key'),
    });
    const settings = { ports: { redis: 6379, sentinel: 26379 }, tls: true };
    expect(files('exporters-credentials')['passwords.json']).toBe(passwordsFile(settings, password));
  });

  test('a server knows its user by a hash, and others have the password', () => {
    for (const server of ['prometheus', 'alertmanager']) {
      expect(files(`${server}-access-web`)).toEqual({
        'web.yml': webConfig(hashOf(`${server}-access-password`), true),
      });
      expect(files(`${server}-access-login`)).toMatchObject({
        password: passwordOf(`${server}-access-password`),
      });
    }
    expect(files('prometheus-alertmanager-login')).toEqual({
      password: passwordOf('alertmanager-access-password'),
    });
  });

  test('secrets of receivers are in one Secret, by the names that the configuration calls them by', () => {
    expect(files('alertmanager-receivers')).toEqual({
      'office.url': 'https://office.example.com/SECRET',
      heartbeat: 'https://heartbeat.example.com/SECRET',
    });
    expect(files('alertmanager-config')['alertmanager.yml']).not.toContain('SECRET');
  });

  test('rules know when every certificate ends that there is', () => {
    const [authorities, certificates] = [endOf.authorities, endOf.certificates].map(
      (time) => Date.parse(time) / 1000,
    );
    const rules = JSON.parse(data('prometheus-config')['rules.yml']!) as {
      groups: { rules: { record?: string; labels?: Record<string, string>; expr: string }[] }[];
    };
    const made = run.resources.filter(({ type }) => /(SelfSigned|LocallySigned)Cert$/.test(type));
    expect(made.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'certificates-grafana',
        'certificates-prometheus',
        'certificates-client-metrics',
      ]),
    );
    const ends = rules.groups
      .flatMap((group) => group.rules)
      .filter(({ record: name }) => name === 'session_database_certificate_not_after_timestamp_seconds')
      .map(({ labels, expr }) => [labels!['name'], expr]);
    expect(Object.fromEntries(ends)).toEqual(
      Object.fromEntries(
        made.map(({ name, type }) => [
          name.replace('certificates-', '').replace('authority-', 'authority '),
          `vector(${type.endsWith('SelfSignedCert') ? authorities : certificates})`,
        ]),
      ),
    );
  });

  test('the outputs tell where the servers are, and their passwords as secrets', async () => {
    const { monitoring } = run.result;
    const of = async (server: keyof NonNullable<typeof monitoring>) => {
      const { password, ...rest } = monitoring![server]!;
      return { ...rest, password: await known(password) };
    };
    const server = (name: string, port: number, username: string, password: string) => ({
      url: `https://${name}.session-database.svc:${port}`,
      username,
      podLabels: {
        'app.kubernetes.io/name': name,
        'app.kubernetes.io/instance': 'session-database',
        'app.kubernetes.io/component': 'monitoring',
      },
      password: [true, passwordOf(password)],
    });
    expect(await of('prometheus')).toEqual(
      server('prometheus', 9090, 'operator', 'prometheus-access-password'),
    );
    expect(await of('alertmanager')).toEqual(
      server('alertmanager', 9093, 'operator', 'alertmanager-access-password'),
    );
    expect(await of('grafana')).toEqual(server('grafana', 3000, 'admin', 'grafana-password'));
  });
});

test.each([
  ['dev', 1],
  ['staging', 1],
  ['prod', 2],
])(
  "in stack %s only Prometheus' pod may ask Kubernetes; there are %d Alertmanagers",
  async (environment, count) => {
    const { resources } = await build(environment);
    const accounts = templates(objectsOf(resources)).filter(({ spec }) => spec.automountServiceAccountToken);
    expect(accounts.map(({ spec }) => spec.serviceAccountName)).toEqual(['prometheus']);
    const alertmanager = resources.find(({ name }) => name === 'alertmanager-statefulset');
    expect(alertmanager?.inputs['spec']).toMatchObject({ replicas: count });
  },
);

test('without monitoring there is nothing of it: no server, no exporter, no policy, no output', async () => {
  const { resources, result } = await build('staging', { monitoring: { mode: 'off' } });
  expect(resources.filter(({ parent, name }) => parents.includes(parent) || parents.includes(name))).toEqual(
    [],
  );
  const policies = resources.filter(({ name }) => /^network-.*(prometheus|alertmanager|grafana)/.test(name));
  expect(policies).toEqual([]);
  expect(JSON.stringify(resources)).not.toContain('exporter');
  expect(result).not.toHaveProperty('monitoring');
});

test('without kubelets Prometheus may ask of nothing in the cluster but the pods of its namespace', async () => {
  const { resources } = await build('dev', { monitoring: { kubelets: 'off' } });
  const names = resources.filter(({ type }) => type.startsWith('kubernetes:rbac')).map(({ name }) => name);
  expect(names).toEqual(['prometheus-role', 'prometheus-role-binding']);
});
