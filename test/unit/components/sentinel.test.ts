import { proxyPods } from '../../../components/proxy/objects';
import { roles, sentinelRoles } from '../../../components/credentials/roles';
import { sentinelAclFile } from '../../../components/credentials/aclFile';
import { sentinelConf } from '../../../components/redis/sentinel/conf';
import { addressList, podService } from '../../../components/redis/sentinel/identity';
import {
  sentinelObjects,
  type SentinelGroup,
  serverObjects,
} from '../../../components/redis/sentinel/objects';
import { sentinelConnections, sentinelService } from '../../../components/redis/sentinel/service';

const group: SentinelGroup = {
  namespace: 'sessions',
  image: 'redis:test',
  version: '8.0.2',
  servers: {
    count: 3,
    size: { cpu: '200m', memory: '512Mi', maxmemory: '256Mi', maxClients: 4000, storage: { size: '2Gi' } },
  },
  sentinels: {
    count: 3,
    size: { cpu: '50m', memory: '64Mi', storage: { size: '64Mi', class: 'fast' } },
    downAfter: 1000,
    failoverTimeout: 10_000,
  },
  spread: 'required',
  acl: {
    redis: { secretName: 'redis-acl', checksum: 'a' },
    sentinel: { secretName: 'redis-sentinel-acl', checksum: 'b' },
  },
  secretNames: {
    replication: 'redis-replication',
    failover: 'redis-failover',
    sentinel: 'redis-sentinel',
    probe: 'redis-probe',
  },
};
const servers = serverObjects(group);
const sentinels = sentinelObjects(group);
const podOf = ({ statefulSet }: typeof servers) => statefulSet.spec.template.spec;
const labelsOf = (name: string, component: string) => ({
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/instance': 'sessions',
  'app.kubernetes.io/component': component,
});
const folder = '/etc/session-database';
const asPod = ['sh', '-c', 'exec sh "$0" "$(hostname)" "$@"'];

test('a server starts by asking the others, and hands over before it ends', () => {
  const [container] = podOf(servers).containers;
  expect(servers.statefulSet.spec.replicas).toBe(3);
  expect(container?.command).toEqual([
    ...asPod,
    ...[`${folder}/config/start-redis.sh`, '/run/redis/redis.sock', `${folder}/config/redis.conf`],
    ...[`${folder}/addresses/addresses`, `${folder}/credentials`, '/data', '/run/redis', 'sessions'],
  ]);
  expect(container?.lifecycle).toEqual({
    preStop: {
      exec: {
        command: [
          ...['timeout', '40', ...asPod, `${folder}/config/handover.sh`, '/run/redis/redis.sock'],
          ...[`${folder}/addresses/addresses`, `${folder}/credentials`, '/tmp', 'sessions'],
        ],
      },
    },
  });
  // Handover, shutdown and saving 256Mi at 20 MiB a second.
  expect(podOf(servers).terminationGracePeriodSeconds).toBe(40 + 30 + 13);
});

test('a server is ready by being in sync, and is not killed for waiting for others', () => {
  const [container] = podOf(servers).containers;
  const alive = ['sh', `${folder}/config/probe.sh`, 'liveness', '/run/redis/redis.sock', '6379'];
  expect(container?.readinessProbe).toHaveProperty('exec.command', [
    ...['sh', `${folder}/config/probe-redis.sh`, '127.0.0.1', '6379', 'probe', `${folder}/probe`],
  ]);
  expect(container?.livenessProbe).toHaveProperty('exec.command', [...alive, 'probe', `${folder}/probe`]);
  expect(container?.startupProbe).toMatchObject({ periodSeconds: 2, failureThreshold: 307 });
  for (const of of [servers, sentinels]) {
    expect(podOf(of).containers[0]!.volumeMounts).toContainEqual({
      name: 'credentials-probe',
      mountPath: `${folder}/probe`,
      readOnly: true,
    });
  }
});

test('Sentinels are told their quorum and times, and keep what they know on a volume', () => {
  const [container] = podOf(sentinels).containers;
  expect(container?.command.slice(-5)).toEqual(['sessions', '2', '1000', '10000', '8']);
  expect(
    sentinels.statefulSet.spec.volumeClaimTemplates.map(({ metadata, spec }) => [metadata.name, spec]),
  ).toEqual([
    [
      'data',
      {
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '64Mi' } },
        storageClassName: 'fast',
      },
    ],
  ]);
  expect(
    sentinelObjects({ ...group, sentinels: { ...group.sentinels, count: 5 } }).statefulSet.spec,
  ).toMatchObject({
    replicas: 5,
  });
});

test('a pod has the credentials of its own roles only, and every script that it runs', () => {
  const secrets = (of: typeof servers) =>
    podOf(of).volumes.flatMap((volume) => ('secret' in volume ? [volume.secret?.secretName] : []));
  expect(secrets(servers)).toEqual(['redis-acl', 'redis-replication', 'redis-failover', 'redis-probe']);
  expect(secrets(sentinels)).toEqual(['redis-sentinel-acl', 'redis-sentinel', 'redis-probe']);
  expect(Object.keys(servers.configMap.data)).toEqual([
    ...[
      'redis.conf',
      'redis.sh',
      'survey.sh',
      'start-redis.sh',
      'successor.sh',
      'handover.sh',
      'probe-redis.sh',
      'probe.sh',
    ],
  ]);
  expect(Object.keys(sentinels.configMap.data)).toEqual([
    ...['sentinel.conf', 'redis.sh', 'survey.sh', 'start-sentinel.sh', 'probe-sentinel.sh'],
  ]);
});

