import type { Resource } from '@pulumi/pulumi';
import { Alertmanager } from '../../../../components/monitoring/alertmanager/alertmanager';
import { alertmanagerConf, type Receiver } from '../../../../components/monitoring/alertmanager/conf';
import {
  alertmanagerAddress,
  alertmanagerConnections,
  type AlertmanagerObjects,
  alertmanagerObjects,
  alertmanagerPods,
} from '../../../../components/monitoring/alertmanager/objects';
import { record } from '../../../../scripts/record';

const namespace = 'sessions';
const one: AlertmanagerObjects = {
  namespace,
  image: 'docker.io/prom/alertmanager:v1.2.3',
  version: '1.2.3',
  pods: 1,
  cpu: '20m',
  memory: '64Mi',
  storage: { size: '128Mi' },
  tls: true,
};
const three = { ...one, pods: 3 };
const selector = {
  'app.kubernetes.io/name': 'alertmanager',
  'app.kubernetes.io/instance': namespace,
  'app.kubernetes.io/component': 'monitoring',
};
const folder = '/etc/session-database';
const podOf = (of: AlertmanagerObjects) => alertmanagerObjects(of).statefulSet.spec.template.spec;

describe('the pod', () => {
  const begin = [
    ...['sh', `${folder}/files/run.sh`, '5', `${folder}/config`, `${folder}/receivers`, '--', 'alertmanager'],
    `--config.file=${folder}/config/alertmanager.yml`,
    `--web.config.file=${folder}/web/web.yml`,
    '--web.listen-address=:9093',
  ];

  test('of one Alertmanager talks with no other', () => {
    const [container] = podOf(one).containers;
    expect(container!.command).toEqual([
      ...begin,
      '--storage.path=/alertmanager',
      '--cluster.listen-address=',
    ]);
    expect(container!.ports).toEqual([{ name: 'web', containerPort: 9093, protocol: 'TCP' }]);
    expect(Object.keys(alertmanagerObjects(one).files.data)).toEqual(['run.sh']);
  });

  test('of several knows all of them by name, and speaks TLS with them', () => {
    const [container] = podOf(three).containers;
    expect(container!.command).toEqual([
      ...begin,
      '--storage.path=/alertmanager',
      '--cluster.listen-address=0.0.0.0:9094',
      `--cluster.tls-config=${folder}/files/gossip.yml`,
      ...[0, 1, 2].map((at) => `--cluster.peer=alertmanager-${at}.alertmanager-nodes.sessions.svc:9094`),
    ]);
    expect(container!.ports).toEqual([
      { name: 'web', containerPort: 9093, protocol: 'TCP' },
      { name: 'gossip', containerPort: 9094, protocol: 'TCP' },
    ]);
    expect(alertmanagerObjects(three).statefulSet.spec.replicas).toBe(3);
  });

  test('is told its address where people reach it by one', () => {
    const [container] = podOf({ ...one, externalUrl: 'https://example.com/alerts' }).containers;
    expect(container!.command).toContain('--web.external-url=https://example.com/alerts');
  });

  test('mounts its Secrets, and no token', () => {
    const spec = podOf(one);
    const files = alertmanagerObjects(one).files.metadata.name;
    const secret = (name: string) => ({
      name,
      secret: { secretName: `alertmanager-${name}`, defaultMode: 0o440 },
    });
    expect(spec.volumes).toEqual([
      secret('config'),
      secret('receivers'),
      { name: 'files', configMap: { name: files, defaultMode: 0o444 } },
      ...['web', 'login', 'tls'].map(secret),
    ]);
    expect(spec.containers[0]!.volumeMounts).toEqual([
      ...['config', 'receivers', 'files', 'web', 'login', 'tls'].map((name) => ({
        name,
        mountPath: `${folder}/${name}`,
        readOnly: true,
      })),
      { name: 'data', mountPath: '/alertmanager' },
    ]);
    expect(spec.automountServiceAccountToken).toBe(false);
    const plain = JSON.stringify(podOf({ ...one, tls: false }));
    expect(plain).not.toMatch(/tls|https/);
    expect(plain).toContain('--alertmanager.url=http://localhost:9093');
  });

  test('is asked by a command that logs in', () => {
    const exec = {
      command: [
        ...['amtool', '--alertmanager.url=https://localhost:9093'],
        ...[`--http.config.file=${folder}/login/http.yml`, 'cluster', 'show'],
      ],
    };
    expect(podOf(one).containers[0]).toMatchObject({
      readinessProbe: { exec, periodSeconds: 15, timeoutSeconds: 5, failureThreshold: 3 },
      livenessProbe: { exec, periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 4 },
    });
  });
});

