import { standaloneService } from '../../../components/redis/standalone';
import { applicationFunctions } from '../../../components/sessions/functions';
import {
  cleanupObjects,
  libraryObjects,
  sessionConnections,
  type SessionObjects,
} from '../../../components/sessions/objects';

const sessions: SessionObjects = {
  image: 'docker.io/library/redis:1.2.3',
  redis: standaloneService({ namespace: 'shop', version: '1.2.3' }),
  library: { name: 'sessions', version: '0123456789', code: '#!lua name=sessions\n' },
  deployer: { user: 'deployer', secretName: 'redis-deployer' },
  cleanup: { user: 'cleanup', secretName: 'redis-cleanup' },
  cleanupMinutes: 5,
};
const library = libraryObjects(sessions);
const cleanup = cleanupObjects(sessions);

const selector = (name: string) => ({
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/instance': 'shop',
  'app.kubernetes.io/component': 'sessions',
});
const labels = (name: string) => ({
  ...selector(name),
  'app.kubernetes.io/part-of': 'session-database',
  'app.kubernetes.io/managed-by': 'pulumi',
});
const spread = (name: string, topologyKey: string) => ({
  maxSkew: 1,
  topologyKey,
  whenUnsatisfiable: 'ScheduleAnyway',
  labelSelector: { matchLabels: selector(name) },
});

/** A hardened pod that runs a script once, without probes and ports. */
const pod = (name: string, script: string, role: string, configMap: string, args: readonly string[]) => ({
  metadata: { labels: labels(name) },
  spec: {
    restartPolicy: 'Never',
    serviceAccountName: name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 5,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 999,
      runAsGroup: 999,
      fsGroup: 999,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    topologySpreadConstraints: [
      spread(name, 'kubernetes.io/hostname'),
      spread(name, 'topology.kubernetes.io/zone'),
    ],
    containers: [
      {
        name,
        image: 'docker.io/library/redis:1.2.3',
        imagePullPolicy: 'IfNotPresent',
        command: [
          'sh',
          `/etc/session-database/scripts/${script}`,
          'redis.shop.svc',
          '6379',
          role,
          '/etc/session-database/credentials',
          ...args,
        ],
        resources: {
          requests: { cpu: '20m', memory: '32Mi', 'ephemeral-storage': '16Mi' },
          limits: { memory: '32Mi', 'ephemeral-storage': '16Mi' },
        },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        volumeMounts: [
          { name: 'scripts', mountPath: '/etc/session-database/scripts', readOnly: true },
          { name: 'credentials', mountPath: '/etc/session-database/credentials', readOnly: true },
        ],
      },
    ],
    volumes: [
      { name: 'scripts', configMap: { name: configMap, defaultMode: 0o444 } },
      { name: 'credentials', secret: { secretName: `redis-${role}`, defaultMode: 0o440 } },
    ],
  },
});

test('the Job loads the library as the deployer, in one hardened pod', () => {
  expect(library.job).toEqual({
    metadata: {
      name: library.job.metadata.name,
      namespace: 'shop',
      labels: labels('sessions-library'),
    },
    spec: {
      activeDeadlineSeconds: 300,
      backoffLimit: 3,
      template: pod('sessions-library', 'deploy.sh', 'deployer', library.configMap.metadata.name, [
        '/etc/session-database/scripts/library.lua',
        '0123456789',
        String(applicationFunctions.length + 2),
      ]),
    },
  });
});

test('the Job has another name whenever anything that it is made of is another, as a Job cannot be changed', () => {
  const nameOf = (other: Partial<SessionObjects>) =>
    libraryObjects({ ...sessions, ...other }).job.metadata.name;
  const names = [
    nameOf({}),
    nameOf({ image: 'docker.io/library/redis:1.2.4' }),
    nameOf({ library: { ...sessions.library, code: '#!lua name=sessions\n\n' } }),
    nameOf({ library: { ...sessions.library, version: '0123456780' } }),
    nameOf({ deployer: { user: 'deployer', secretName: 'other' } }),
    nameOf({ redis: standaloneService({ namespace: 'other', version: '1.2.3' }) }),
  ];
  expect(names.filter((name) => /^sessions-library-[0-9a-f]{10}$/.test(name))).toHaveLength(6);
  expect(new Set(names).size).toBe(6);
  expect(nameOf({ cleanupMinutes: 7 })).toBe(names[0]);
});

test('library and scripts are in immutable ConfigMaps that are named by their content', () => {
  expect(Object.keys(library.configMap.data)).toEqual(['deploy.sh', 'redis.sh', 'library.lua']);
  expect(library.configMap.data['library.lua']).toBe('#!lua name=sessions\n');
  expect(Object.keys(cleanup.configMap.data)).toEqual(['cleanup.sh', 'redis.sh']);
  expect([library.configMap.immutable, cleanup.configMap.immutable]).toEqual([true, true]);
  expect(library.configMap.metadata.name).toMatch(/^sessions-library-[0-9a-f]{10}$/);
  expect(cleanup.configMap.metadata.name).toMatch(/^sessions-cleanup-[0-9a-f]{10}$/);
});

test('the CronJob cleans up every few minutes, one run at a time that ends before the next', () => {
  expect(cleanup.cronJob).toEqual({
    metadata: { name: 'sessions-cleanup', namespace: 'shop', labels: labels('sessions-cleanup') },
    spec: {
      schedule: '*/5 * * * *',
      timeZone: 'Etc/UTC',
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 60,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        metadata: { labels: labels('sessions-cleanup') },
        spec: {
          activeDeadlineSeconds: 240,
          backoffLimit: 0,
          template: pod('sessions-cleanup', 'cleanup.sh', 'cleanup', cleanup.configMap.metadata.name, [
            '150',
            'sessions_cleanup',
            'session_cleanup',
            'refresh_token_cleanup',
            'deletion_token_cleanup',
            'session_stats',
          ]),
        },
      },
    },
  });
});

test.each([
  [1, '*/1 * * * *', 120],
  [59, '*/59 * * * *', 1860],
])('cleanup every %i minutes is the schedule %s', (cleanupMinutes, schedule, activeDeadlineSeconds) => {
  const { spec } = cleanupObjects({ ...sessions, cleanupMinutes }).cronJob;
  expect(spec.schedule).toBe(schedule);
  expect(spec.jobTemplate.spec.activeDeadlineSeconds).toBe(activeDeadlineSeconds);
});

test('both jobs have an account of their own, without a token', () => {
  expect([library.serviceAccount, cleanup.serviceAccount]).toEqual(
    ['sessions-library', 'sessions-cleanup'].map((name) => ({
      metadata: { name, namespace: 'shop', labels: labels(name) },
      automountServiceAccountToken: false,
    })),
  );
});

test('both jobs declare that they dial Redis, and the pods that do have those labels', () => {
  const connections = sessionConnections(sessions.redis);
  expect(connections.map(({ from, port }) => [from, port])).toEqual(
    ['sessions-library', 'sessions-cleanup'].map((name) => [
      { name, namespace: 'shop', podLabels: selector(name) },
      6379,
    ]),
  );
  const { podLabels } = sessions.redis.pods;
  expect(connections.map(({ to }) => to)).toEqual(
    connections.map(() => expect.objectContaining({ podLabels }) as object),
  );
});
