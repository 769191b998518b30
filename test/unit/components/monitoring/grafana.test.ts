import { output, secret } from '@pulumi/pulumi';
import { dashboards } from '../../../../components/monitoring/dashboards';
import { Grafana, type GrafanaArgs } from '../../../../components/monitoring/grafana/grafana';
import {
  checkedPassword,
  dashboardConfigMaps,
  grafanaAddress,
  grafanaConnections,
  grafanaIdentity,
  grafanaNames,
  type GrafanaObjects,
  grafanaObjects,
  grafanaPods,
} from '../../../../components/monitoring/grafana/objects';
import { Namespace } from '../../../../components/namespace/namespace';
import { passwordOf, record } from '../../../../scripts/record';
import { stacks } from './settings';

const grafana: GrafanaObjects = {
  namespace: 'sessions',
  image: 'docker.io/grafana/grafana:1.2.3',
  version: '1.2.3',
  cpu: '50m',
  memory: '256Mi',
  dashboards: { first: { title: 'First' }, second: { title: 'Second' } },
  prometheus: { url: 'https://prometheus.sessions.svc:9090', username: 'operator' },
  prometheusTls: true,
  tls: true,
  credentialsChecksum: 'sum',
};
const selector = {
  'app.kubernetes.io/name': 'grafana',
  'app.kubernetes.io/instance': 'sessions',
  'app.kubernetes.io/component': 'monitoring',
};

