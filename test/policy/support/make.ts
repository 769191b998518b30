import type { Case } from './cases';

/** The namespace of stack prod. */
export const namespace = 'session-database-prod';

/** Changes in turn. */
export const all =
  (...changes: readonly Case['change'][]): Case['change'] =>
  (program) =>
    changes.forEach((change) => change(program));

/** A case under a configuration of its own, in place of what profile prod says of the rule. */
export const configured = (configuration: NonNullable<Case['configuration']>, one: Case): Case => ({
  ...one,
  configuration,
});

/** The stack as it is. */
export const unchanged = { change: () => {} };
