import { output, secret } from '@pulumi/pulumi';
import { haproxyConf, type HaproxyConf } from '../../../components/proxy/conf';
import {
  proxyAddress,
  proxyConnections,
  type ProxyObjects,
  proxyObjects,
  proxyPods,
} from '../../../components/proxy/objects';
import { Proxy, type ProxyArgs } from '../../../components/proxy/proxy';
import { sha256 } from '../../../components/kubernetes/checksum';
import { standaloneService } from '../../../components/redis/standalone';
import { Namespace } from '../../../components/namespace/namespace';
import { record } from '../../../scripts/record';

const conf: HaproxyConf = {
  pods: [
    { name: 'redis-0', address: '10.0.0.1' },
    { name: 'redis-1', address: '10.0.0.2' },
  ],
  redisPort: 6379,
  port: 6379,
  statusPort: 8405,
  login: { user: 'proxy', password: 'Pass1' },
  minReplicas: 1,
  maxConnections: 1000,
  drainSeconds: 10,
  takeover: '/etc/session-database/scripts/takeover.lua',
};
const proxy: ProxyObjects = {
  namespace: 'sessions',
  image: 'docker.io/library/haproxy:1.2.3',
  version: '1.2.3',
  scale: { min: 2, max: 6, cpuPart: 1 },
  cpu: '100m',
  memory: '64Mi',
  configChecksum: 'sum',
  tls: false,
};
const selector = {
  'app.kubernetes.io/name': 'redis-proxy',
  'app.kubernetes.io/instance': 'sessions',
  'app.kubernetes.io/component': 'proxy',
};
const section = (text: string, name: string) =>
  text
    .split('\n\n')
    .find((part) => part.startsWith(`${name}\n`))!
    .split('\n')
    .slice(1)
    .map((line) => line.trim())
    .filter((line) => line !== '');

describe('haproxy.cfg', () => {
  const text = haproxyConf(conf);

  test('sends clients to the first master that takes writes, then to the first that is alone', () => {
    expect(section(text, 'frontend clients')).toEqual(['bind :6379', 'default_backend master']);
    expect(section(text, 'backend master')).toEqual([
      'balance first',
      'server redis-0 10.0.0.1:6379 track writable/redis-0 on-marked-down shutdown-sessions on-marked-up shutdown-backup-sessions',
      'server redis-1 10.0.0.2:6379 track writable/redis-1 on-marked-down shutdown-sessions on-marked-up shutdown-backup-sessions',
      'server redis-0-alone 10.0.0.1:6379 backup track alone/redis-0 on-marked-down shutdown-sessions',
      'server redis-1-alone 10.0.0.2:6379 backup track alone/redis-1 on-marked-down shutdown-sessions',
    ]);
  });

  test('asks every pod for its role as the role of the proxy', () => {
    expect(section(text, 'backend writable')).toEqual([
      'option tcp-check',
      'tcp-check set-var-fmt(check.words) "%[srv_is_up(writable/redis-0),iif(QUIT,PING)]%[srv_is_up(writable/redis-1),iif(QUIT,PING)]"',
      'tcp-check set-var(check.at) srv_id,sub(1),mul(4)',
      'tcp-check send-lf "AUTH proxy Pass1\\r\\nPING\\r\\nINFO replication\\r\\n%[var(check.words),bytes(check.at,4)]\\r\\n"',
      'tcp-check expect rstring "(?s)^[+]OK\\r\\n[+]PONG\\r\\n.*role:master\\r\\n.*min_slaves_good_slaves:[0-9]+\\r\\n"',
      'tcp-check expect min-recv 1 rstring "(?s)^[+]OK\\r\\n[+]PONG\\r\\n.*role:master\\r\\n.*min_slaves_good_slaves:([1-9]|[1-9][0-9])\\r\\n"',
      'server redis-0 10.0.0.1:6379 check inter 150ms fastinter 2ms downinter 20ms fall 3 rise 1',
      'server redis-1 10.0.0.2:6379 check inter 150ms fastinter 2ms downinter 20ms fall 3 rise 1',
    ]);
    expect(section(text, 'backend alone')).toEqual([
      'option tcp-check',
      'tcp-check send "AUTH proxy Pass1\\r\\nPING\\r\\nINFO replication\\r\\nQUIT\\r\\n"',
      'tcp-check expect rstring "(?s)^[+]OK\\r\\n[+]PONG\\r\\n.*role:master\\r\\n.*min_slaves_good_slaves:[0-0]\\r\\n"',
      'server redis-0 10.0.0.1:6379 check inter 1s fall 1 rise 5',
      'server redis-1 10.0.0.2:6379 check inter 1s fall 1 rise 5',
    ]);
  });

  test('verifies Redis and shows a certificate where there is TLS, in checks only', () => {
    const tls = haproxyConf({ ...conf, tls: { folder: '/tls', controlPort: 8406 } });
    const options = ' check-ssl verify required ssl-min-ver TLSv1.2 ca-file /tls/ca.crt crt /tls/tls.crt';
    for (const checks of ['backend writable', 'backend alone']) {
      const withTls = (line: string) => (line.startsWith('server') ? line + options : line);
      expect(section(tls, checks)).toEqual(section(text, checks).map(withTls));
    }
    expect(section(tls, 'backend master')).toEqual(section(text, 'backend master'));
    expect(section(tls, 'global').slice(-3)).toEqual([
      'ssl-load-extra-files key',
      'ssl-load-extra-del-ext',
      'stats socket ipv4@127.0.0.1:8406 level admin',
    ]);
    expect(section(tls, 'frontend clients')).toEqual(section(text, 'frontend clients'));
  });

  test.each([
    [1, 0, false],
    [1, 1, true],
    [1, 10, true],
    [2, 1, false],
    [2, 2, true],
    [2, 12, true],
    [9, 8, false],
    [9, 9, true],
  ])('with at least %d replicas wanted, %d are enough: %s', (minReplicas, replicas, enough) => {
    const rendered = haproxyConf({ ...conf, minReplicas });
    const said = `min_slaves_good_slaves:${replicas}\r\n`;
    const matches = (backend: string) => {
      const text = section(rendered, backend).join();
      const count = text.match(/min_slaves_good_slaves[^\\]+/g)!.at(-1);
      return new RegExp(`${count}\r\n`).test(said);
    };
    expect([matches('backend writable'), matches('backend alone')]).toEqual([enough, !enough]);
  });

  test.each([0, 10, 1.5])('%d replicas are refused', (minReplicas) => {
    expect(() => haproxyConf({ ...conf, minReplicas })).toThrow(
      `minReplicas is ${minReplicas}; allowed: 1 to 9`,
    );
  });

  test('a password that would end its quotes is refused, and not repeated', () => {
    const login = { user: 'proxy', password: 'a"b$c' };
    expect(() => haproxyConf({ ...conf, login })).toThrow(
      /^the password of proxy must be of letters, digits, _ and - only$/,
    );
  });
});

