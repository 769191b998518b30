import {
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
const probe = (kind: string) => ({
  exec: {
    command: [
      'sh',
      '/etc/session-database/config/probe.sh',
      kind,
      '6379',
      'probe',
      '/etc/session-database/probe/password',
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
                ...probe('liveness'),
                periodSeconds: 10,
                timeoutSeconds: 5,
                failureThreshold: 6,
              },
              volumeMounts: [
                { name: 'config', mountPath: '/etc/session-database/config', readOnly: true },
                { name: 'acl', mountPath: '/etc/session-database/acl', readOnly: true },
                { name: 'probe', mountPath: '/etc/session-database/probe', readOnly: true },
                { name: 'data', mountPath: '/data' },
                { name: 'tmp', mountPath: '/tmp' },
              ],
            },
          ],
          volumes: [
            { name: 'config', configMap: { name: configName, defaultMode: 0o444 } },
            { name: 'acl', secret: { secretName: 'redis-acl', defaultMode: 0o440 } },
            { name: 'probe', secret: { secretName: 'redis-probe', defaultMode: 0o440 } },
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
  expect(Object.keys(objects.configMap.data)).toEqual(['redis.conf', 'probe.sh']);
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
    writable: { host: 'redis.sessions.svc', port: 6379 },
  });
});
