import type { Case, CasesByRule } from '../../support/cases';
import { container, patch, redis, shell } from '../../support/pods';
import type { Anything, Program } from '../../support/program';

const redisPod = (program: Program): Anything => program.pod('StatefulSet', 'redis');
const grafana = (program: Program): Anything => program.container('Deployment', 'grafana');

/** A patch of pods of Redis. */
const ofRedis =
  (spec: Anything): Case['change'] =>
  (program) =>
    program.add('kubernetes:apps/v1:StatefulSetPatch', {
      metadata: { name: 'others' },
      spec: { template: { metadata: { labels: { 'app.kubernetes.io/name': 'redis' } }, spec } },
    });

/** A liveness and a readiness probe of one container. */
const both =
  (liveness: Anything, readiness: Anything): Case['change'] =>
  (program) => {
    grafana(program).livenessProbe = liveness;
    grafana(program).readinessProbe = readiness;
  };

const exec = (...command: string[]): Anything => ({ exec: { command } });
const asks =
  (...command: string[]): Case['change'] =>
  (program) =>
    (grafana(program).startupProbe = exec(...command));

/** Pods that end, and have neither probes nor hooks. */
const bare =
  (restartPolicy?: string): Case['change'] =>
  (program) => {
    const { template } = structuredClone(program.props('Job', 'sessions-library').spec);
    template.metadata.labels['app.kubernetes.io/name'] = 'redis';
    template.spec.terminationGracePeriodSeconds = 5;
    delete template.spec.restartPolicy;
    if (restartPolicy !== undefined) template.spec.restartPolicy = restartPolicy;
    program.add('kubernetes:core/v1:Pod', { metadata: { name: 'one', ...template.metadata }, ...template });
  };

