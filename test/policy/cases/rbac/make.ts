import { namespace } from '../../support/make';
import type { Case } from '../../support/cases';
import type { Anything } from '../../support/program';

/** The API group of roles and bindings. */
export const group = 'rbac.authorization.k8s.io';

/** A case of one object more. */
export const added = (type: string, props: Anything, says?: Case['says'], name = 'added'): Case => ({
  change: (program) => program.add(`kubernetes:${type}`, { metadata: { name, namespace }, ...props }),
  ...(says === undefined ? {} : { says }),
});

/** Cases that are alike, by their titles. */
export const table = (entries: readonly (readonly [string, Case])[]): Record<string, Case> =>
  Object.fromEntries(entries);
