import { loginAs } from '../../../components/credentials/login';
import {
  standaloneNames,
  standaloneObjects,
  type StandaloneRedis,
  standaloneService,
} from '../../../components/redis/standalone';

const redis: StandaloneRedis = {
  namespace: 'sessions',
  image: 'docker.io/library/redis:1.2.3',
  version: '1.2.3',
  size: { cpu: '100m', memory: '256Mi', maxmemory: '160Mi', maxClients: 1000, storage: { size: '1Gi' } },
  aclSecretName: 'redis-acl',
  aclChecksum: 'sum',
  probe: { user: 'probe', secretName: 'redis-probe' },
};
const objects = standaloneObjects(redis);
const configName = objects.configMap.metadata.name;
const selector = {
  'app.kubernetes.io/name': 'redis',
  'app.kubernetes.io/instance': 'sessions',
  'app.kubernetes.io/component': 'database',
};
const labels = {
  ...selector,
  'app.kubernetes.io/part-of': 'session-database',
  'app.kubernetes.io/managed-by': 'pulumi',
  'app.kubernetes.io/version': '1.2.3',
};
const probe = (kind: string, where = '127.0.0.1') => ({
  exec: {
    command: [
      'sh',
      '/etc/session-database/config/probe.sh',
      kind,
      where,
      '6379',
      'probe',
      '/etc/session-database/probe',
    ],
  },
});
const spread = (topologyKey: string) => ({
  maxSkew: 1,
  topologyKey,
  whenUnsatisfiable: 'ScheduleAnyway',
  labelSelector: { matchLabels: selector },
});

test('the StatefulSet is one hardened pod with a volume of its own', () => {
  expect(objects.statefulSet).toEqual({
    metadata: { name: 'redis', namespace: 'sessions', labels },
    spec: {
      replicas: 1,
      serviceName: 'redis-nodes',
      podManagementPolicy: 'Parallel',
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      selector: { matchLabels: selector },
      template: {
        metadata: { labels, annotations: { 'session-database/acl-checksum': 'sum' } },
        spec: {
          serviceAccountName: 'redis',
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 38,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 999,
            runAsGroup: 999,
            fsGroup: 999,
            fsGroupChangePolicy: 'OnRootMismatch',
            seccompProfile: { type: 'RuntimeDefault' },
          },
          topologySpreadConstraints: [
            spread('kubernetes.io/hostname'),
            spread('topology.kubernetes.io/zone'),
          ],
          containers: [
            {
              name: 'redis',
              image: 'docker.io/library/redis:1.2.3',
              imagePullPolicy: 'IfNotPresent',
              command: ['redis-server', '/etc/session-database/config/redis.conf'],
              ports: [{ name: 'redis', containerPort: 6379, protocol: 'TCP' }],
              resources: {
                requests: { cpu: '100m', memory: '256Mi', 'ephemeral-storage': '128Mi' },
                limits: { memory: '256Mi', 'ephemeral-storage': '128Mi' },
              },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
              startupProbe: {
                ...probe('readiness'),
                periodSeconds: 2,
                timeoutSeconds: 2,
                failureThreshold: 34,
              },
              readinessProbe: {
                ...probe('readiness'),
                periodSeconds: 5,
                timeoutSeconds: 2,
                failureThreshold: 2,
              },
              livenessProbe: {
                ...probe('liveness', '/run/redis/redis.sock'),
                periodSeconds: 10,
                timeoutSeconds: 5,
                failureThreshold: 6,
              },
              volumeMounts: [
                { name: 'config', mountPath: '/etc/session-database/config', readOnly: true },
                { name: 'acl', mountPath: '/etc/session-database/acl', readOnly: true },
                { name: 'probe', mountPath: '/etc/session-database/probe', readOnly: true },
                { name: 'data', mountPath: '/data' },
                { name: 'run', mountPath: '/run/redis' },
                { name: 'tmp', mountPath: '/tmp' },
              ],
            },
          ],
          volumes: [
            { name: 'config', configMap: { name: configName, defaultMode: 0o444 } },
            { name: 'acl', secret: { secretName: 'redis-acl', defaultMode: 0o440 } },
            { name: 'probe', secret: { secretName: 'redis-probe', defaultMode: 0o440 } },
            { name: 'run', emptyDir: { sizeLimit: '1Mi' } },
            { name: 'tmp', emptyDir: { sizeLimit: '16Mi' } },
          ],
        },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data', labels: selector },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
    },
  });
});

test('a storage class is asked for where one is named', () => {
  const size = { ...redis.size, storage: { size: '1Gi', class: 'fast' } };
  const [claim] = standaloneObjects({ ...redis, size }).statefulSet.spec.volumeClaimTemplates;
  expect(claim?.spec).toMatchObject({ storageClassName: 'fast' });
});

test('starting and stopping get more time for more data', () => {
  const size = { ...redis.size, memory: '16Gi', maxmemory: '10Gi' };
  const { spec } = standaloneObjects({ ...redis, size }).statefulSet.spec.template;
  expect(spec.terminationGracePeriodSeconds).toBe(542);
  expect(spec.containers[0]?.startupProbe?.failureThreshold).toBe(286);
});

