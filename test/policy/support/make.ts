import type { Case } from './cases';

/** A case under a configuration of its own, in place of what profile prod says of the rule. */
export const configured = (configuration: NonNullable<Case['configuration']>, one: Case): Case => ({
  ...one,
  configuration,
});

/** The stack as it is. */
export const unchanged = { change: () => {} };