describe('objects', () => {
  const objects = proxyObjects(proxy);
  const { spec } = objects.deployment;
  const [container] = spec.template.spec.containers;

  test('a new proxy serves before an old one ends', () => {
    const { template, ...rest } = spec;
    expect(rest).toEqual({
      replicas: 2,
      minReadySeconds: 5,
      progressDeadlineSeconds: 300,
      revisionHistoryLimit: 3,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      selector: { matchLabels: selector },
    });
    expect(template.metadata).toMatchObject({
      labels: selector,
      annotations: { 'session-database/config-checksum': 'sum' },
    });
    expect(template.spec.terminationGracePeriodSeconds).toBe(20);
  });

  test('the pod runs as the user of the image, with its configuration from a Secret and nothing to write to', () => {
    expect(spec.template.spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 99 });
    expect(spec.template.spec.volumes).toEqual([
      { name: 'config', secret: { secretName: 'redis-proxy-config', defaultMode: 0o440 } },
      { name: 'scripts', configMap: { name: objects.scripts.metadata.name, defaultMode: 0o444 } },
    ]);
    expect(Object.keys(objects.scripts.data)).toEqual(['reload.sh', 'takeover.lua']);
    expect(container).toMatchObject({
      command: ['haproxy', '-db', '-f', '/etc/session-database/config/haproxy.cfg'],
      ports: [
        { name: 'redis', containerPort: 6379, protocol: 'TCP' },
        { name: 'status', containerPort: 8405, protocol: 'TCP' },
      ],
      lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } },
      volumeMounts: ['config', 'scripts'].map((name) => ({
        name,
        mountPath: `/etc/session-database/${name}`,
        readOnly: true,
      })),
    });
  });

  test('a new pod must have found a master; later it is ready without one', () => {
    const get = (path: string) => ({ httpGet: { path, port: 'status' }, timeoutSeconds: 2 });
    expect(container).toMatchObject({
      startupProbe: { ...get('/master'), initialDelaySeconds: 2, periodSeconds: 1, failureThreshold: 120 },
      readinessProbe: { ...get('/alive'), periodSeconds: 5, failureThreshold: 2 },
      livenessProbe: { ...get('/alive'), periodSeconds: 10, failureThreshold: 3 },
    });
  });

  test('with TLS the pod takes up renewed certificates, and authorities, and stays the same pod', () => {
    const { template } = proxyObjects({ ...proxy, tls: true }).deployment.spec;
    expect(template.metadata.annotations).toEqual({ 'session-database/config-checksum': 'sum' });
    expect(template.spec.volumes[2]).toEqual({
      name: 'tls',
      secret: { secretName: 'redis-proxy-tls', defaultMode: 0o440 },
    });
    expect(template.spec).toMatchObject({
      initContainers: [
        {
          name: 'reloader',
          restartPolicy: 'Always',
          command: [
            ...['bash', '/etc/session-database/scripts/reload.sh', '8406', '/etc/session-database/tls', '5'],
          ],
          volumeMounts: [{ name: 'scripts' }, { name: 'tls' }],
        },
      ],
    });
    expect(template.spec.containers[0]?.volumeMounts[2]).toEqual({
      name: 'tls',
      mountPath: '/etc/session-database/tls',
      readOnly: true,
    });
  });

  test('the Service has the name that clients know, and drains take one pod at a time', () => {
    expect(objects.service).toMatchObject({
      metadata: { name: 'redis', namespace: 'sessions' },
      spec: { selector, ports: [{ name: 'redis', port: 6379, targetPort: 'redis', protocol: 'TCP' }] },
    });
    expect(objects.disruptionBudget.spec).toEqual({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: selector },
    });
    expect(proxyAddress('sessions')).toEqual({ host: 'redis.sessions.svc', port: 6379 });
  });

  test('the autoscaler adds pods at once and takes them away one at a time', () => {
    const metric = (name: string, averageUtilization: number) => ({
      type: 'Resource',
      resource: { name, target: { type: 'Utilization', averageUtilization } },
    });
    expect(objects.autoscaler.spec).toEqual({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'redis-proxy' },
      minReplicas: 2,
      maxReplicas: 6,
      metrics: [metric('cpu', 70), metric('memory', 80)],
      behavior: {
        scaleUp: {
          stabilizationWindowSeconds: 0,
          selectPolicy: 'Max',
          policies: [
            { type: 'Percent', value: 100, periodSeconds: 30 },
            { type: 'Pods', value: 2, periodSeconds: 30 },
          ],
        },
        scaleDown: {
          stabilizationWindowSeconds: 300,
          selectPolicy: 'Max',
          policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }],
        },
      },
    });
  });

  test('a pod that asks for a tenth of the CPU that it needs may use ten times what it asks for', () => {
    const { autoscaler } = proxyObjects({ ...proxy, scale: { min: 2, max: 6, cpuPart: 0.1 } });
    expect(autoscaler.spec.metrics.map(({ resource }) => resource.target.averageUtilization)).toEqual([
      700, 80,
    ]);
  });

  test('the proxy dials Redis, and is dialled by its own labels', () => {
    const { pods } = standaloneService({ namespace: 'sessions', version: '1' });
    expect(proxyPods('sessions')).toEqual({
      name: 'redis-proxy',
      namespace: 'sessions',
      podLabels: selector,
      port: 6379,
    });
    expect(proxyConnections(pods)).toEqual([
      {
        from: { name: 'redis-proxy', namespace: 'sessions', podLabels: selector },
        to: { name: 'redis', namespace: 'sessions', podLabels: pods.podLabels },
        port: 6379,
        purpose: 'the proxy passes clients on to the master, and asks which pod it is',
      },
    ]);
  });
});