describe('objects', () => {
  const objects = grafanaObjects(grafana);
  const { template } = objects.deployment.spec;
  const [container] = template.spec.containers;

  test('one pod, as the user of the image, with two folders to write to', () => {
    expect(objects.deployment.spec).toMatchObject({ replicas: 1, selector: { matchLabels: selector } });
    expect(template.spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 472, fsGroup: 472 },
    });
    expect(container).toMatchObject({
      command: [
        'grafana',
        'server',
        '--homepath=/usr/share/grafana',
        '--config=/etc/session-database/config/grafana.ini',
        '--packaging=docker',
      ],
      ports: [{ name: 'web', containerPort: 3000, protocol: 'TCP' }],
      securityContext: { readOnlyRootFilesystem: true },
    });
    expect(container!.volumeMounts.filter((mount) => !('readOnly' in mount))).toEqual([
      { name: 'data', mountPath: '/var/lib/grafana' },
      { name: 'tmp', mountPath: '/tmp' },
    ]);
    expect(objects.serviceAccount.automountServiceAccountToken).toBe(false);
  });

  test('files lie where the image looks for them', () => {
    expect(container!.volumeMounts.filter((mount) => 'readOnly' in mount)).toEqual(
      [
        ['config', '/etc/session-database/config'],
        ['datasources', '/etc/grafana/provisioning/datasources'],
        ['providers', '/etc/grafana/provisioning/dashboards'],
        ['credentials', '/etc/session-database/credentials'],
        ['tls', '/etc/session-database/tls'],
        ['dashboard-first', '/etc/session-database/dashboards/first'],
        ['dashboard-second', '/etc/session-database/dashboards/second'],
      ].map(([name, mountPath]) => ({ name, mountPath, readOnly: true })),
    );
    expect(objects.configMaps.config.data['grafana.ini']).toContain(
      '\ndefault_home_dashboard_path = /etc/session-database/dashboards/first/first.json\n',
    );
    expect(Object.keys(objects.dashboards['first']!.data)).toEqual(['first.json']);
  });

  test('what is read at the start only is another pod when it changes; a dashboard is not', () => {
    const volumes = ({ deployment }: typeof objects) => deployment.spec.template.spec.volumes;
    const other = (changed: Partial<GrafanaObjects>) => volumes(grafanaObjects({ ...grafana, ...changed }));
    expect(other({ dashboards: { ...grafana.dashboards, second: { title: 'Other' } } })).toEqual(
      volumes(objects),
    );
    expect(other({ url: 'https://grafana.example.com/' })).not.toEqual(volumes(objects));
    expect(other({ prometheus: { ...grafana.prometheus, username: 'other' } })).not.toEqual(volumes(objects));
    expect(template.metadata).toMatchObject({
      annotations: { 'session-database/credentials-checksum': 'sum' },
    });
    expect(Object.values(objects.configMaps).map(({ immutable }) => immutable)).toEqual([true, true, true]);
  });

  test('it is asked for its health, over TLS where it has a certificate', () => {
    const get = { path: '/api/health', port: 'web' };
    expect(container).toMatchObject({
      startupProbe: { httpGet: { ...get, scheme: 'HTTPS' }, periodSeconds: 2, failureThreshold: 150 },
      readinessProbe: { httpGet: { ...get, scheme: 'HTTPS' }, periodSeconds: 10 },
      livenessProbe: { httpGet: { ...get, scheme: 'HTTPS' }, periodSeconds: 30 },
    });
    const plain = grafanaObjects({ ...grafana, tls: false });
    const spec = plain.deployment.spec.template.spec;
    expect(spec.containers[0]!.readinessProbe!).toMatchObject({ httpGet: get });
    expect(JSON.stringify(spec)).not.toMatch(/HTTPS|tls/);
    expect(plain.service.spec.ports).toEqual([
      { name: 'http', port: 3000, targetPort: 'web', protocol: 'TCP' },
    ]);
    expect(objects.service.spec).toEqual({
      type: 'ClusterIP',
      selector,
      ports: [{ name: 'https', port: 3000, targetPort: 'web', protocol: 'TCP' }],
    });
  });

  test('it dials Prometheus, and is dialled by its own labels', () => {
    const prometheus = {
      name: 'prometheus',
      namespace: 'sessions',
      podLabels: { app: 'prometheus' },
      port: 9090,
    };
    expect(grafanaConnections(prometheus)).toEqual([
      {
        from: { name: 'grafana', namespace: 'sessions', podLabels: selector },
        to: { name: 'prometheus', namespace: 'sessions', podLabels: { app: 'prometheus' } },
        port: 9090,
        purpose: 'dashboards ask for metrics',
      },
    ]);
    expect(grafanaPods('sessions')).toEqual({
      name: 'grafana',
      namespace: 'sessions',
      podLabels: selector,
      port: 3000,
    });
    expect(grafanaAddress('sessions')).toEqual({ host: 'grafana.sessions.svc', port: 3000 });
    expect(grafanaNames('sessions').dnsNames).toEqual([
      'localhost',
      'grafana',
      'grafana.sessions',
      'grafana.sessions.svc',
      'grafana.sessions.svc.cluster.local',
    ]);
  });

  test('another Grafana finds dashboards by labels', () => {
    const identity = grafanaIdentity('sessions');
    const { first } = dashboardConfigMaps(identity, grafana.dashboards, { grafana_dashboard: '1' });
    expect(first).toMatchObject({
      metadata: {
        name: 'grafana-dashboard-first',
        namespace: 'sessions',
        labels: { ...selector, grafana_dashboard: '1' },
      },
      data: { 'first.json': '{"title":"First"}' },
    });
  });

  test('a dashboard that no ConfigMap can hold is refused; those of the platform are far from it', () => {
    const identity = grafanaIdentity('sessions');
    expect(() => dashboardConfigMaps(identity, { big: { text: 'x'.repeat(2 ** 20) } })).toThrow(
      'the dashboard big has 1048587 bytes; a ConfigMap holds 1044480 at most',
    );
    const sizes = Object.values(dashboardConfigMaps(identity, dashboards(stacks.sentinel))).map(({ data }) =>
      Buffer.byteLength(JSON.stringify(data)),
    );
    expect(Math.max(...sizes)).toBeLessThan(128 * 1024);
  });

  test.each(['a$b', 'a b', '', 'a%(x)s', '${HOME}'])(
    'the password "%s" is refused, and not repeated',
    (password) => {
      expect(() => checkedPassword('admin', password)).toThrow(
        /^the password of admin must be of letters, digits, _ and - only$/,
      );
    },
  );
});

