import { podsOf, type Pods } from './pods';
import type { Resource } from './resource';
import type { Problem } from './rule';

/** A rule's check by the pods that a resource makes; what makes none keeps every rule of pods. */
export const onPods =
  <Own = object>(check: (pods: Pods, settings: Own, resource: Resource) => readonly Problem[]) =>
  (resource: Resource, settings: Own): readonly Problem[] => {
    const pods = podsOf(resource);
    return pods === undefined ? [] : check(pods, settings, resource);
  };

/** What is missing, which is no problem of a patch: somebody else may have it. */
export const missing = ({ patch }: Pick<Pods, 'patch'>, problem: Problem): Problem[] =>
  patch ? [] : [problem];
