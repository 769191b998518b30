import type { CasesByRule } from '../../support/cases';
import { contextOf, patch, podContext, redis } from '../../support/pods';
import type { Anything, Program } from '../../support/program';

const redisPod = (program: Program): Anything => program.pod('StatefulSet', 'redis');
const projected = (program: Program, ...sources: Anything[]) =>
  redisPod(program).volumes.push({ name: 'projection', projected: { sources } });
const accountPatch = (props: Anything) => (program: Program) =>
  program.add('kubernetes:core/v1:ServiceAccountPatch', { metadata: { name: 'others' }, ...props });

/** Cases of the rules about who pods are, to their node and to the cluster. */
export const identity: CasesByRule = {
  'uid-gid-floor': {
    refused: {
      'a user below the floor': {
        change: (program) => (podContext(program).runAsUser = 998),
        says: 'spec.template.spec.securityContext.runAsUser is 998. ',
      },
      "a container's group below it": {
        change: (program) => (contextOf(program).runAsGroup = 0),
        says: `${redis}.securityContext.runAsGroup is 0. `,
      },
      'no user': {
        change: (program) => delete podContext(program).runAsUser,
        says: `${redis}.securityContext.runAsUser is missing, and so is the pod's. `,
      },
      'no group': {
        change: (program) => delete podContext(program).runAsGroup,
        says: `${redis}.securityContext.runAsGroup is missing, and so is the pod's. `,
      },
      'a group of files below it': {
        change: (program) => (podContext(program).fsGroup = 998),
        says: 'spec.template.spec.securityContext.fsGroup is 998. ',
      },
      'no group of files with claims of a template': {
        change: (program) => delete podContext(program).fsGroup,
        says: 'spec.template.spec.securityContext.fsGroup is missing, with claimed storage. ',
      },
      'no group of files with a claim': {
        change: (program) => {
          const pod = program.pod('Deployment', 'grafana');
          pod.volumes.push({ name: 'claimed', persistentVolumeClaim: { claimName: 'grafana' } });
          delete pod.securityContext.fsGroup;
        },
        says: 'fsGroup is missing, with claimed storage',
      },
      'no group of files with a claim of its own': {
        change: (program) => {
          const pod = program.pod('Deployment', 'grafana');
          pod.volumes.push({ name: 'claimed', ephemeral: {} });
          delete pod.securityContext.fsGroup;
        },
        says: 'fsGroup is missing, with claimed storage',
      },
      'a number that is in no list': {
        change: () => undefined,
        configuration: { below: ['99'] },
        says: 'runAsUser is 472',
      },
      'a higher floor': {
        change: () => undefined,
        configuration: { floor: 1000, below: ['99', '472'] },
        says: 'runAsUser is 999',
      },
      'by a patch': { change: patch({ securityContext: { runAsUser: 1 } }), says: 'runAsUser is 1. ' },
    },
    passed: {
      'the floor itself': { change: (program) => (podContext(program).runAsUser = 999) },
      'a lower floor': { change: () => undefined, configuration: { floor: 99, below: [] } },
      'no group of files without a claim': {
        change: (program) => delete program.pod('Deployment', 'grafana').securityContext.fsGroup,
      },
      'neither, with an empty list of claims': {
        change: (program) => {
          program.props('StatefulSet', 'redis').spec.volumeClaimTemplates = [];
          delete podContext(program).fsGroup;
        },
      },
      'no volumes at all': {
        change: (program) => {
          delete program.pod('Deployment', 'grafana').volumes;
          delete program.pod('Deployment', 'grafana').securityContext.fsGroup;
        },
      },
      'a patch of something else': {
        change: patch({
          containers: [{ name: 'any' }],
          volumes: [{ name: 'a', persistentVolumeClaim: { claimName: 'a' } }],
        }),
      },
    },
  },
  'no-sa-token': {
    refused: {
      'a pod that says nothing': {
        change: (program) => delete redisPod(program).automountServiceAccountToken,
        says: 'spec.template.spec.automountServiceAccountToken is missing. ',
      },
      'a pod that takes it': {
        change: (program) => (program.pod('CronJob', 'sessions-cleanup').automountServiceAccountToken = true),
        says: 'spec.jobTemplate.spec.template.spec.automountServiceAccountToken is true. ',
      },
      'an account that says nothing': {
        change: (program) => delete program.props('ServiceAccount', 'redis').automountServiceAccountToken,
        says: /^automountServiceAccountToken is missing\. /,
      },
      'an account that gives it': {
        change: (program) => (program.props('ServiceAccount', 'redis').automountServiceAccountToken = true),
        says: /^automountServiceAccountToken is true\. /,
      },
      'patches that give it': {
        change: accountPatch({ automountServiceAccountToken: true }),
        says: /^automountServiceAccountToken is true\. /,
      },
      'a patch that takes it': { change: patch({ automountServiceAccountToken: true }) },
      'a token by a volume': {
        change: (program) => projected(program, { configMap: { name: 'a' } }, { serviceAccountToken: {} }),
        says: 'spec.template.spec.volumes[projection] has a token of its service account. ',
      },
      'an account that nobody has listed': {
        change: () => undefined,
        configuration: { accounts: [] },
        says: 'spec.template.spec.automountServiceAccountToken is true. ',
      },
      'a listed one of another pod': {
        change: (program) => (redisPod(program).automountServiceAccountToken = true),
        configuration: { accounts: ['prometheus', 'default'] },
      },
    },
    passed: {
      'an account in the list': {
        change: (program) => {
          const pod = redisPod(program);
          pod.automountServiceAccountToken = true;
          projected(program, { serviceAccountToken: { path: 'token' } });
          delete program.props('ServiceAccount', 'redis').automountServiceAccountToken;
        },
        configuration: { accounts: ['prometheus', 'redis'] },
      },
      'an account in the list, by the old name of the field': {
        change: (program) => {
          const pod = redisPod(program);
          pod.automountServiceAccountToken = true;
          pod.serviceAccount = 'old';
          pod.serviceAccountName = '';
        },
        configuration: { accounts: ['prometheus', 'old'] },
      },
      'a projection of something else': {
        change: (program) => projected(program, { secret: { name: 'a' } }),
      },
      'a projection of nothing': {
        change: (program) => redisPod(program).volumes.push({ name: 'a', projected: {} }),
      },
      'patches of something else': {
        change: (program) => {
          patch({})(program);
          accountPatch({})(program);
        },
      },
    },
  },
  'named-service-account': {
    refused: {
      'no account': {
        change: (program) => delete redisPod(program).serviceAccountName,
        says: 'spec.template.spec.serviceAccountName is missing. ',
      },
      'the default account': {
        change: (program) => (redisPod(program).serviceAccountName = 'default'),
        says: 'spec.template.spec.serviceAccountName is default. ',
      },
      'the default account by a patch': { change: patch({ serviceAccountName: 'default' }) },
    },
    passed: {
      'the old name of the field': {
        change: (program) => {
          redisPod(program).serviceAccount = 'redis';
          delete redisPod(program).serviceAccountName;
        },
      },
      'a patch of something else': { change: patch({}) },
    },
  },
};
