import { changed } from '../../model/change';
import { missing, onPods } from '../../model/podRule';
import type { Pods } from '../../model/pods';
import { resourceRule } from '../../model/rule';
import { withSpec } from './repair';

/** Nothing that makes the cluster's own admission look away. */
export const noHostUsersWaiver = resourceRule<{ userNamespaces: boolean }>({
  id: 'no-hostusers-waiver',
  demand: 'No pod has what lifts controls of the Pod Security Standards.',
  reason:
    'With hostUsers false the admission of the cluster lets root pass, and under Windows privilege escalation, capabilities and any seccomp profile: who later changes the pod is not stopped.',
  remedy: 'Leave hostUsers and os out.',
  severity: 'high',
  reference: { framework: 'PSS', control: 'Running as Non-root' },
  settings: {
    userNamespaces: {
      description:
        'Whether pods may have users of their own (hostUsers false). This pack lifts nothing for it.',
      default: false,
    },
  },
  check: onPods(({ spec, path }, { userNamespaces }) => [
    ...(spec.hostUsers === false && !userNamespaces ? [`${path}.hostUsers is false`] : []),
    ...(spec.os?.name === 'windows' ? [`${path}.os.name is windows`] : []),
  ]),
});

/** Every container with its own processes. */
export const noSharedPid = resourceRule({
  id: 'no-shared-pid',
  demand: 'The containers of a pod do not see the processes of each other.',
  reason: 'A sidecar would read the environment, the files and the memory of the container beside it.',
  remedy: 'Leave shareProcessNamespace out.',
  severity: 'high',
  reference: { framework: 'NSA', control: 'Kubernetes Pod security' },
  check: onPods(({ spec, path }) =>
    spec.shareProcessNamespace === true ? [`${path}.shareProcessNamespace is true`] : [],
  ),
});

const linked = ({ spec, path, patch }: Pods): string[] => {
  const links = spec.enableServiceLinks ?? undefined;
  if (links === undefined) return missing({ patch }, `${path}.enableServiceLinks is missing`);
  return links ? [`${path}.enableServiceLinks is true`] : [];
};

/** No map of the namespace in the environment. */
export const serviceLinksOff = resourceRule({
  id: 'service-links-off',
  demand: "Pods get no environment variables of their namespace's Services.",
  reason:
    'The variables tell an intruder what else is there, and one of them, as REDIS_PORT, may be taken for a setting.',
  remedy: 'Let enableServiceLinks be false.',
  severity: 'medium',
  reference: { framework: 'session-database', control: 'Pods' },
  check: onPods(linked),
  repair: (resource) =>
    withSpec(resource, (pods) =>
      linked(pods).length === 0 ? undefined : changed(pods.spec, ['enableServiceLinks'], () => false),
    ),
});
