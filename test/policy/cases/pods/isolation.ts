import type { CasesByRule } from '../../support/cases';
import { namespace } from '../../support/make';
import { contextOf, patch, pod, redis, shell } from '../../support/pods';

/** Cases of the rules that keep pods and containers apart. */
export const isolation: CasesByRule = {
  'no-hostusers-waiver': {
    refused: {
      'users of its own': {
        change: (program) => (program.pod('StatefulSet', 'redis').hostUsers = false),
        says: 'spec.template.spec.hostUsers is false. Leave hostUsers and os out.',
      },
      'a pod for Windows': {
        change: (program) => (program.pod('CronJob', 'sessions-cleanup').os = { name: 'windows' }),
        configuration: { userNamespaces: true },
        says: 'spec.jobTemplate.spec.template.spec.os.name is windows. ',
      },
      'users of its own, by a patch': { change: patch({ hostUsers: false }) },
    },
    passed: {
      "the node's users": { change: (program) => (program.pod('StatefulSet', 'redis').hostUsers = true) },
      'a pod for Linux': {
        change: (program) => (program.pod('StatefulSet', 'redis').os = { name: 'linux' }),
      },
      'users of its own where they are allowed': {
        change: (program) => (program.pod('StatefulSet', 'redis').hostUsers = false),
        configuration: { userNamespaces: true },
      },
    },
  },
  'no-shared-pid': {
    refused: {
      'processes shared': {
        change: (program) => (program.pod('StatefulSet', 'redis').shareProcessNamespace = true),
        says: 'spec.template.spec.shareProcessNamespace is true. ',
      },
      'by a patch': { change: patch({ shareProcessNamespace: true }) },
    },
    passed: {
      'said to be apart': {
        change: (program) => (program.pod('StatefulSet', 'redis').shareProcessNamespace = false),
      },
    },
  },
  'service-links-off': {
    refused: {
      'nothing said': {
        change: (program) => delete program.pod('CronJob', 'sessions-cleanup').enableServiceLinks,
        says: 'spec.jobTemplate.spec.template.spec.enableServiceLinks is missing. ',
      },
      'turned on': {
        change: (program) => (program.pod('StatefulSet', 'redis').enableServiceLinks = true),
        says: 'spec.template.spec.enableServiceLinks is true. ',
      },
      'turned on by a patch': { change: patch({ enableServiceLinks: true }) },
    },
    passed: { 'a patch of something else': { change: patch({}) } },
  },
  'read-only-root': {
    refused: {
      'nothing said': {
        change: (program) => delete contextOf(program).readOnlyRootFilesystem,
        says: `${redis}.securityContext.readOnlyRootFilesystem is missing. `,
      },
      'no context': {
        change: shell((added) => delete added.securityContext),
        says: 'spec.template.spec.ephemeralContainers[shell].securityContext.readOnlyRootFilesystem is missing. ',
      },
      'a sidecar that may write': {
        change: (program) =>
          (program.container('StatefulSet', 'redis', 'exporter').securityContext.readOnlyRootFilesystem =
            false),
        says: 'spec.template.spec.initContainers[exporter].securityContext.readOnlyRootFilesystem is false. ',
      },
      'by a patch': {
        change: patch({ containers: [{ securityContext: { readOnlyRootFilesystem: false } }] }),
      },
    },
    passed: {
      'a patch of something else': { change: patch({ containers: [{ name: 'any' }] }) },
      'an added container that may not write': {
        change: shell((added) => (added.securityContext.readOnlyRootFilesystem = true)),
      },
      'no pods': { change: (program) => program.remove(({ type }) => type.startsWith('kubernetes:apps/')) },
    },
  },
  'no-bare-pod': {
    refused: {
      'a pod by itself': {
        change: pod(() => undefined),
        says: 'the pod has no controller. Make a Deployment, a StatefulSet, a DaemonSet or a Job of it.',
      },
    },
    passed: {
      'a patch of a pod': {
        change: (program) => program.add('kubernetes:core/v1:PodPatch', { metadata: { name: 'others' } }),
      },
      'a kind of the same name of others': {
        change: (program) =>
          program.add('kubernetes:example.com/v1:Pod', { metadata: { name: 'others', namespace } }),
      },
    },
  },
};