test('one pod of a part is taken away at a time, and pods wait for a node of their own where told so', () => {
  expect([servers, sentinels].map(({ disruptionBudget }) => disruptionBudget.spec)).toEqual(
    [labelsOf('redis', 'database'), labelsOf('sentinel', 'sentinel')].map((matchLabels) => ({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels },
    })),
  );
  const spread = (of: typeof servers) =>
    podOf(of).topologySpreadConstraints.map(({ topologyKey, whenUnsatisfiable }) => [
      topologyKey,
      whenUnsatisfiable,
    ]);
  const zones = ['topology.kubernetes.io/zone', 'ScheduleAnyway'];
  expect(spread(servers)).toEqual([['kubernetes.io/hostname', 'DoNotSchedule'], zones]);
  expect(spread(serverObjects({ ...group, spread: 'preferred' }))).toEqual([
    ['kubernetes.io/hostname', 'ScheduleAnyway'],
    zones,
  ]);
});

test('a pod has an address of its own, ready or not', () => {
  expect(podService('sentinel', 'sentinel-1', group).spec).toEqual({
    type: 'ClusterIP',
    publishNotReadyAddresses: true,
    selector: { ...labelsOf('sentinel', 'sentinel'), 'statefulset.kubernetes.io/pod-name': 'sentinel-1' },
    ports: [{ name: 'sentinel', port: 26379, targetPort: 'sentinel', protocol: 'TCP' }],
  });
  expect(addressList({ 'redis-0': '10.0.0.1', 'sentinel-0': '10.0.0.2' })).toBe(
    'redis-0 10.0.0.1\nsentinel-0 10.0.0.2\n',
  );
});

test('clients are told the Sentinels by their names, and may reach these and Redis', () => {
  const address = { host: 'redis.sessions.svc', port: 6379 };
  const writable = { ...address, pods: proxyPods('sessions') };
  const service = sentinelService({ ...group, sentinels: 3, writable });
  const pods = { name: 'redis', namespace: 'sessions', podLabels: labelsOf('redis', 'database'), port: 6379 };
  expect(service).toEqual({
    mode: 'sentinel',
    clients: {
      addresses: [address],
      tls: false,
      pods: [
        pods,
        { ...pods, name: 'sentinel', podLabels: labelsOf('sentinel', 'sentinel'), port: 26379 },
        proxyPods('sessions'),
      ],
    },
    pods,
    writable,
    readable: { host: 'redis-read.sessions.svc', port: 6379 },
    sentinels: [0, 1, 2].map((at) => ({ host: `sentinel-${at}.sessions.svc`, port: 26379 })),
    masterName: 'sessions',
  });
});

test('every pod of the group may dial every other, on the port that it has', () => {
  expect(sentinelConnections(group).map(({ from, to, port }) => [from.name, to.name, port])).toEqual([
    ['redis', 'redis', 6379],
    ['redis', 'sentinel', 26379],
    ['sentinel', 'redis', 6379],
    ['sentinel', 'sentinel', 26379],
  ]);
});

test('redis.conf of a server fences a master without replicas, and keeps the last writes for those that were away', () => {
  const lines = servers.configMap.data['redis.conf']!.split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'min-replicas-to-write 1',
      'min-replicas-max-lag 3',
      `repl-backlog-size ${32 * 2 ** 20}`,
      `client-output-buffer-limit replica ${128 * 2 ** 20} ${64 * 2 ** 20} 60`,
      'repl-diskless-sync yes',
      'repl-diskless-sync-delay 0',
    ]),
  );
});

test('sentinel.conf looks no name up and lets nobody in but users of the ACL file', () => {
  const text = sentinelConf({ port: 26379, aclFile: '/acl', workFolder: '/tmp' });
  expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
    'port 26379',
    'unixsocket /tmp/sentinel.sock',
    'unixsocketperm 700',
    'protected-mode no',
    'aclfile /acl',
    'daemonize no',
    'logfile ""',
    'loglevel notice',
    'dir /tmp',
    'sentinel resolve-hostnames no',
    'sentinel announce-hostnames no',
    'sentinel deny-scripts-reconfig yes',
  ]);
});

test('at Sentinels, an application may ask and listen; only pods may make another master', () => {
  const all = [...roles, ...sentinelRoles];
  const file = sentinelAclFile(all).text(Object.fromEntries(all.map(({ name }) => [name, name])));
  const rules = Object.fromEntries(
    file.split('\n').flatMap((line) => {
      const [, name, rights] = /^user (\S+) on #[0-9a-f]{64} resetkeys resetchannels (.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, rights]];
    }),
  );
  expect(file.split('\n')[0]).toBe('user default off resetpass ~* &* +@all');
  expect(rules).toEqual({
    application:
      '&* -@all +sentinel|get-master-addr-by-name +sentinel|master +sentinel|masters +sentinel|replicas ' +
      '+sentinel|slaves +sentinel|sentinels +subscribe +psubscribe +ping +info +role +client|setname +client|setinfo',
    admin:
      '-@all +sentinel +ping +info +role +acl|log +acl|whoami +client|list +client|setname +client|setinfo',
    probe: '-@all +ping +sentinel|get-master-addr-by-name',
    metrics:
      '-@all +ping +info +client|setname +sentinel|masters +sentinel|slaves +sentinel|sentinels +sentinel|ckquorum',
    replication: '-@all +ping +sentinel|get-master-addr-by-name',
    sentinel:
      '&__sentinel__:hello -@all +ping +publish +client|setname +sentinel|get-master-addr-by-name ' +
      '+sentinel|is-master-down-by-addr +sentinel|debug',
    failover:
      '-@all +ping +sentinel|get-master-addr-by-name +sentinel|ckquorum +sentinel|failover +sentinel|replicas',
  });
});