describe('component', () => {
  const plain: Omit<GrafanaArgs, 'after'> = {
    namespace: 'sessions',
    image: grafana.image,
    version: '1.2.3',
    cpu: '50m',
    memory: '256Mi',
    dashboards: grafana.dashboards,
    prometheus: { ...grafana.prometheus, password: secret('Pass1'), ca: output('authorities') },
  };
  const args: Omit<GrafanaArgs, 'after'> = {
    ...plain,
    certificate: {
      'ca.crt': output('authorities'),
      'tls.crt': output('certificate'),
      'tls.key': secret('private'),
    },
  };
  const build = (changed: Partial<GrafanaArgs> = {}) =>
    record(() => {
      const quota = { pods: 1, cpu: '1', memory: '1Gi', storage: '1Gi' };
      const home = new Namespace('home', { namespace: 'sessions', kubernetesVersion: '1.2.3', quota }, {});
      return new Grafana('grafana', { ...args, ...changed, after: [home] }, {});
    });
  const decoded = (data: unknown) =>
    Object.fromEntries(
      Object.entries(data as Record<string, string>).map(([file, text]) => [
        file,
        Buffer.from(text, 'base64').toString(),
      ]),
    );

  test('registers its objects below itself, passwords in one Secret only', async () => {
    const { resources, result } = await build();
    const own = resources.filter(({ parent }) => parent === 'grafana');
    expect(own.map(({ type, name }) => [type.split(':').at(-1), name])).toEqual(
      expect.arrayContaining([
        ['RandomPassword', 'grafana-password'],
        ['Secret', 'grafana-credentials'],
        ['Secret', 'grafana-tls'],
        ['ConfigMap', 'grafana-config'],
        ['ConfigMap', 'grafana-datasources'],
        ['ConfigMap', 'grafana-providers'],
        ['ConfigMap', 'grafana-dashboard-first'],
        ['ConfigMap', 'grafana-dashboard-second'],
        ['ServiceAccount', 'grafana-account'],
        ['Deployment', 'grafana-deployment'],
        ['Service', 'grafana-service'],
      ]),
    );
    expect(own).toHaveLength(11);
    expect(result.address).toEqual({ host: 'grafana.sessions.svc', port: 3000 });
    const credentials = own.find(({ name }) => name === 'grafana-credentials')!;
    expect(credentials.secrets).toContain('data');
    expect(decoded(credentials.inputs['data'])).toEqual({
      'admin-password': passwordOf('grafana-password'),
      'secret-key': expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      'prometheus-password': 'Pass1',
      'prometheus-ca.crt': 'authorities',
    });
    const others = JSON.stringify(own.filter(({ name }) => name !== 'grafana-credentials'));
    expect(others).not.toContain('Pass1');
    expect(others).not.toContain(passwordOf('grafana-password'));
  });

  test('the pod waits for all that it mounts, and another password is another pod', async () => {
    const deployment = async (changed: Partial<GrafanaArgs> = {}) => {
      const { resources } = await build(changed);
      return resources.find(({ name }) => name === 'grafana-deployment')!;
    };
    const first = await deployment();
    expect(first.secrets).toEqual([]);
    expect(first.dependencies).toEqual(
      expect.arrayContaining(
        ['credentials', 'tls', 'config', 'dashboard-first', 'account'].map((of) => `grafana-${of}`),
      ),
    );
    expect(await deployment()).toEqual(first);
    const prometheus = { ...plain.prometheus, password: secret('Pass3') };
    const other = await deployment({ prometheus });
    expect(other.inputs).not.toEqual(first.inputs);
  });

  test('has no Secret of certificates without TLS', async () => {
    const { resources } = await record(() => new Grafana('grafana', { ...plain, after: [] }, {}));
    expect(resources.map(({ name }) => name)).not.toContain('grafana-tls');
  });
});
