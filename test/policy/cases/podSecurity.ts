import type { CasesByRule } from '../support/cases';

export const podSecurity: CasesByRule = {
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
      },
    },
    passed: {
      'said to be off': { change: (program) => (program.pod('StatefulSet', 'redis').hostNetwork = false) },
    },
  },
};
