import type { CasesByRule } from '../../support/cases';
import { container, contextOf, patch, pod, podContext, redis, shell, values } from '../../support/pods';

/** Cases of the controls about what a process may. */
export const rights: CasesByRule = {
  'pss-privilege-escalation': {
    refused: {
      ...values(
        'allowPrivilegeEscalation',
        (context, wrong) => (context.allowPrivilegeEscalation = wrong),
        'true',
        false,
      ).refused,
      'nothing said': {
        change: (program) => delete contextOf(program).allowPrivilegeEscalation,
        says: `${redis}.securityContext.allowPrivilegeEscalation is missing. `,
      },
      'no context at all': {
        change: (program) => delete container(program).securityContext,
        says: `${redis}.securityContext.allowPrivilegeEscalation is missing. `,
      },
      'a pod for Windows': {
        change: (program) => {
          program.pod('StatefulSet', 'redis').os = { name: 'windows' };
          delete contextOf(program).allowPrivilegeEscalation;
        },
      },
    },
    passed: { 'a patch of something else': { change: patch({ containers: [{ name: 'any' }] }) } },
  },
  'pss-run-as-non-root': {
    refused: {
      ...values('runAsNonRoot', (context, wrong) => (context.runAsNonRoot = !wrong), 'false', true).refused,
      'nothing said, neither by the pod nor by a container': {
        change: (program) => delete podContext(program).runAsNonRoot,
        says: `${redis}.securityContext.runAsNonRoot is missing, and so is the pod's. `,
      },
      'a pod with users of its own': {
        change: (program) => {
          program.pod('StatefulSet', 'redis').hostUsers = false;
          delete podContext(program).runAsNonRoot;
        },
      },
    },
    passed: {
      'a patch of something else': { change: patch({ containers: [{ name: 'any' }] }) },
      'each container by itself': {
        change: pod(({ spec }) => {
          delete spec.securityContext.runAsNonRoot;
          for (const of of [...spec.containers, ...spec.initContainers])
            of.securityContext.runAsNonRoot = true;
        }),
      },
    },
  },
  'pss-run-as-user': {
    refused: {
      ...values('runAsUser', (context, wrong) => (context.runAsUser = wrong ? 0 : 1), '0', true).refused,
      'a pod with users of its own': {
        change: (program) => {
          program.pod('StatefulSet', 'redis').hostUsers = false;
          podContext(program).runAsUser = 0;
        },
      },
    },
    passed: {
      'user 1': { change: (program) => (podContext(program).runAsUser = 1) },
      'no user said': { change: (program) => delete podContext(program).runAsUser },
    },
  },
  'pss-seccomp': {
    refused: {
      ...values(
        'seccompProfile.type',
        (context, wrong) => (context.seccompProfile = { type: wrong ? 'Unconfined' : 'Localhost' }),
        'Unconfined',
        true,
      ).refused,
      'nothing said, neither by the pod nor by a container': {
        change: (program) => delete podContext(program).seccompProfile,
        says: `${redis}.securityContext.seccompProfile.type is missing, and so is the pod's. `,
      },
      'a profile without a type': {
        change: (program) => (contextOf(program).seccompProfile = {}),
        says: `${redis}.securityContext.seccompProfile.type is empty. `,
      },
      'a pod for Windows': {
        change: (program) => {
          program.pod('StatefulSet', 'redis').os = { name: 'windows' };
          delete podContext(program).seccompProfile;
        },
      },
    },
    passed: {
      "a patch of a profile's name": {
        change: patch({ containers: [{ securityContext: { seccompProfile: { localhostProfile: 'a' } } }] }),
      },
      "a container by the node's": {
        change: (program) =>
          (contextOf(program).seccompProfile = { type: 'Localhost', localhostProfile: 'redis.json' }),
      },
    },
  },
  'pss-capabilities': {
    refused: {
      'one more than is dropped': {
        change: (program) => (contextOf(program).capabilities.add = ['NET_BIND_SERVICE', 'SYS_ADMIN']),
        says: `${redis}.securityContext.capabilities.add has SYS_ADMIN. `,
      },
      'not all dropped': {
        change: (program) => (contextOf(program).capabilities.drop = ['NET_RAW']),
        says: `${redis}.securityContext.capabilities.drop has no ALL. `,
      },
      'nothing said': {
        change: shell((added) => delete added.securityContext.capabilities),
        says: 'spec.template.spec.ephemeralContainers[shell].securityContext.capabilities.drop has no ALL. ',
      },
      'one added by a patch': {
        change: patch({ initContainers: [{ securityContext: { capabilities: { add: ['KILL'] } } }] }),
        says: 'spec.template.spec.initContainers[0].securityContext.capabilities.add has KILL. ',
      },
      'a pod for Windows': {
        change: (program) => {
          program.pod('StatefulSet', 'redis').os = { name: 'windows' };
          delete contextOf(program).capabilities;
        },
      },
    },
    passed: {
      'ports below 1024': {
        change: (program) => (contextOf(program).capabilities.add = ['NET_BIND_SERVICE']),
      },
      'a patch of something else': { change: patch({ containers: [{ name: 'any' }] }) },
    },
  },
};
