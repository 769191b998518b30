import type { Case, CasesByRule } from '../../support/cases';
import { all, namespace } from '../../support/make';
import {
  nothing,
  redis,
  refusedDirectives,
  renamed,
  rewritten,
  sentinel,
  statefulSet,
  without,
} from './changes';

const tlsDirectives = (file: string) =>
  ({
    'plaintext beside TLS': ['port', 'port 6379', `${file}: port is 6379. Set port 0`],
    'plaintext, as Redis has it by itself': ['port', undefined, `${file}: port is missing`],
    'no port of TLS': ['tls-port', undefined, `${file}: tls-port is missing`],
    'TLS that is off': ['tls-port', 'tls-port 0', `${file}: tls-port is 0`],
    'clients without certificates': [
      'tls-auth-clients',
      'tls-auth-clients no',
      `${file}: tls-auth-clients is no`,
    ],
    'clients that may have none': [
      'tls-auth-clients',
      'tls-auth-clients optional',
      `${file}: tls-auth-clients is optional`,
    ],
    'plaintext among servers': ['tls-replication', 'tls-replication no', `${file}: tls-replication is no`],
    'plaintext among servers, as by itself': [
      'tls-replication',
      undefined,
      `${file}: tls-replication is missing`,
    ],
    'plaintext in a cluster': ['cluster-enabled', 'cluster-enabled yes', `${file}: tls-cluster is missing`],
    'an old protocol': [
      'tls-protocols',
      'tls-protocols "TLSv1.1 TLSv1.2"',
      `${file}: tls-protocols is TLSv1.1 TLSv1.2`,
    ],
  }) as const;

const titled = (suffix: string, cases: Record<string, Case>): Record<string, Case> =>
  Object.fromEntries(Object.entries(cases).map(([title, one]) => [`${title} (${suffix})`, one]));

export const tlsOnly: CasesByRule = {
  'tls-only': {
    refused: {
      ...titled('Redis', refusedDirectives(redis, tlsDirectives('redis.conf'))),
      ...titled('Sentinels', refusedDirectives(sentinel, tlsDirectives('sentinel.conf'))),
      'no certificates, where they are optional': {
        change: redis('tls-auth-clients', 'tls-auth-clients no'),
        configuration: { clientCertificates: false },
        says: 'tls-auth-clients is no',
      },
      'no certificates at Sentinels, where they are optional': {
        change: sentinel('tls-auth-clients', 'tls-auth-clients no'),
        configuration: { clientCertificates: false },
        says: 'sentinel.conf: tls-auth-clients is no',
      },
      'a cluster that says so': {
        change: all(redis('cluster-enabled', 'cluster-enabled yes'), redis('tls-cluster', 'tls-cluster no')),
        says: 'redis.conf: tls-cluster is no',
      },
      'a Redis whose file nobody sees': {
        change: without('ConfigMap', 'redis-config-'),
        says: 'its pods mount no ConfigMap of the stack with redis.conf',
      },
      'a Sentinel whose file nobody sees': {
        change: (program) => delete program.props('ConfigMap', 'sentinel-config-').data['sentinel.conf'],
        says: 'its pods mount no ConfigMap of the stack with sentinel.conf',
      },
      'a file in another namespace': {
        change: (program) => (program.props('ConfigMap', 'redis-config-').metadata.namespace = 'other'),
        says: 'its pods mount no ConfigMap of the stack with redis.conf',
      },
      'Redis by another name': {
        change: all(renamed('StatefulSet', 'redis', 'valkey'), redis('port', 'port 6379')),
        configuration: { redis: ['keydb', 'valkey'] },
        says: 'redis.conf: port is 6379',
      },
      'Sentinels by another name': {
        change: all(renamed('StatefulSet', 'sentinel', 'watch'), sentinel('port', 'port 6379')),
        configuration: { sentinels: ['watch'] },
        says: 'sentinel.conf: port is 6379',
      },
      'the second of two files': {
        change: (program) => {
          program.add('kubernetes:core/v1:ConfigMap', {
            metadata: { name: 'more', namespace },
            data: { 'redis.conf': 'port 6379' },
          });
          program
            .pod('StatefulSet', 'redis')
            .volumes.push({ name: 'more', projected: { sources: [{ configMap: { name: 'more' } }] } });
        },
        says: 'redis.conf: port is 6379',
      },
    },
    passed: {
      'a certificate that Redis asks for by itself': { change: redis('tls-auth-clients') },
      'optional certificates, where they are configured so': {
        change: all(
          redis('tls-auth-clients', 'tls-auth-clients optional'),
          sentinel('tls-auth-clients', 'tls-auth-clients optional'),
        ),
        configuration: { clientCertificates: false },
      },
      'certificates that are asked for, where they need not be': {
        change: nothing,
        configuration: { clientCertificates: false },
      },
      'the protocols that Redis has by itself': { change: redis('tls-protocols') },
      'one protocol': { change: redis('tls-protocols', 'tls-protocols TLSv1.3') },
      'protocols with more between them, in capitals': {
        change: redis('tls-protocols', 'tls-protocols "TLSV1.2  tlsv1.3"'),
      },
      'a value in capitals': { change: redis('tls-replication', 'TLS-Replication YES') },
      'what is taken back below': {
        change: rewritten('redis-config-', 'redis.conf', (text) => `port 1\n${text}`),
      },
      'a cluster with TLS': {
        change: all(redis('cluster-enabled', 'cluster-enabled yes'), redis('tls-cluster', 'tls-cluster yes')),
      },
      'no cluster': {
        change: all(redis('cluster-enabled', 'cluster-enabled no'), redis('tls-cluster', 'tls-cluster no')),
      },
      'pods of another name': {
        change: all(renamed('StatefulSet', 'redis', 'other'), redis('port', 'port 6379')),
      },
      'pods without a name': {
        change: all(
          statefulSet((spec) => delete spec.template.metadata.labels['app.kubernetes.io/name']),
          redis('port', 'port 6379'),
        ),
      },
      'pods without labels': {
        change: all(
          statefulSet((spec) => delete spec.template.metadata.labels),
          redis('port', 'port 6379'),
        ),
      },
      'a patch of Redis': {
        change: (program) =>
          program.add('kubernetes:apps/v1:StatefulSetPatch', {
            metadata: { name: 'redis', namespace },
            spec: { template: { metadata: { labels: { 'app.kubernetes.io/name': 'redis' } } } },
          }),
      },
      ...Object.fromEntries(
        ['Job', 'CronJob'].map((kind): [string, Case] => {
          const template = { metadata: { labels: { 'app.kubernetes.io/name': 'redis' } }, spec: {} };
          return [
            `a ${kind} of Redis`,
            {
              change: (program) =>
                program.add(`kubernetes:batch/v1:${kind}`, {
                  metadata: { name: 'more', namespace },
                  spec: { template, jobTemplate: { spec: { template } } },
                }),
            },
          ];
        }),
      ),
      'a stack without Redis': {
        change: (program) => program.remove(({ type }) => type.endsWith(':StatefulSet')),
      },
    },
  },
};
