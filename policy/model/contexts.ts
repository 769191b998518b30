import { containersOf, type PodSecurityContext, type Pods, type SecurityContext } from './pods';
import { missing } from './podRule';
import type { Problem } from './rule';

/** A security context and where it is; an empty one where there is none. */
export interface Context<Of = SecurityContext> {
  readonly context: Of;
  /** `spec.containers[redis].securityContext`. */
  readonly path: string;
}

/** What a pod says for all its containers. */
export const ofPod = ({ spec, path }: Pods): Context<PodSecurityContext> => ({
  context: spec.securityContext ?? {},
  path: `${path}.securityContext`,
});

/** What each container says for itself. */
export const ofContainers = (pods: Pods): Context[] =>
  containersOf(pods).map(({ container, path }) => ({
    context: container.securityContext ?? {},
    path: `${path}.securityContext`,
  }));

/** Both: what may be said in either place must be right in both. */
export const ofAll = (pods: Pods): Context[] => [ofPod(pods), ...ofContainers(pods)];

/** Problems of a field that contexts may leave out, but not fill with what is not permitted. */
export const forbidden = <Value extends boolean | number | string>(
  contexts: readonly Context[],
  field: string,
  read: (context: SecurityContext) => Value | undefined,
  permitted: (value: Value) => boolean,
): Problem[] =>
  contexts.flatMap(({ context, path }) => {
    const value = read(context) ?? undefined;
    return value === undefined || permitted(value)
      ? []
      : [`${path}.${field} is ${value === '' ? 'empty' : value}`];
  });

/** Problems of a field that each container has itself or by its pod. */
export const inherited = (
  pods: Pods,
  field: string,
  read: (context: SecurityContext) => boolean | number | string | undefined,
): Problem[] => {
  const has = ({ context }: Context) => (read(context) ?? undefined) !== undefined;
  if (has(ofPod(pods))) return [];
  return ofContainers(pods)
    .filter((context) => !has(context))
    .flatMap(({ path }) => missing(pods, `${path}.${field} is missing, and so is the pod's`));
};
