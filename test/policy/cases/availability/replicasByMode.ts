import type { CasesByRule } from '../../support/cases';
import { all } from '../../support/make';
import {
  without,
  spec,
  pods,
  sized,
  adding,
  copying,
  scaled,
  autoscaler,
  fixed,
  file,
  cluster,
  labelled,
  ofType,
  standalone,
} from './support';

const quorum = (value: string) =>
  pods('StatefulSet', 'sentinel', ({ containers: [{ command }] }) => {
    command[command.indexOf('sessions') + 1] = value;
  });

export const replicasByMode: CasesByRule = {
  'replicas-by-mode': {
    refused: {
      'two Sentinels': {
        change: sized('StatefulSet', 'sentinel', 2),
        says: 'spec.replicas is 2: Sentinels are 3 at least. Raise the number',
      },
      'one Sentinel, where nothing is said': {
        change: spec('StatefulSet', 'sentinel', (of) => delete of.replicas),
        says: 'spec.replicas is 1: Sentinels are 3 at least',
      },
      'four Sentinels': {
        change: all(sized('StatefulSet', 'sentinel', 4), quorum('3')),
        says: /^spec\.replicas is 4: an even number of Sentinels survives no more losses than one less\./,
      },
      'Sentinels that an autoscaler makes more': {
        change: autoscaler({ minReplicas: 3, maxReplicas: 5 }),
        says: /^an autoscaler changes the number of Sentinels, which is part of their majority\./,
      },
      'Sentinels that an autoscaler makes fewer': {
        change: autoscaler({ minReplicas: 1, maxReplicas: 1 }),
        says: 'minReplicas of its autoscaler is 1: Sentinels are 3 at least',
      },
      'the fewest of two autoscalers': {
        change: all(
          autoscaler({ minReplicas: 3, maxReplicas: 3 }),
          autoscaler({ minReplicas: 1, maxReplicas: 3 }),
        ),
        says: 'minReplicas of its autoscaler is 1: Sentinels are 3 at least',
      },
      'a quorum of one in three': {
        change: quorum('1'),
        says: /^quorum 1 is no majority of 3 Sentinels\./,
      },
      'a quorum of half': {
        change: all(sized('StatefulSet', 'sentinel', 4), quorum('2')),
        says: 'quorum 2 is no majority of 4 Sentinels',
      },
      'a quorum that is never reached': {
        change: quorum('4'),
        says: /^quorum 4 is more than all 3 Sentinels\./,
      },
      'a quorum in sentinel.conf': {
        change: file('sentinel-config', 'sentinel.conf', 'sentinel monitor sessions 10.0.0.1 6379 1'),
        says: 'quorum 1 is no majority',
      },
      'a quorum of two digits with more room': {
        change: file('sentinel-config', 'sentinel.conf', '  sentinel  monitor  sessions  10.0.0.1  6379  15'),
        says: 'quorum 15 is more than all 3 Sentinels',
      },
      'a quorum in a script': {
        change: file('sentinel-config', 'other.sh', 'echo "sentinel monitor sessions $master 6379 1"'),
        says: 'quorum 1 is no majority',
      },
      'a quorum among arguments': {
        change: (program) =>
          (program.container('StatefulSet', 'sentinel').args = [
            '--sentinel',
            'monitor',
            'sessions',
            '10.0.0.1',
            '6379',
            '1',
          ]),
        says: 'quorum 1 is no majority',
      },
      'a quorum in an init container': {
        change: (program) =>
          (program.container('StatefulSet', 'sentinel', 'exporter').command = [
            'sh',
            '-c',
            'echo sentinel monitor sessions 10.0.0.1 6379 1 >/data/sentinel.conf',
          ]),
        says: 'quorum 1 is no majority',
      },
      'a quorum that is another argument of another script': {
        change: (program) =>
          (program.container('StatefulSet', 'sentinel').command = ['run.sh', 'sessions', '1']),
        configuration: { startScript: 'run.sh', quorumArgument: 2 },
        says: 'quorum 1 is no majority',
      },
      'two Redis pods with Sentinel': {
        change: fixed(2),
        says: /^spec\.replicas is 2: mode Sentinel takes 3 Redis pods, and there are 2\./,
      },
      'an autoscaler that makes Redis two': {
        change: scaled('redis', (of) => (of.minReplicas = 2)),
        says: 'minReplicas of its autoscaler is 2: mode Sentinel takes 3 Redis pods, and there are 2',
      },
      'an autoscaler that says no least': {
        change: scaled('redis', (of) => delete of.minReplicas),
        says: 'minReplicas of its autoscaler is 1: mode Sentinel takes 3 Redis pods, and there are 1',
      },
      ...Object.fromEntries(
        [
          'apps/v1:Deployment',
          'apps/v1:ReplicaSet',
          'extensions/v1beta1:Deployment',
          'extensions/v1beta1:ReplicaSet',
          'core/v1:ReplicationController',
        ].map((type) => [
          `too few pods of ${type}`,
          { change: all(fixed(2), ofType(type)), says: 'mode Sentinel takes 3 Redis pods' },
        ]),
      ),
      'five pods of a Redis Cluster': {
        change: all(fixed(5), cluster),
        says: 'spec.replicas is 5: mode Cluster takes 6 Redis pods, and there are 5',
      },
      'a Redis Cluster without Sentinel': {
        change: all(standalone, cluster),
        says: 'mode Cluster takes 6 Redis pods, and there are 1',
      },
      'a Redis Cluster by an argument': {
        change: all(fixed(5), (program) => {
          program.container('StatefulSet', 'redis').args = ['--cluster-enabled', 'yes'];
        }),
        says: 'mode Cluster takes 6 Redis pods',
      },
      'a Redis Cluster by an argument before others': {
        change: all(fixed(5), (program) => {
          program.container('StatefulSet', 'redis').command = [
            'redis-server',
            '--cluster-enabled  yes',
            '--port',
            '0',
          ];
        }),
        says: 'mode Cluster takes 6 Redis pods',
      },
      'a Redis Cluster of five in two workloads': {
        change: all(
          fixed(3),
          cluster,
          copying('StatefulSet', 'redis', (props) => (props.spec.replicas = 2)),
        ),
        says: 'spec.replicas is 2: mode Cluster takes 6 Redis pods, and there are 5',
      },
      'Redis by another name': {
        change: all(fixed(2), labelled('redis', 'name', 'valkey')),
        configuration: { redis: ['redis', 'valkey'] },
        says: 'mode Sentinel takes 3 Redis pods',
      },
      'Sentinel by another name': {
        change: all(sized('StatefulSet', 'sentinel', 2), labelled('sentinel', 'name', 'watcher')),
        configuration: { sentinel: ['watcher'] },
        says: 'Sentinels are 3 at least',
      },
    },
    passed: {
      'three Redis pods with Sentinel': { change: fixed(3) },
      'three Redis pods with Sentinel in two workloads': {
        change: all(
          fixed(2),
          copying('StatefulSet', 'redis', (props) => (props.spec.replicas = 1)),
        ),
      },
      'an autoscaler that makes Redis three at least': {
        change: scaled('redis', (of) => (of.minReplicas = 3)),
      },
      'an autoscaler that changes no number of Sentinels': {
        change: autoscaler({ minReplicas: 3, maxReplicas: 3 }),
      },
      'an autoscaler of which only the least is said': { change: autoscaler({ minReplicas: 3 }) },
      'a patch of an autoscaler': {
        change: adding('autoscaling/v2:HorizontalPodAutoscalerPatch', {
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'sentinel' },
          minReplicas: 1,
        }),
      },
      'five Sentinels': { change: all(sized('StatefulSet', 'sentinel', 5), quorum('3')) },
      'a quorum of all': { change: quorum('3') },
      'a quorum in a comment': {
        change: file('sentinel-config', 'sentinel.conf', ' # sentinel monitor sessions 10.0.0.1 6379 1'),
      },
      'a quorum in a variable': {
        change: file('sentinel-config', 'sentinel.conf', 'sentinel monitor sessions 10.0.0.1 6379 $quorum'),
      },
      'another setting of Sentinel': {
        change: file('sentinel-config', 'sentinel.conf', 'sentinel monitored sessions 10.0.0.1 6379 1'),
      },
      'a text that is no file of Sentinel': {
        change: file('sentinel-config', 'notes.md', 'sentinel monitor sessions 10.0.0.1 6379 1'),
      },
      "somebody else's sentinel.conf": {
        change: file('redis-proxy-scripts', 'sentinel.conf', 'sentinel monitor sessions 10.0.0.1 6379 1'),
      },
      'a start script without its quorum': {
        change: (program) =>
          (program.container('StatefulSet', 'sentinel').command = ['sh', 'start-sentinel.sh', 'a', 'b']),
      },
      'a number after another script': {
        change: (program) =>
          (program.container('StatefulSet', 'sentinel').command = [
            'run.sh',
            'a',
            'b',
            'c',
            'd',
            'e',
            'f',
            '1',
          ]),
      },
      'six pods of a Redis Cluster': { change: all(fixed(6), cluster) },
      'a Redis Cluster of six in two workloads': {
        change: all(
          fixed(3),
          cluster,
          copying('StatefulSet', 'redis', () => undefined),
        ),
      },
      'a Redis that is told to be no Cluster': {
        change: all(
          fixed(3),
          file('redis-config', 'redis.conf', 'cluster-enabled no'),
          (program) => (program.container('StatefulSet', 'redis').args = ['--cluster-enabled', 'yesterday']),
        ),
      },
      'one Redis without Sentinel': { change: standalone },
      'one Redis without Sentinel of its instance': {
        change: all(fixed(1), labelled('redis', 'instance', 'other')),
      },
      'one Redis without Sentinel in its namespace': {
        change: all(
          fixed(1),
          (program) => (program.props('StatefulSet', 'redis').metadata.namespace = 'other'),
        ),
      },
      'one pod of something else': { change: all(fixed(1), labelled('redis', 'name', 'memcached')) },
      'pods without labels': {
        change: all(
          fixed(1),
          (program) => delete program.props('StatefulSet', 'redis').spec.template.metadata,
        ),
      },
      'a patch': {
        change: copying(
          'StatefulSet',
          'sentinel',
          (props) => (props.spec.replicas = 1),
          'kubernetes:apps/v1:StatefulSetPatch',
        ),
      },
      'no workloads': { change: all(without('StatefulSet'), without('Deployment')) },
    },
  },
};
