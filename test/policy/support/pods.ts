import type { Case, Cases } from './cases';
import { compliantPod } from './corpus';
import type { Anything, Program } from './program';

/** Redis' own container. */
export const redis = 'spec.template.spec.containers[redis]';
/** It, its security context and its pod's. */
export const container = (program: Program): Anything => program.container('StatefulSet', 'redis');
export const contextOf = (program: Program): Anything => container(program).securityContext;
export const podContext = (program: Program): Anything => program.pod('StatefulSet', 'redis').securityContext;

/** A patch of pods that others have made. */
export const patch = (spec: Anything): Case['change'] => {
  return (program) =>
    program.add('kubernetes:apps/v1:DeploymentPatch', {
      metadata: { name: 'others', namespace: 'others' },
      spec: { template: { spec } },
    });
};

/** A container that is added to a running pod. */
export const shell = (fill: (container: Anything) => void): Case['change'] => {
  return (program) => {
    const added = { ...structuredClone(compliantPod().spec.containers[0]), name: 'shell' };
    fill(added);
    program.pod('StatefulSet', 'redis').ephemeralContainers = [added];
  };
};

/** A pod by itself, of which a part is another. */
export const pod = (change: (pod: Anything) => void): Case['change'] => {
  return (program) => {
    const of = compliantPod();
    change(of);
    program.add('kubernetes:core/v1:Pod', of);
  };
};

/** A rule's cases where it forbids values of a field of security contexts. */
export const values = (
  field: string,
  fill: (context: Anything, wrong: boolean) => void,
  told: string,
  ofPod: boolean,
): Cases => ({
  refused: {
    'in a container': {
      change: (program) => fill(contextOf(program), true),
      says: `${redis}.securityContext.${field} is ${told}. `,
    },
    'in a sidecar': {
      change: (program) => fill(program.container('StatefulSet', 'redis', 'exporter').securityContext, true),
      says: `spec.template.spec.initContainers[exporter].securityContext.${field} is ${told}. `,
    },
    'in a container that is added to a running pod': {
      change: shell((added) => fill(added.securityContext, true)),
      says: `spec.template.spec.ephemeralContainers[shell].securityContext.${field} is ${told}. `,
    },
    'in a patch': {
      change: (program) => {
        const securityContext = {};
        fill(securityContext, true);
        patch({ containers: [{ securityContext }] })(program);
      },
      says: `spec.template.spec.containers[0].securityContext.${field} is ${told}. `,
    },
    ...(ofPod
      ? {
          'in the pod': {
            change: (program: Program) =>
              fill(program.pod('CronJob', 'sessions-cleanup').securityContext, true),
            says: `spec.jobTemplate.spec.template.spec.securityContext.${field} is ${told}. `,
          },
        }
      : {}),
  },
  passed: {
    'what is permitted': { change: (program) => fill(contextOf(program), false) },
    'a patch of something else': { change: patch({ containers: [{ name: 'any', securityContext: {} }] }) },
  },
});
