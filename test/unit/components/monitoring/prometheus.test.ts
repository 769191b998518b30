import type { Resource } from '@pulumi/pulumi';
import { prometheusConf } from '../../../../components/monitoring/prometheus/conf';
import {
  prometheusAddress,
  prometheusConnections,
  type PrometheusObjects,
  prometheusObjects,
  prometheusPods,
} from '../../../../components/monitoring/prometheus/objects';
import {
  alertmanagers,
  allTargets,
  Prometheus,
} from '../../../../components/monitoring/prometheus/prometheus';
import type { ScrapeTarget } from '../../../../components/monitoring/scrape';
import { record } from '../../../../scripts/record';

const namespace = 'sessions';
const given: PrometheusObjects = {
  namespace,
  image: 'docker.io/prom/prometheus:v1.2.3',
  version: '1.2.3',
  cpu: '100m',
  memory: '512Mi',
  retention: '720h',
  storage: { size: '4Gi', class: 'fast' },
  kubelets: 'verified',
  tls: true,
};
const labelsOf = (name: string, component = 'monitoring') => ({
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/instance': namespace,
  'app.kubernetes.io/component': component,
});
const selector = labelsOf('prometheus');
const standard = {
  ...selector,
  'app.kubernetes.io/part-of': 'session-database',
  'app.kubernetes.io/managed-by': 'pulumi',
  'app.kubernetes.io/version': '1.2.3',
};
const redis: ScrapeTarget = {
  job: 'redis',
  pods: { name: 'redis', namespace, podLabels: labelsOf('redis', 'database') },
  port: 9121,
};
const folder = '/etc/session-database';

describe('the pod', () => {
  const objects = prometheusObjects(given);
  const { spec } = objects.statefulSet.spec.template;
  const [container] = spec.containers;

  test('starts the server by the script that has it read changed configuration', () => {
    expect(container!.command).toEqual([
      ...['sh', `${folder}/scripts/run.sh`, '5', `${folder}/config`, '--', 'prometheus'],
      `--config.file=${folder}/config/prometheus.yml`,
      `--web.config.file=${folder}/web/web.yml`,
      '--web.listen-address=:9090',
      '--storage.tsdb.path=/prometheus',
      '--storage.tsdb.retention.time=720h',
      // Four fifths of the volume.
      '--storage.tsdb.retention.size=3276MB',
      '--storage.tsdb.wal-compression',
      '--query.lookback-delta=1m',
    ]);
    expect(Object.keys(objects.scripts.data)).toEqual(['run.sh']);
    expect([objects.scripts.metadata.name, objects.scripts.immutable]).toEqual([
      expect.stringMatching(/^prometheus-scripts-[0-9a-f]{10}$/),
      true,
    ]);
  });

  test('is told its address where people reach it by one', () => {
    const { statefulSet } = prometheusObjects({ ...given, externalUrl: 'https://example.com/prometheus' });
    expect(statefulSet.spec.template.spec.containers[0]!.command).toContain(
      '--web.external-url=https://example.com/prometheus',
    );
  });

  test('mounts its Secrets and its configuration, and the token with which it asks Kubernetes', () => {
    expect(spec.volumes).toEqual([
      { name: 'config', configMap: { name: 'prometheus-config', defaultMode: 0o444 } },
      { name: 'scripts', configMap: { name: objects.scripts.metadata.name, defaultMode: 0o444 } },
      ...[
        ['web', 'prometheus-web'],
        ['login', 'prometheus-login'],
        ['alertmanager-login', 'prometheus-alertmanager-login'],
        ['tls', 'prometheus-tls'],
      ].map(([name, secretName]) => ({ name, secret: { secretName, defaultMode: 0o440 } })),
    ]);
    expect(container!.volumeMounts).toEqual([
      ...['config', 'scripts', 'web', 'login', 'alertmanager-login', 'tls'].map((name) => ({
        name,
        mountPath: `${folder}/${name}`,
        readOnly: true,
      })),
      { name: 'data', mountPath: '/prometheus' },
    ]);
    expect(spec.automountServiceAccountToken).toBe(true);
    expect(objects.serviceAccount.automountServiceAccountToken).toBe(false);
    expect(objects.statefulSet.spec).toMatchObject({ replicas: 1, serviceName: 'prometheus-nodes' });
    expect(objects.statefulSet.spec.volumeClaimTemplates[0]!.spec).toEqual({
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '4Gi' } },
      storageClassName: 'fast',
    });
  });

  test('is asked by a command that logs in; a long log is read before it counts as failed', () => {
    const check = (what: string, scheme: string) => ({
      exec: {
        command: [
          ...['promtool', 'check', what, `--url=${scheme}://localhost:9090`],
          `--http.config.file=${folder}/login/http.yml`,
        ],
      },
    });
    expect(container).toMatchObject({
      startupProbe: {
        ...check('ready', 'https'),
        periodSeconds: 5,
        timeoutSeconds: 5,
        failureThreshold: 180,
      },
      readinessProbe: {
        ...check('ready', 'https'),
        periodSeconds: 30,
        timeoutSeconds: 5,
        failureThreshold: 3,
      },
      livenessProbe: {
        ...check('healthy', 'https'),
        periodSeconds: 60,
        timeoutSeconds: 10,
        failureThreshold: 4,
      },
    });
    const plain = prometheusObjects({ ...given, tls: false }).statefulSet.spec.template.spec;
    expect(plain.containers[0]).toMatchObject({ readinessProbe: check('ready', 'http') });
    expect(JSON.stringify(plain)).not.toMatch(/tls|https/);
  });
});