test('several show each other a certificate, and take none that is not of the own authorities', () => {
  const { files } = alertmanagerObjects(three);
  const gossip = (files.data as Record<string, string>)['gossip.yml']!;
  const own = { cert_file: `${folder}/tls/tls.crt`, key_file: `${folder}/tls/tls.key` };
  const authorities = `${folder}/tls/ca.crt`;
  expect(JSON.parse(gossip)).toEqual({
    tls_server_config: {
      ...own,
      client_ca_file: authorities,
      client_auth_type: 'RequireAndVerifyClientCert',
      min_version: 'TLS12',
    },
    tls_client_config: { ...own, ca_file: authorities, server_name: 'alertmanager.sessions.svc' },
  });
  expect(files.immutable).toBe(true);
  expect(files.metadata.name).toMatch(/^alertmanager-files-[0-9a-f]{10}$/);
  expect(files.metadata.name).not.toBe(alertmanagerObjects(one).files.metadata.name);
});

test('they find each other before they are ready; others find those that are', () => {
  const { headlessService, service, disruptionBudget } = alertmanagerObjects(three);
  const ports = [{ name: 'web', port: 9093, targetPort: 'web', protocol: 'TCP' }];
  expect(headlessService.metadata.name).toBe('alertmanager-nodes');
  expect(headlessService.spec).toEqual({
    clusterIP: 'None',
    publishNotReadyAddresses: true,
    selector,
    ports,
  });
  expect([service.metadata.name, service.spec]).toEqual([
    'alertmanager',
    { type: 'ClusterIP', selector, ports },
  ]);
  expect(disruptionBudget.spec).toMatchObject({ maxUnavailable: 1, selector: { matchLabels: selector } });
  expect(alertmanagerAddress(namespace)).toEqual({ host: 'alertmanager.sessions.svc', port: 9093 });
});

test('they dial each other and the receivers, each port once; alone and without receivers, nobody', () => {
  const from = { name: 'alertmanager', namespace, podLabels: selector, port: 9093 };
  expect(alertmanagerPods(namespace)).toEqual(from);
  const dialled = (pods: number, ports: number[]) =>
    alertmanagerConnections(namespace, pods, ports).map(({ purpose, ...of }) => [of, purpose]);
  const told = (port: number) => [
    { from, to: { name: 'receivers of alerts', cidr: '0.0.0.0/0' }, port },
    'Alertmanager tells the receivers',
  ];
  expect(dialled(1, [])).toEqual([]);
  expect(dialled(1, [443, 587, 443])).toEqual([told(443), told(587)]);
  expect(dialled(2, [443])).toEqual([
    [{ from, to: from, port: 9094 }, 'Alertmanagers tell each other what they have sent'],
    told(443),
  ]);
});

describe('the component', () => {
  const receivers: Receiver[] = [
    { name: 'office', severities: ['critical'], webhook: { url: 'https://office.example.com/SECRET' } },
  ];
  const build = (heartbeat?: string) =>
    record(
      () =>
        new Alertmanager(
          'alertmanager',
          { ...three, receivers, ...(heartbeat === undefined ? {} : { heartbeat }), after: [] as Resource[] },
          {},
        ),
    );
  const decoded = (data: unknown) =>
    Object.fromEntries(
      Object.entries(data as Record<string, string>).map(([file, text]) => [
        file,
        Buffer.from(text, 'base64').toString(),
      ]),
    );

  test.each([undefined, 'https://heartbeat.example.com/SECRET'])(
    'keeps the secrets of receivers in one Secret, and the configuration in another (heartbeat: %s)',
    async (heartbeat) => {
      const { resources } = await build(heartbeat);
      const data = (name: string) =>
        decoded(resources.find((of) => of.name === `alertmanager-${name}`)!.inputs['data']);
      expect(data('receivers')).toEqual({
        'office.url': 'https://office.example.com/SECRET',
        ...(heartbeat === undefined ? {} : { heartbeat }),
      });
      expect(data('config')).toEqual({
        'alertmanager.yml': alertmanagerConf(receivers, heartbeat !== undefined),
      });
      const holders = resources.filter(({ secrets }) => secrets.length > 0).map(({ name }) => name);
      expect(holders.sort()).toEqual(['alertmanager-config', 'alertmanager-receivers']);
      expect(JSON.stringify(resources)).not.toContain('SECRET');
    },
  );

  test('is these resources, its pods after what they mount', async () => {
    const { resources } = await build();
    const own = ['account', 'budget', 'config', 'files', 'nodes', 'receivers', 'service', 'statefulset'];
    expect(resources.map(({ parent, name }) => `${parent} > ${name}`).sort()).toEqual([
      ...own.map((of) => `alertmanager > alertmanager-${of}`),
      'session-database-test > alertmanager',
    ]);
    const pods = resources.find(({ name }) => name === 'alertmanager-statefulset');
    expect(pods!.dependencies).toEqual(
      expect.arrayContaining(
        ['config', 'receivers', 'files', 'account', 'nodes'].map((of) => `alertmanager-${of}`),
      ),
    );
  });
});
