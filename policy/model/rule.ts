import type { Resource } from './resource';

/** How bad it is to break a rule: critical is access to the host, to secrets or to Redis; low is order and advice. */
export type Severity = 'low' | 'medium' | 'high' | 'critical';

/** Where a demand comes from. */
export interface Reference {
  readonly framework: 'PSS' | 'NSA' | 'CIS' | 'session-database';
  /** The control there: a row of the Pod Security Standards, a section of the others. */
  readonly control: string;
}

/** One value that a rule can be configured with. The default is the strict one: profiles relax, and never tighten. */
export interface Setting<Value> {
  readonly description: string;
  readonly default: Value;
}

export type Values = Readonly<Record<string, boolean | number | string | readonly string[]>>;

interface Described {
  /** Unique in the pack; lower case with hyphens. What people configure and waive. */
  readonly id: string;
  /** What must be so, as one sentence. */
  readonly demand: string;
  /** Why: what happens without. */
  readonly reason: string;
  /** What to change in the program. */
  readonly remedy: string;
  readonly severity: Severity;
  readonly reference: Reference;
  /** Told, but not enforced. @default false */
  readonly advisory?: boolean;
  /** The values that it can be configured with; lists are of texts. @default none */
  readonly settings?: { readonly [name: string]: Setting<Values[string]> };
}

/** What breaks a rule: where in the object, and what is there. Never a value that may be secret. */
export type Problem = string;

/** A rule that one resource by itself keeps or breaks. */
export interface ResourceRule extends Described {
  readonly scope: 'resource';
  /** Every problem of the resource; none where the rule has nothing to do with it. */
  readonly check: (resource: Resource, settings: never) => readonly Problem[];
  /**
   * The properties as they should be, where the level is `remediate`; undefined where nothing is to be done. Only for rules
   * whose remedy changes nothing that a program could rely on.
   */
  readonly repair?: (resource: Resource, settings: never) => Record<string, unknown> | undefined;
}

/** A problem of a whole stack. */
export interface Finding {
  readonly problem: Problem;
  /** The one to change; left out where something is missing. */
  readonly resource?: Resource;
}

/** A rule that resources keep or break together. It is asked even where the stack has nothing of its kind. */
export interface StackRule extends Described {
  readonly scope: 'stack';
  readonly check: (resources: readonly Resource[], settings: never) => readonly Finding[];
}

export type Rule = ResourceRule | StackRule;

/** A rule as it is stated: its functions know the types of its settings. */
type Stated<Of extends Rule, Result, Subject, Own> = Omit<Of, 'scope' | 'settings' | 'check' | 'repair'> & {
  readonly settings?: { readonly [Name in keyof Own]: Setting<Own[Name]> };
  readonly check: (subject: Subject, settings: Own) => readonly Result[];
};

/** States a rule of one resource. @typeParam Own - its settings: booleans, whole numbers, texts, lists of texts */
export const resourceRule = <Own extends object = object>(
  rule: Stated<ResourceRule, Problem, Resource, Own> & {
    readonly repair?: (resource: Resource, settings: Own) => Record<string, unknown> | undefined;
  },
): ResourceRule => ({ ...(rule as Omit<ResourceRule, 'scope'>), scope: 'resource' });

/** States a rule of a stack. */
export const stackRule = <Own extends object = object>(
  rule: Stated<StackRule, Finding, readonly Resource[], Own>,
): StackRule => ({ ...(rule as Omit<StackRule, 'scope'>), scope: 'stack' });
