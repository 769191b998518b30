import type { CasesByRule } from '../../support/cases';
import { container, patch, redis, values } from '../../support/pods';

/** Cases of the first five controls, about the node. */
export const hosts: CasesByRule = {
  'pss-host-namespaces': {
    refused: {
      'network of the node': {
        change: (program) => (program.pod('StatefulSet', 'redis').hostNetwork = true),
        says: 'spec.template.spec.hostNetwork is true',
      },
      'processes of the node': {
        change: (program) => (program.pod('CronJob', 'sessions-cleanup').hostPID = true),
        says: 'spec.jobTemplate.spec.template.spec.hostPID is true',
      },
      'shared memory of the node': {
        change: (program) => (program.pod('Deployment', 'redis-proxy').hostIPC = true),
        says: 'spec.template.spec.hostIPC is true',
      },
      'a patch of pods that others have made': {
        change: patch({ hostNetwork: true }),
        says: 'spec.template.spec.hostNetwork is true',
      },
    },
    passed: {
      'said to be off': { change: (program) => (program.pod('StatefulSet', 'redis').hostNetwork = false) },
    },
  },
  'pss-privileged': values('privileged', (context, wrong) => (context.privileged = wrong), 'true', false),
  'pss-host-process': values(
    'windowsOptions.hostProcess',
    (context, wrong) => (context.windowsOptions = { hostProcess: wrong }),
    'true',
    true,
  ),
  'pss-host-ports': {
    refused: {
      'a port of the node': {
        change: (program) => (container(program).ports[0].hostPort = 6379),
        says: `${redis}.ports[0].hostPort is 6379. `,
      },
      'the second port of a container in a patch': {
        change: patch({ containers: [{ ports: [{ containerPort: 1 }, { hostPort: 1 }] }] }),
        says: 'spec.template.spec.containers[0].ports[1].hostPort is 1. ',
      },
    },
    passed: {
      'port 0, which is none': { change: (program) => (container(program).ports[0].hostPort = 0) },
      'no ports at all': { change: (program) => delete container(program).ports },
    },
  },
  'pss-probe-host': {
    refused: {
      'a probe of another machine': {
        change: (program) =>
          (container(program).livenessProbe = { httpGet: { host: '169.254.169.254', port: 80 } }),
        says: `${redis}.livenessProbe.httpGet.host is 169.254.169.254. `,
      },
      'a hook of another machine': {
        change: (program) =>
          (container(program).lifecycle = { preStop: { tcpSocket: { host: 'node', port: 22 } } }),
        says: `${redis}.lifecycle.preStop.tcpSocket.host is node. `,
      },
      'the own pod by a name': {
        change: (program) =>
          (container(program).startupProbe = { tcpSocket: { host: 'localhost', port: 1 } }),
        says: `${redis}.startupProbe.tcpSocket.host is localhost. `,
      },
    },
    passed: {
      'a call of the own pod': {
        change: (program) => (container(program).readinessProbe = { httpGet: { host: '', port: 80 } }),
      },
    },
  },
};