describe('what it may ask Kubernetes', () => {
  const { role, roleBinding, clusterRole, clusterRoleBinding } = prometheusObjects(given);
  const subjects = [{ kind: 'ServiceAccount', name: 'prometheus', namespace }];

  test('which pods there are in its namespace', () => {
    const metadata = { name: 'prometheus', namespace, labels: standard };
    expect(role).toEqual({
      metadata,
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }],
    });
    expect(roleBinding).toEqual({
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'prometheus' },
      subjects,
    });
  });

  test('which nodes there are, and their metrics; of nothing else in the cluster', () => {
    const metadata = { name: 'sessions-prometheus', labels: standard };
    expect(clusterRole).toEqual({
      metadata,
      rules: [
        { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
        { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
      ],
    });
    expect(clusterRoleBinding).toEqual({
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'sessions-prometheus' },
      subjects,
    });
  });

  test('of nodes nothing, where it does not ask kubelets', () => {
    const off = prometheusObjects({ ...given, kubelets: 'off' });
    expect(off).not.toHaveProperty('clusterRole');
    expect(off).not.toHaveProperty('clusterRoleBinding');
    expect([off.role, off.roleBinding]).toEqual([role, roleBinding]);
  });
});

test('it dials what it watches, Kubernetes to find it, and kubelets where it asks them', () => {
  const dialled = (kubelets: PrometheusObjects['kubelets']) =>
    prometheusConnections(namespace, [redis], kubelets).map(({ from, to, port }) => [
      from.podLabels,
      to,
      port,
    ]);
  const beyond = { name: 'the Kubernetes API and kubelets', cidr: '0.0.0.0/0' };
  expect(dialled('off')).toEqual([
    [selector, redis.pods, 9121],
    [selector, beyond, 443],
    [selector, beyond, 6443],
  ]);
  expect(dialled('verified')).toEqual([...dialled('off'), [selector, beyond, 10250]]);
  expect(prometheusPods(namespace)).toEqual({
    name: 'prometheus',
    namespace,
    podLabels: selector,
    port: 9090,
  });
  expect(prometheusAddress(namespace)).toEqual({ host: 'prometheus.sessions.svc', port: 9090 });
});

describe('the component', () => {
  const build = (changed: Partial<PrometheusObjects> = {}) =>
    record(
      () =>
        new Prometheus(
          'prometheus',
          {
            ...{ ...given, ...changed },
            targets: [redis],
            alertmanagerPassword: 'secret',
            rules: 'the rules',
            after: [] as Resource[],
          },
          {},
        ),
    );

  test('keeps the password of the Alertmanagers in one Secret, and configuration under one name', async () => {
    const { resources } = await build();
    const inputs = (name: string) => resources.find((one) => one.name === `prometheus-${name}`)!.inputs;
    expect(inputs('alertmanager-login')).toMatchObject({
      metadata: { name: 'prometheus-alertmanager-login' },
      data: { password: Buffer.from('secret').toString('base64') },
    });
    expect(resources.filter(({ secrets }) => secrets.length > 0).map(({ name }) => name)).toEqual([
      'prometheus-alertmanager-login',
    ]);
    expect(inputs('config')).toMatchObject({
      metadata: { name: 'prometheus-config' },
      data: {
        'prometheus.yml': prometheusConf({
          namespace,
          targets: allTargets(namespace, [redis]),
          alertmanagers: alertmanagers(namespace),
          kubelets: 'verified',
          tls: true,
          ruleFiles: ['rules.yml'],
        }),
        'rules.yml': 'the rules',
      },
    });
    expect(inputs('config')).not.toHaveProperty('immutable');
  });

  test('has no role in the cluster where it does not ask kubelets', async () => {
    const names = async (kubelets: PrometheusObjects['kubelets']) =>
      (await build({ kubelets })).resources.map(({ name }) => name).sort();
    const cluster = ['prometheus-cluster-role', 'prometheus-cluster-role-binding'];
    const all = await names('verified');
    expect(all.filter((name) => name.includes('cluster'))).toEqual(cluster);
    expect(await names('off')).toEqual(all.filter((name) => !cluster.includes(name)));
  });
});
