import type { Case, CasesByRule } from '../../support/cases';
import { all } from '../../support/make';
import { nothing, redis, refusedDirectives, renamed, statefulSet } from './changes';

export const persistence: CasesByRule = {
  persistence: {
    refused: {
      ...refusedDirectives(redis, {
        'no append-only file': [
          'appendonly',
          'appendonly no',
          'redis.conf: appendonly is no. Set appendonly',
        ],
        'no append-only file, as by itself': ['appendonly', undefined, 'redis.conf: appendonly is missing'],
        'a file that is written whenever the system likes': [
          'appendfsync',
          'appendfsync no',
          'redis.conf: appendfsync is no',
        ],
        'no folder': ['dir', undefined, 'redis.conf: dir is missing, on no claim'],
        'a folder of the image': ['dir', 'dir /srv', 'redis.conf: dir is /srv, on no claim'],
        'a folder that ends with the pod': ['dir', 'dir /tmp', 'redis.conf: dir is /tmp, on no claim'],
        'a folder whose name begins as that of the claim': [
          'dir',
          'dir /database',
          'redis.conf: dir is /database, on no claim',
        ],
        'any key that goes when memory is full': [
          'maxmemory-policy',
          'maxmemory-policy allkeys-lru',
          'redis.conf: maxmemory-policy is allkeys-lru',
        ],
      }),
      'another policy than is configured': {
        change: nothing,
        configuration: { evictionPolicies: ['noeviction'] },
        says: 'maxmemory-policy is volatile-lru',
      },
      'no policy, where it must be another one': {
        change: redis('maxmemory-policy'),
        configuration: { evictionPolicies: ['volatile-lru'] },
        says: 'maxmemory-policy is missing',
      },
      'a wrong policy, where data need not last': {
        change: redis('maxmemory-policy', 'maxmemory-policy allkeys-lru'),
        configuration: { appendOnly: false },
      },
      'a folder within the claim that is another volume': {
        change: all(redis('dir', 'dir /data/redis'), (program) =>
          program
            .container('StatefulSet', 'redis')
            .volumeMounts.push({ name: 'tmp', mountPath: '/data/redis' }),
        ),
        says: 'dir is /data/redis, on no claim',
      },
      'a claim that is none of this StatefulSet': {
        change: statefulSet((spec) => (spec.volumeClaimTemplates[0].metadata.name = 'other')),
        says: 'dir is /data, on no claim',
      },
      'a StatefulSet without claims': {
        change: statefulSet((spec) => delete spec.volumeClaimTemplates),
        says: 'dir is /data, on no claim',
      },
      'Redis by another name': {
        change: all(renamed('StatefulSet', 'redis', 'valkey'), redis('appendonly')),
        configuration: { redis: ['valkey'] },
      },
    },
    passed: {
      'a server whose data are worth nothing': {
        change: all(
          redis('appendonly', 'appendonly no'),
          redis('appendfsync', 'appendfsync no'),
          redis('dir', 'dir /tmp'),
        ),
        configuration: { appendOnly: false },
      },
      'the interval that Redis has by itself': { change: redis('appendfsync') },
      'every write at once': { change: redis('appendfsync', 'appendfsync always') },
      ...Object.fromEntries(
        ['noeviction', 'volatile-lru', 'volatile-lfu', 'volatile-ttl'].map((policy): [string, Case] => [
          policy,
          { change: redis('maxmemory-policy', `maxmemory-policy ${policy}`) },
        ]),
      ),
      'the policy that Redis has by itself': { change: redis('maxmemory-policy') },
      'a folder within the claim': { change: redis('dir', 'dir /data/redis') },
      'a claim within a folder that ends with the pod': {
        change: all(redis('dir', 'dir /tmp/redis'), (program) =>
          program
            .container('StatefulSet', 'redis')
            .volumeMounts.push({ name: 'data', mountPath: '/tmp/redis' }),
        ),
      },
      'a claim of its own among the volumes': {
        change: statefulSet((spec) => {
          delete spec.volumeClaimTemplates;
          spec.template.spec.volumes.push({ name: 'data', persistentVolumeClaim: { claimName: 'data' } });
        }),
      },
      'a mount without a path, and a claim without a name': {
        change: all(
          statefulSet((spec) => spec.volumeClaimTemplates.push({})),
          (program) => program.container('StatefulSet', 'redis').volumeMounts.unshift({ name: 'tmp' }),
        ),
      },
      'a container without mounts': {
        change: (program) => program.pod('StatefulSet', 'redis').containers.push({ name: 'more' }),
      },
      'a stack without Redis': {
        change: (program) => program.remove(({ type }) => type.endsWith(':StatefulSet')),
      },
    },
  },
};
