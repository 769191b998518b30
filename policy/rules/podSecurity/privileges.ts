import { missing, onPods } from '../../model/podRule';
import { resourceRule } from '../../model/rule';
import { forbidden, ofAll, ofContainers, inherited } from '../../model/contexts';

/** No rights that a process has not from the start. */
export const privilegeEscalation = resourceRule({
  id: 'pss-privilege-escalation',
  demand: 'Processes get no more rights than they start with.',
  reason: 'A set-user-ID program in the image would make root of any user.',
  remedy: "Let every container's allowPrivilegeEscalation be false.",
  severity: 'high',
  reference: { framework: 'PSS', control: 'Privilege Escalation' },
  check: onPods((pods) =>
    ofContainers(pods).flatMap(({ context, path }) => {
      const place = `${path}.allowPrivilegeEscalation`;
      const allowed = context.allowPrivilegeEscalation ?? undefined;
      if (allowed === undefined) return missing(pods, `${place} is missing`);
      return allowed ? [`${place} is true`] : [];
    }),
  ),
});

/** Nobody is root. */
export const runAsNonRoot = resourceRule({
  id: 'pss-run-as-non-root',
  demand: 'Containers refuse to run as root, by themselves or by their pod.',
  reason: 'Root in a container is root on the node as soon as something lets it out.',
  remedy: "Let securityContext.runAsNonRoot of the pod be true, and leave its containers' out.",
  severity: 'high',
  reference: { framework: 'PSS', control: 'Running as Non-root' },
  check: onPods((pods) => [
    ...forbidden(
      ofAll(pods),
      'runAsNonRoot',
      (of) => of.runAsNonRoot,
      (value) => value,
    ),
    ...inherited(pods, 'runAsNonRoot', (of) => of.runAsNonRoot),
  ]),
});

/** Nobody is root by number. */
export const runAsUser = resourceRule({
  id: 'pss-run-as-user',
  demand: 'Containers have another user than 0.',
  reason: 'User 0 is root, whatever the image calls it.',
  remedy: "Let runAsUser be the number of the image's own user.",
  severity: 'high',
  reference: { framework: 'PSS', control: 'Running as Non-root user' },
  check: onPods((pods) =>
    forbidden(
      ofAll(pods),
      'runAsUser',
      (of) => of.runAsUser,
      (user) => user !== 0,
    ),
  ),
});

/** None of root's rights one by one. */
export const capabilities = resourceRule({
  id: 'pss-capabilities',
  demand: 'Containers drop all capabilities, and add NET_BIND_SERVICE at most.',
  reason: 'Each capability is a part of what root may do; a process without any can do little to a node.',
  remedy: 'Let capabilities.drop have ALL, and leave capabilities.add out.',
  severity: 'high',
  reference: { framework: 'PSS', control: 'Capabilities' },
  check: onPods((pods) =>
    ofContainers(pods).flatMap(({ context, path }) => {
      const { add, drop } = context.capabilities ?? {};
      return [
        ...((drop ?? []).includes('ALL') ? [] : missing(pods, `${path}.capabilities.drop has no ALL`)),
        ...(add ?? [])
          .filter((name) => name !== 'NET_BIND_SERVICE')
          .map((name) => `${path}.capabilities.add has ${name}`),
      ];
    }),
  ),
});
