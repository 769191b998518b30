import type { Configuration } from '../../../policy/pack/judge';
import type { Program } from './program';

/** A change of stack prod, under the rule as it is by default. */
export interface Case {
  readonly change: (program: Program) => void;
  /** What the rule is configured with. @default its defaults and what profile prod says of it */
  readonly configuration?: Configuration;
  /** A part of the message that people must see. @default any */
  readonly says?: string | RegExp;
}

/** Of a rule: programs that it refuses, and neighbours of them that it lets pass; by what they are about. */
export interface Cases {
  readonly refused: Readonly<Record<string, Case>>;
  readonly passed: Readonly<Record<string, Case>>;
}

/** The cases of a family, by the rules' ids. */
export type CasesByRule = Readonly<Record<string, Cases>>;
