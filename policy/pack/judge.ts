import { metadataOf, type Resource } from '../model/resource';
import type { ResourceRule, Rule, StackRule, Values } from '../model/rule';
import { isUnknownValue } from '../model/unknown';
import { expired, waiversOf } from './waivers';

/** What there is to say of a resource, or of a whole stack. */
export interface Verdict {
  readonly message: string;
  /** The resource to change; undefined where something is missing. */
  readonly resource?: Resource;
}

/** How a rule is configured: its own settings, and whether an annotation may excuse from it. */
export type Configuration = Values & { readonly waivable?: boolean };

/** A rule's settings where nobody configures it. */
export const defaultsOf = ({ settings = {} }: Rule): Values =>
  Object.fromEntries(Object.entries(settings).map(([name, of]) => [name, of.default]));

/** A rule's settings as they are configured. */
export const settingsOf = (rule: Rule, configuration: Configuration): never =>
  ({ ...defaultsOf(rule), ...configuration }) as never;

/** Judges a resource by a rule. What cannot be decided, since a preview does not know a value yet, is a verdict, too. */
export function judgeResource(
  rule: ResourceRule,
  resource: Resource,
  configuration: Configuration,
  now: Date,
): Verdict[] {
  const settings = settingsOf(rule, configuration);
  return verdicts(() => rule.check(resource, settings).map((problem) => ({ problem, resource })), {
    rule,
    resource,
    configuration,
    now,
  });
}

/** Judges a stack by a rule. */
export function judgeStack(
  rule: StackRule,
  resources: readonly Resource[],
  configuration: Configuration,
  now: Date,
): Verdict[] {
  const settings = settingsOf(rule, configuration);
  return verdicts(() => rule.check(resources, settings), { rule, configuration, now });
}

interface Case {
  readonly rule: Rule;
  readonly resource?: Resource;
  readonly configuration: Configuration;
  readonly now: Date;
}

function verdicts(
  check: () => readonly { readonly problem: string; readonly resource?: Resource }[],
  { rule, resource, configuration, now }: Case,
): Verdict[] {
  let found: ReturnType<typeof check>;
  try {
    found = check();
  } catch (error) {
    if (!isUnknownValue(error)) throw error;
    found = [
      {
        problem: `cannot be decided: ${error.props.map(String).join('.')} is not known before the update. Give it a value that the program knows`,
        ...(resource === undefined ? {} : { resource }),
      },
    ];
  }
  return found.flatMap(({ problem, resource: of }) => {
    const excuse = of === undefined ? '' : excuseOf(rule, of, configuration, now);
    if (excuse === undefined) return [];
    return [
      {
        message: `${problem}. ${rule.remedy}${excuse}`,
        ...(of === undefined ? {} : { resource: of }),
      },
    ];
  });
}

/** Undefined where an object is excused from a rule; otherwise what is wrong with its waiver, as an end of a message. */
function excuseOf(
  { id }: Rule,
  resource: Resource,
  { waivable = false }: Configuration,
  now: Date,
): string | undefined {
  let waiver;
  try {
    waiver = waiversOf(metadataOf(resource).annotations).waivers.find(({ rule }) => rule === id);
  } catch (error) {
    // Annotations that are not known excuse from nothing.
    if (isUnknownValue(error)) return '';
    throw error;
  }
  if (waiver === undefined) return '';
  if (!waivable) return ' Its waiver is not heeded: the configuration of the pack allows none for this rule.';
  if (expired(waiver, now)) return ` Its waiver ended with ${waiver.until}.`;
  return undefined;
}
