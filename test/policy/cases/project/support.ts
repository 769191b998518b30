import type { Program } from '../../support/program';

/** Adds an object beside stack prod's own, in a namespace of its own. */
export const adding =
  (type: string, props: object = {}, changes: Parameters<Program['add']>[2] = {}) =>
  (program: Program) =>
    program.add(type, { metadata: { name: 'added', namespace: 'added' }, ...props }, changes);