describe('component', () => {
  const args: Omit<ProxyArgs, 'after'> = {
    namespace: 'sessions',
    image: proxy.image,
    version: '1.2.3',
    scale: { min: 2, max: 6, cpuPart: 1 },
    cpu: '100m',
    memory: '64Mi',
    redis: { pods: [{ name: 'redis-0', address: output('10.0.0.1') }], port: 6379 },
    login: { user: 'proxy', password: secret('Pass1') },
    minReplicas: 1,
    maxConnections: 1000,
  };
  const build = () =>
    record(() => {
      const quota = { pods: 1, cpu: '1', memory: '1Gi', storage: '1Gi' };
      const home = new Namespace('home', { namespace: 'sessions', kubernetesVersion: '1.2.3', quota }, {});
      return new Proxy('proxy', { ...args, after: [home] }, {});
    });

  test('registers its objects below itself, the configuration as a secret that the pods know by its hash', async () => {
    const { resources } = await build();
    const own = resources.filter(({ parent }) => parent === 'proxy');
    expect(own.map(({ type, name }) => [type.split(':').at(-1), name])).toEqual(
      expect.arrayContaining([
        ['Secret', 'proxy-config'],
        ['ConfigMap', 'proxy-scripts'],
        ['ServiceAccount', 'proxy-account'],
        ['Deployment', 'proxy-deployment'],
        ['HorizontalPodAutoscaler', 'proxy-autoscaler'],
        ['PodDisruptionBudget', 'proxy-budget'],
        ['Service', 'proxy-service'],
      ]),
    );
    expect(own).toHaveLength(7);
    const text = haproxyConf({ ...conf, pods: [{ name: 'redis-0', address: '10.0.0.1' }] });
    const config = own.find(({ name }) => name === 'proxy-config')!;
    expect(config.secrets).toContain('data');
    expect(config.inputs['data']).toEqual({ 'haproxy.cfg': Buffer.from(text).toString('base64') });
    const deployment = own.find(({ name }) => name === 'proxy-deployment')!;
    expect(deployment.secrets).toEqual([]);
    expect(deployment.inputs).toMatchObject({
      spec: {
        template: { metadata: { annotations: { 'session-database/config-checksum': sha256(text) } } },
      },
    });
    expect(JSON.stringify(own.filter(({ name }) => name !== 'proxy-config'))).not.toContain('Pass1');
  });

  test('leaves the number of pods to the autoscaler', async () => {
    const { resources } = await build();
    const ignored = resources.filter(({ ignoreChanges }) => ignoreChanges.length > 0);
    expect(ignored.map(({ name, ignoreChanges }) => [name, ignoreChanges])).toEqual([
      ['proxy-deployment', ['spec.replicas']],
    ]);
  });
});