test('the configuration has a name by its content and is never changed in place', () => {
  const other = standaloneObjects({ ...redis, size: { ...redis.size, maxClients: 999 } }).configMap;
  expect(configName).toMatch(/^redis-config-[0-9a-f]{10}$/);
  expect(other.metadata.name).not.toBe(configName);
  expect(standaloneObjects({ ...redis, image: 'other' }).configMap.metadata.name).toBe(configName);
  expect(objects.configMap.immutable).toBe(true);
  expect(Object.keys(objects.configMap.data)).toEqual(['redis.conf', 'redis.sh', 'probe.sh']);
});

test('the service account has no token', () => {
  expect(objects.serviceAccount).toEqual({
    metadata: { name: 'redis', namespace: 'sessions', labels },
    automountServiceAccountToken: false,
  });
});

test("both services pick the Redis pods by its port, and the headless one is the StatefulSet's", () => {
  const ports = [{ name: 'redis', port: 6379, targetPort: 'redis', protocol: 'TCP' }];
  expect(objects.service).toEqual({
    metadata: { name: 'redis', namespace: 'sessions', labels },
    spec: { type: 'ClusterIP', selector, ports },
  });
  expect(objects.headlessService).toEqual({
    metadata: { name: 'redis-nodes', namespace: 'sessions', labels },
    spec: { clusterIP: 'None', selector, ports },
  });
});

test('clients are told the service, by its name within the cluster', () => {
  const pods = { name: 'redis', namespace: 'sessions', podLabels: selector, port: 6379 };
  expect(standaloneService(redis)).toEqual({
    mode: 'standalone',
    clients: { addresses: [{ host: 'redis.sessions.svc', port: 6379 }], tls: false, pods: [pods] },
    pods,
    writable: { host: 'redis.sessions.svc', port: 6379, pods },
    readable: { host: 'redis.sessions.svc', port: 6379 },
  });
});

describe('with TLS', () => {
  const tls = { clientCertificates: 'required', reloader: loginAs('reloader') } as const;
  const secure = standaloneObjects({ ...redis, tls });
  const { spec } = secure.statefulSet.spec.template;
  const plain = objects.statefulSet.spec.template.spec;

  test('Redis has its certificate, and its configuration speaks of it', () => {
    expect(spec.volumes).toContainEqual({
      name: 'tls',
      secret: { secretName: 'redis-tls', defaultMode: 0o440 },
    });
    expect(spec.containers[0]!.volumeMounts).toContainEqual({
      name: 'tls',
      mountPath: '/etc/session-database/tls',
      readOnly: true,
    });
    const conf = secure.configMap.data['redis.conf'];
    expect(conf).toContain('tls-cert-file /etc/session-database/tls/tls.crt\n');
    expect(conf).toContain('tls-auth-clients yes\n');
    expect(Object.keys(secure.configMap.data)).toEqual(['redis.conf', 'redis.sh', 'probe.sh', 'reload.sh']);
  });

  test('a hardened container beside it sees what it needs to have renewed certificates taken up, and no data', () => {
    expect(plain).not.toHaveProperty('initContainers');
    expect(spec.initContainers).toEqual([
      {
        name: 'reloader',
        restartPolicy: 'Always',
        image: 'docker.io/library/redis:1.2.3',
        imagePullPolicy: 'IfNotPresent',
        command: [
          'sh',
          '/etc/session-database/config/reload.sh',
          '/run/redis/redis.sock',
          'reloader',
          '/etc/session-database/reloader',
          '/etc/session-database/tls',
          '5',
        ],
        resources: {
          requests: { cpu: '5m', memory: '16Mi', 'ephemeral-storage': '16Mi' },
          limits: { memory: '16Mi', 'ephemeral-storage': '16Mi' },
        },
        securityContext: plain.containers[0]!.securityContext,
        volumeMounts: [
          { name: 'config', mountPath: '/etc/session-database/config', readOnly: true },
          { name: 'tls', mountPath: '/etc/session-database/tls', readOnly: true },
          { name: 'reloader', mountPath: '/etc/session-database/reloader', readOnly: true },
          { name: 'run', mountPath: '/run/redis' },
        ],
      },
    ]);
  });

  test('another certificate is no other pod: nothing in the template speaks of its content', () => {
    expect(secure.statefulSet.spec.template.metadata.annotations).toEqual({
      'session-database/acl-checksum': 'sum',
    });
  });

  test('clients are told', () => {
    expect(standaloneService({ ...redis, tls }).clients.tls).toBe(true);
  });
});

test('the certificate is for every name of the service and its pods', () => {
  expect(standaloneNames('sessions')).toEqual({
    dnsNames: [
      'localhost',
      'redis',
      'redis.sessions',
      'redis.sessions.svc',
      'redis.sessions.svc.cluster.local',
      '*.redis-nodes.sessions',
      '*.redis-nodes.sessions.svc',
      '*.redis-nodes.sessions.svc.cluster.local',
    ],
    ipAddresses: ['127.0.0.1', '::1'],
  });
});
