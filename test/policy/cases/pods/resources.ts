import type { Case, CasesByRule } from '../../support/cases';
import { container, patch, redis, shell } from '../../support/pods';
import type { Anything, Program } from '../../support/program';

const redisPod = (program: Program): Anything => program.pod('StatefulSet', 'redis');
const config = (program: Program): Anything => program.props('ConfigMap', 'redis-config-');

/** Another maxmemory in Redis' file. */
const maxmemory =
  (line: string, limit = '8Gi'): Case['change'] =>
  (program) => {
    const { data } = config(program);
    data['redis.conf'] = data['redis.conf'].replace(/^maxmemory \d+$/m, line);
    container(program).resources.limits.memory = limit;
  };

/** Redis' memory as it is requested and limited, of both the container and the pod. */
const memory =
  (own: Anything, pod?: Anything): Case['change'] =>
  (program) => {
    const { requests, limits } = container(program).resources;
    delete requests.memory;
    delete limits.memory;
    if (own.requests !== undefined) requests.memory = own.requests;
    if (own.limits !== undefined) limits.memory = own.limits;
    if (pod !== undefined) redisPod(program).resources = pod;
  };

/** Cases of the rules about what pods may use. */
export const resources: CasesByRule = {
  'requests-limits': {
    refused: {
      'no CPU requested': {
        change: (program) => delete container(program).resources.requests.cpu,
        says: `${redis}.resources.requests.cpu is missing. `,
      },
      'no memory': {
        change: (program) => {
          const { resources: of } = program.container('Deployment', 'grafana');
          delete of.requests.memory;
          delete of.limits.memory;
        },
        says: /containers\[grafana\].resources.requests.memory is missing. [^]*resources.limits.memory is missing. /,
      },
      'no limit of memory': {
        change: (program) => delete program.container('Deployment', 'grafana').resources.limits.memory,
        says: 'resources.limits.memory is missing. ',
      },
      'no limit of ephemeral storage, in a sidecar': {
        change: (program) =>
          delete program.container('StatefulSet', 'redis', 'exporter').resources.limits['ephemeral-storage'],
        says: 'spec.template.spec.initContainers[exporter].resources.limits.ephemeral-storage is missing. ',
      },
      'nothing requested': {
        change: (program) => (container(program).resources.requests.cpu = '0'),
        says: `${redis}.resources.requests.cpu is 0. `,
      },
      'what is no amount, in a patch': {
        change: patch({ containers: [{ resources: { requests: { cpu: 'much' } } }] }),
        says: 'spec.template.spec.containers[0].resources.requests.cpu is much. ',
      },
      'no resources': { change: (program) => delete container(program).resources },
      'Redis with less memory requested than it may use': {
        change: memory({ requests: '4Gi', limits: '8Gi' }),
        says: `${redis}.resources.requests.memory is 4Gi, and limits.memory is 8Gi. `,
      },
      "Redis with less of its pod's memory requested": {
        change: memory({}, { requests: { memory: '4Gi' }, limits: { memory: '8Gi' } }),
        says: `${redis}.resources.requests.memory is 4Gi, and limits.memory is 8Gi. `,
      },
      'Redis by another name': {
        change: (program) => (program.container('Deployment', 'grafana').resources.requests.memory = '1Mi'),
        configuration: { redis: ['grafana'] },
        says: 'resources.requests.memory is 1Mi, and limits.memory is 512Mi',
      },
    },
    passed: {
      'what is limited is requested, too': { change: memory({ limits: '8Gi' }) },
      "the pod's resources": { change: memory({}, { limits: { memory: '8Gi' } }) },
      'the same memory in other words': { change: memory({ requests: '8192Mi', limits: '8Gi' }) },
      'others with less memory requested than they may use': {
        change: (program) => (program.container('Deployment', 'grafana').resources.requests.memory = '1Mi'),
      },
      "a sidecar of Redis' with less": {
        change: (program) =>
          (program.container('StatefulSet', 'redis', 'exporter').resources.requests.memory = '1Mi'),
      },
      'an added container, which can have none': { change: shell(() => undefined) },
      'a patch of something else': { change: patch({ containers: [{ name: 'any' }] }) },
      "a patch of Redis' request alone": {
        change: (program) =>
          program.add('kubernetes:apps/v1:StatefulSetPatch', {
            metadata: { name: 'others' },
            spec: {
              template: {
                metadata: { labels: { 'app.kubernetes.io/name': 'redis' } },
                spec: { containers: [{ name: 'redis', resources: { requests: { memory: '1Gi' } } }] },
              },
            },
          }),
      },
    },
  },
  'maxmemory-headroom': {
    refused: {
      'a byte more than three quarters': {
        change: maxmemory('maxmemory 6442450945'),
        says: 'maxmemory is 6442450945, more than 75 % of the 8Gi of container redis. ',
      },
      'more, in words': {
        change: maxmemory('MAXMEMORY "7GB"'),
        says: 'maxmemory is 7GB, more than 75 % of the 8Gi of container redis. ',
      },
      'more than another part': {
        change: () => undefined,
        configuration: { percent: 49 },
        says: 'more than 49 % of the 8Gi',
      },
      ...Object.fromEntries(
        ['6442450945b', '6442451k', '6291457kb', '6443m', '6145mb', '7g', '7gb'].map((amount) => [
          `${amount}, which is more`,
          {
            change: maxmemory(`maxmemory ${amount}`),
            says: `maxmemory is ${amount}, more than 75 % of the 8Gi`,
          },
        ]),
      ),
      'none said': { change: maxmemory(''), says: 'maxmemory is missing. ' },
      'no limit': { change: maxmemory('maxmemory 0'), says: 'maxmemory is 0, which is no limit. ' },
      'no number of bytes': {
        change: maxmemory('maxmemory 5tb'),
        says: 'maxmemory is 5tb, which is no limit. ',
      },
      'no number': { change: maxmemory('maxmemory 50%'), says: 'maxmemory is 50%, which is no limit. ' },
      'a number after something else': {
        change: maxmemory('maxmemory =4gb'),
        says: 'maxmemory is =4gb, which is no limit. ',
      },
      'more by the command line, which outdoes the file': {
        change: (program) =>
          (container(program).args = ['--maxmemory', '1gb', '--port', '0', '--maxmemory', '7gb']),
        says: 'maxmemory is 7gb, more than 75 % of the 8Gi of container redis. ',
      },
      'a flag without a value': {
        change: (program) => container(program).command.push('--maxmemory'),
        says: 'maxmemory is missing. ',
      },
      'no file': {
        change: (program) => {
          const { data } = config(program);
          delete data['redis.conf'];
        },
        says: 'no container has a maxmemory: none mounts a ConfigMap of the stack with redis.conf. ',
      },
      'a file of another name': {
        change: () => undefined,
        configuration: { file: 'server.conf' },
        says: 'none mounts a ConfigMap of the stack with server.conf',
      },
      'a file that no container mounts': {
        change: (program) => delete container(program).volumeMounts,
        says: 'no container has a maxmemory',
      },
      'no ConfigMap in the stack': {
        change: (program) => program.remove(({ type }) => type === 'kubernetes:core/v1:ConfigMap'),
        says: 'no container has a maxmemory',
      },
      'no containers': {
        change: (program) => delete redisPod(program).containers,
        says: 'no container has a maxmemory',
      },
      'more than the pod has': {
        change: (program) => memory({}, { limits: { memory: '5Gi' } })(program),
        says: 'maxmemory is 4294967296, more than 75 % of the 5Gi of container redis. ',
      },
      'more by a file among others': {
        change: (program) => {
          const pod = redisPod(program);
          const at = pod.volumes.findIndex(({ name }: Anything) => name === 'config');
          const { configMap } = pod.volumes[at];
          pod.volumes[at] = { name: 'config', projected: { sources: [{ secret: {} }, { configMap }] } };
          maxmemory('maxmemory 8gb')(program);
        },
        says: 'maxmemory is 8gb, more than',
      },
      'Redis by another name': {
        change: () => undefined,
        configuration: { redis: ['grafana'] },
        says: 'no container has a maxmemory',
      },
    },
    passed: {
      'a small container beside Redis that does not have the file': {
        change: (program) =>
          redisPod(program).containers.unshift({
            name: 'small',
            resources: { limits: { memory: '64Mi' } },
            volumeMounts: [{ name: 'data', mountPath: '/data' }],
          }),
      },
      'three quarters': { change: maxmemory('maxmemory 6442450944') },
      'three quarters in words': { change: maxmemory('maxmemory 6gb') },
      'three quarters in other words': { change: maxmemory('maxmemory 6144mb') },
      'in thousands of millions': { change: maxmemory('maxmemory 5g', '7G') },
      'in thousands of kilobytes': { change: maxmemory('maxmemory 6291456KB') },
      'in bytes': { change: maxmemory('maxmemory 6442450944b') },
      'in thousands of bytes': { change: maxmemory('maxmemory 6442450k') },
      'in millions of bytes': { change: maxmemory('maxmemory 6442m') },
      'less by the command line': {
        change: (program) => {
          maxmemory('maxmemory 8gb')(program);
          container(program).args = ['--maxmemory', '1gb'];
        },
      },
      'no limit of memory, of which another rule tells': {
        change: (program) => delete container(program).resources.limits.memory,
      },
      'a sidecar without memory that has the same files': {
        change: (program) => {
          const [config_] = container(program).volumeMounts;
          program.container('StatefulSet', 'redis', 'exporter').volumeMounts.push(config_);
        },
      },
      'a patch': {
        change: (program) => {
          const { type, props } = program.object('StatefulSet', 'redis');
          const other = structuredClone(props);
          delete other.spec.template.spec.volumes;
          program.add(`${type}Patch`, other);
        },
      },
      "what ends, by Redis' name": {
        change: (program) => {
          const { template } = program.props('Job', 'sessions-library').spec;
          template.metadata.labels['app.kubernetes.io/name'] = 'redis';
        },
      },
      'no Redis': {
        change: (program) => program.remove(({ type }) => type.startsWith('kubernetes:apps/')),
      },
    },
  },
  'emptydir-size-limit': {
    refused: {
      'no limit': {
        change: (program) => redisPod(program).volumes.push({ name: 'scratch', emptyDir: {} }),
        says: 'spec.template.spec.volumes[scratch].emptyDir.sizeLimit is missing. ',
      },
      'a volume of no kind, which is an emptyDir': {
        change: (program) => redisPod(program).volumes.push({ name: 'scratch' }),
        says: 'spec.template.spec.volumes[scratch].emptyDir.sizeLimit is missing. ',
      },
      'nothing, which is no limit': {
        change: patch({ volumes: [{ emptyDir: { sizeLimit: '0' } }] }),
        says: 'spec.template.spec.volumes[0].emptyDir.sizeLimit is 0, which is no limit. ',
      },
      'what is no amount': {
        change: patch({ volumes: [{ name: 'scratch', emptyDir: { sizeLimit: 'some' } }] }),
      },
    },
    passed: {
      'a byte': {
        change: (program) =>
          redisPod(program).volumes.push({ name: 'scratch', emptyDir: { sizeLimit: '1' } }),
      },
      'a patch of something else': {
        change: patch({ volumes: [{ name: 'scratch', emptyDir: { medium: 'Memory' } }] }),
      },
      'no volumes': { change: (program) => delete redisPod(program).volumes },
    },
  },
};
