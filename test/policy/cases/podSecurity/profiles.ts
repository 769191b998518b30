import type { CasesByRule } from '../../support/cases';
import { contextOf, patch, pod, podContext, redis, values } from '../../support/pods';

/** Cases of the controls about what confines a process. */
export const profiles: CasesByRule = {
  'pss-apparmor': (() => {
    const of = values(
      'appArmorProfile.type',
      (context, wrong) => (context.appArmorProfile = { type: wrong ? 'Unconfined' : 'RuntimeDefault' }),
      'Unconfined',
      true,
    );
    return {
      refused: {
        ...of.refused,
        'a profile without a type': {
          change: (program) => (podContext(program).appArmorProfile = {}),
          says: 'spec.template.spec.securityContext.appArmorProfile.type is empty. ',
        },
      },
      passed: {
        ...of.passed,
        "a patch of a profile's name": {
          change: patch({ securityContext: { appArmorProfile: { localhostProfile: 'sessions' } } }),
        },
        'said to be none': { change: (program) => (contextOf(program).appArmorProfile = null) },
      },
    };
  })(),
  'pss-apparmor-annotation': {
    refused: {
      'a container out of its profile': {
        change: pod(
          ({ metadata }) =>
            (metadata.annotations['container.apparmor.security.beta.kubernetes.io/app'] = 'unconfined'),
        ),
        says: 'metadata.annotations[container.apparmor.security.beta.kubernetes.io/app] is unconfined. ',
      },
      'in a template': {
        change: (program) =>
          (program.props('StatefulSet', 'redis').spec.template.metadata.annotations = {
            'container.apparmor.security.beta.kubernetes.io/redis': 'runtime/defaults',
          }),
        says: 'spec.template.metadata.annotations[container.apparmor.security.beta.kubernetes.io/redis] is runtime/defaults. ',
      },
      'a profile whose name ends as that of the runtime': {
        change: pod(
          ({ metadata }) =>
            (metadata.annotations['container.apparmor.security.beta.kubernetes.io/app'] =
              'my/runtime/default'),
        ),
      },
      "the node's profile by a wrong word": {
        change: pod(
          ({ metadata }) =>
            (metadata.annotations['container.apparmor.security.beta.kubernetes.io/app'] = 'my/localhost/a'),
        ),
      },
    },
    passed: {
      "the runtime's profile": {
        change: pod(
          ({ metadata }) =>
            (metadata.annotations['container.apparmor.security.beta.kubernetes.io/app'] = 'runtime/default'),
        ),
      },
      'an annotation of something else': {
        change: pod(
          ({ metadata }) =>
            (metadata.annotations['example.com/container.apparmor.security.beta.kubernetes.io/app'] = 'any'),
        ),
      },
      'no annotations': { change: pod(({ metadata }) => delete metadata.annotations) },
    },
  },
  'pss-selinux-type': values(
    'seLinuxOptions.type',
    (context, wrong) => (context.seLinuxOptions = { type: wrong ? 'spc_t' : 'container_t' }),
    'spc_t',
    true,
  ),
  'pss-selinux-user-role': {
    refused: {
      ...values(
        'seLinuxOptions.user',
        (context, wrong) => (context.seLinuxOptions = { user: wrong ? 'system_u' : '' }),
        'system_u',
        true,
      ).refused,
      'a role': {
        change: (program) => (podContext(program).seLinuxOptions = { role: 'sysadm_r' }),
        says: 'spec.template.spec.securityContext.seLinuxOptions.role is sysadm_r. ',
      },
    },
    passed: {
      'a level': { change: (program) => (podContext(program).seLinuxOptions = { level: 's0:c1,c2' }) },
      'empty ones': { change: (program) => (podContext(program).seLinuxOptions = { user: '', role: '' }) },
    },
  },
  'pss-proc-mount': (() => {
    const of = values(
      'procMount',
      (context, wrong) => (context.procMount = wrong ? 'Unmasked' : 'Default'),
      'Unmasked',
      false,
    );
    return {
      refused: {
        ...of.refused,
        'an empty one': {
          change: (program) => (contextOf(program).procMount = ''),
          says: `${redis}.securityContext.procMount is empty. `,
        },
        'with users of its own': {
          change: (program) => {
            program.pod('StatefulSet', 'redis').hostUsers = false;
            contextOf(program).procMount = 'Unmasked';
          },
        },
      },
      passed: of.passed,
    };
  })(),
  'pss-sysctls': {
    refused: {
      'a parameter of the node': {
        change: (program) => (podContext(program).sysctls = [{ name: 'net.core.somaxconn', value: '511' }]),
        says: 'spec.template.spec.securityContext.sysctls has net.core.somaxconn. ',
      },
      'one without a name': {
        change: patch({ securityContext: { sysctls: [{ value: '1' }] } }),
        says: 'spec.template.spec.securityContext.sysctls has one without a name. ',
      },
    },
    passed: {
      'a parameter of the pod': {
        change: (program) =>
          (podContext(program).sysctls = [{ name: 'net.ipv4.tcp_keepalive_time', value: '60' }]),
      },
    },
  },
  'pss-volumes': {
    refused: {
      "the node's files": {
        change: (program) =>
          program.pod('StatefulSet', 'redis').volumes.push({ name: 'node', hostPath: { path: '/' } }),
        says: 'spec.template.spec.volumes[node] is of kind hostPath. ',
      },
      'a kind that nobody knows yet, in a patch': {
        change: patch({ volumes: [{ future: {} }] }),
        says: 'spec.template.spec.volumes[0] is of kind future. ',
      },
      'a forbidden kind beside a permitted one': {
        change: patch({ volumes: [{ name: 'both', emptyDir: {}, nfs: { server: 'nfs', path: '/' } }] }),
        says: 'spec.template.spec.volumes[both] is of kind nfs. ',
      },
    },
    passed: {
      'a kind that is said to be none': {
        change: patch({ volumes: [{ name: 'none', hostPath: null, emptyDir: {} }] }),
      },
      'no volumes': { change: (program) => delete program.pod('StatefulSet', 'redis').volumes },
    },
  },
};