/** Cases of the rules about how pods start, are watched and end. */
export const life: CasesByRule = {
  probes: {
    refused: {
      'no liveness probe': {
        change: (program) => delete grafana(program).livenessProbe,
        says: 'spec.template.spec.containers[grafana].livenessProbe is missing. ',
      },
      'no readiness probe': {
        change: (program) => delete grafana(program).readinessProbe,
        says: 'spec.template.spec.containers[grafana].readinessProbe is missing. ',
      },
      'Redis without a startup probe': {
        change: (program) => delete container(program).startupProbe,
        says: `${redis}.startupProbe is missing. `,
      },
      'Redis by another name': {
        change: (program) => delete grafana(program).startupProbe,
        configuration: { redis: ['grafana'] },
        says: 'containers[grafana].startupProbe is missing. ',
      },
      'a pod by itself that serves': { change: bare(), says: 'livenessProbe is missing' },
      'the same probe twice': {
        change: both(exec('alive'), exec('alive')),
        says: 'containers[grafana].livenessProbe asks what readinessProbe asks, and gives up no later. ',
      },
      'a liveness that gives up as early, by the numbers that nobody says': {
        change: both({ ...exec('alive'), periodSeconds: 30, failureThreshold: 1 }, exec('alive')),
      },
      'a liveness that gives up earlier by its period': {
        change: both({ ...exec('alive'), periodSeconds: 9 }, exec('alive')),
      },
      'the same address': {
        change: both({ httpGet: { path: '/a', port: 1 } }, { httpGet: { path: '/a', port: 1 } }),
      },
      'the same port': { change: both({ tcpSocket: { port: 1 } }, { tcpSocket: { port: 1 } }) },
      'the same call': { change: both({ grpc: { port: 1 } }, { grpc: { port: 1 } }) },
      'the same probe of a sidecar, in a patch': {
        change: patch({ initContainers: [{ livenessProbe: exec('a'), readinessProbe: exec('a') }] }),
        says: 'initContainers[0].livenessProbe asks what readinessProbe asks',
      },
      'an address of others': {
        change: asks('curl', 'https://user:word@status.example.com:8443/alive'),
        says: /containers\[grafana\].startupProbe depends on status.example.com. Let/,
      },
      'an address whose name only begins as the own': {
        change: asks('curl', 'https://localhost.example.com/'),
        says: 'depends on localhost.example.com. ',
      },
      'an address in a script': {
        change: asks('sh', '-c', "curl 'http://10.0.0.1'"),
        says: 'depends on 10.0.0.1. ',
      },
      'an address of version 6': {
        change: asks('curl', 'http://[fd00::1]:80/'),
        says: 'depends on [fd00::1]. ',
      },
      'a Service': {
        change: asks('redis-cli', '-h', 'redis.session-database-prod.svc', 'ping'),
        says: 'depends on redis.session-database-prod.svc. ',
      },
      'a Service by its whole name': {
        change: asks('redis-cli', '-h', 'redis.a.svc.cluster.local', 'ping'),
        says: 'depends on redis.a.svc. ',
      },
      'another machine as a readiness probe': {
        change: (program) => (grafana(program).readinessProbe = exec('curl', 'http://a.example.com')),
        says: 'readinessProbe depends on a.example.com. ',
      },
      'another machine as a liveness probe of a sidecar': {
        change: (program) =>
          (program.container('StatefulSet', 'redis', 'exporter').livenessProbe = exec('curl', 'http://b')),
        says: 'initContainers[exporter].livenessProbe depends on b. ',
      },
    },
    passed: {
      'a liveness that is a second more patient': {
        change: both({ ...exec('alive'), periodSeconds: 31, failureThreshold: 1 }, exec('alive')),
      },
      'two questions by a command': { change: both(exec('alive'), exec('ready')) },
      'two questions by path': {
        change: both({ httpGet: { path: '/a', port: 1 } }, { httpGet: { path: '/b', port: 1 } }),
      },
      'two questions by port': {
        change: both({ httpGet: { path: '/a', port: 1 } }, { httpGet: { path: '/a', port: 2 } }),
      },
      'two sockets': { change: both({ tcpSocket: { port: 1 } }, { tcpSocket: { port: 2 } }) },
      'two calls': { change: both({ grpc: { port: 1 } }, { grpc: { port: 2 } }) },
      'the own container by addresses': {
        change: asks('curl', 'http://localhost:1', 'http://127.0.0.1', 'http://127.1.2.3/', 'http://[::1]:1'),
      },
      'an address of a variable': { change: asks('sh', '-c', 'curl http://$POD_IP:80/') },
      'words that are no Service': { change: asks('check', 'a.svcs', 'svc', 'my.svc-file') },
      'a sidecar without probes': {
        change: (program) => delete program.container('StatefulSet', 'redis', 'exporter').livenessProbe,
      },
      'an added container': { change: shell(() => undefined) },
      'others without a startup probe': { change: (program) => delete grafana(program).startupProbe },
      'pods that end': { change: bare('Never') },
      'pods that are tried again until they end': { change: bare('OnFailure') },
      'a patch of something else': { change: ofRedis({ containers: [{ name: 'redis' }] }) },
    },
  },
  'graceful-stop': {
    refused: {
      'no hook': {
        change: (program) => delete container(program).lifecycle,
        says: `${redis}.lifecycle.preStop is missing. `,
      },
      'another hook': {
        change: (program) => (container(program).lifecycle = { postStart: exec('true') }),
        says: `${redis}.lifecycle.preStop is missing. `,
      },
      'a second less than it must have': {
        change: (program) => (redisPod(program).terminationGracePeriodSeconds = 29),
        says: 'spec.template.spec.terminationGracePeriodSeconds is 29, less than 30. ',
      },
      'the time of Kubernetes where it must have more': {
        change: (program) => delete redisPod(program).terminationGracePeriodSeconds,
        configuration: { seconds: 31 },
        says: 'spec.template.spec.terminationGracePeriodSeconds is 30, less than 31. ',
      },
      'no time, by a patch': {
        change: ofRedis({ terminationGracePeriodSeconds: 0 }),
        says: 'terminationGracePeriodSeconds is 0, less than 30',
      },
      'Redis by another name': {
        change: () => undefined,
        configuration: { redis: ['grafana'] },
        says: 'containers[grafana].lifecycle.preStop is missing',
      },
      'a pod by itself that serves': { change: bare('Always'), says: 'Seconds is 5, less than 30' },
    },
    passed: {
      'the least time': { change: (program) => (redisPod(program).terminationGracePeriodSeconds = 30) },
      'the time of Kubernetes': {
        change: (program) => delete redisPod(program).terminationGracePeriodSeconds,
      },
      'no hook where none is needed': {
        change: (program) => delete container(program).lifecycle,
        configuration: { hook: false },
      },
      'others without a hook': {
        change: (program) => (program.pod('Deployment', 'grafana').terminationGracePeriodSeconds = 1),
      },
      'sidecars without a hook': {
        change: (program) => delete program.container('StatefulSet', 'redis', 'exporter').lifecycle,
      },
      'pods that end': { change: bare('Never') },
      'a patch of something else': {
        change: ofRedis({ containers: [{ name: 'redis' }] }),
        configuration: { seconds: 31 },
      },
      'no containers': { change: (program) => delete redisPod(program).containers },
    },
  },
  'priority-class': {
    refused: {
      'none named': {
        change: () => undefined,
        configuration: {},
        says: 'spec.template.spec.priorityClassName is missing. ',
      },
      'an empty name': {
        change: (program) => (program.pod('CronJob', 'sessions-cleanup').priorityClassName = ''),
        configuration: {},
        says: 'spec.jobTemplate.spec.template.spec.priorityClassName is missing. ',
      },
    },
    passed: {
      'each with one, and a patch of something else': {
        change: (program) => {
          for (const kind of ['Deployment', 'StatefulSet', 'Job', 'CronJob'])
            for (const { props } of program.all(kind))
              (props.spec.template ?? props.spec.jobTemplate.spec.template).spec.priorityClassName =
                'platform';
          patch({})(program);
        },
        configuration: {},
      },
    },
  },
};
