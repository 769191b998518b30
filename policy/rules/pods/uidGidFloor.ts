import { forbidden, inherited, ofAll, ofPod } from '../../model/contexts';
import { missing, onPods } from '../../model/podRule';
import { resourceRule } from '../../model/rule';
import { type Resource, specOf } from '../../model/resource';
import type { PodSpec } from '../../model/pods';

const claims = (resource: Resource, { volumes = [] }: PodSpec): boolean =>
  (specOf<{ volumeClaimTemplates: readonly object[] }>(resource).volumeClaimTemplates ?? []).length > 0 ||
  volumes.some((volume) => 'persistentVolumeClaim' in volume || 'ephemeral' in volume);

/** Users and groups that nobody has on a node. */
export const uidGidFloor = resourceRule<{ floor: number; below: readonly string[] }>({
  id: 'uid-gid-floor',
  demand: 'Containers run as a user and a group of numbers that no account of a node has.',
  reason:
    "A process that gets out of its container has the rights of the node's account of its number; without a runAsGroup its group is root.",
  remedy:
    "Let the pod's runAsUser, runAsGroup and, with claimed storage, fsGroup be the number that the image is made for; list it in the configuration where it is below the floor.",
  severity: 'high',
  reference: { framework: 'NSA', control: 'Non-root containers' },
  settings: {
    floor: { description: 'The lowest number of users and groups.', default: 999 },
    below: { description: 'Numbers below the floor that images are made for.', default: [] },
  },
  check: onPods((pods, { floor, below }, resource) => {
    const allowed = (id: number) => id >= floor || below.includes(String(id));
    const ids = (['runAsUser', 'runAsGroup'] as const).flatMap((field) => [
      ...forbidden(ofAll(pods), field, (of) => of[field], allowed),
      ...inherited(pods, field, (of) => of[field]),
    ]);
    const { context, path } = ofPod(pods);
    const group = context.fsGroup ?? undefined;
    if (group !== undefined) return allowed(group) ? ids : [...ids, `${path}.fsGroup is ${group}`];
    if (!claims(resource, pods.spec)) return ids;
    return [...ids, ...missing(pods, `${path}.fsGroup is missing, with claimed storage`)];
  }),
});
