import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Configuration, judgeResource, judgeStack } from '../../../policy/pack/judge';
import { unknownCheckingProxy } from '../../../policy/model/unknown';
import type { Rule } from '../../../policy/model/rule';
import { rules } from '../../../policy/rules';
import type { Environment, Program } from './program';

/** The day on which programs are judged where a test says nothing else. */
export const today = new Date('2026-11-27T12:00:00Z');

/** How an environment configures the pack: by the file that its users give the engine. */
export type Profile = Readonly<Record<string, string | ({ enforcementLevel?: string } & Configuration)>>;

export const profileOf = (environment: Environment): Profile =>
  JSON.parse(
    readFileSync(join(__dirname, '..', '..', '..', 'policy', 'profiles', `${environment}.json`), 'utf8'),
  ) as Profile;

/** What a rule says of a program, and of which resource. */
export interface Answer {
  readonly rule: string;
  /** Whether it is no more than advice. */
  readonly advisory: boolean;
  /** Pulumi's name of the resource; empty where something is missing. */
  readonly resource: string;
  readonly message: string;
}

/** Asks rules about every resource of a program and about all of them together, as the engine does. */
export function judge(
  program: Program,
  profile: Profile = {},
  of: readonly Rule[] = rules,
  now: Date = today,
): Answer[] {
  const resources = program.resources.map((one) => ({
    ...one,
    props: unknownCheckingProxy(one.props as object),
  }));
  return of.flatMap((rule) => {
    const own = profile[rule.id] ?? {};
    const { enforcementLevel, ...configuration } = typeof own === 'string' ? { enforcementLevel: own } : own;
    if (enforcementLevel === 'disabled') return [];
    const verdicts =
      rule.scope === 'stack'
        ? judgeStack(rule, resources as never, configuration, now)
        : resources.flatMap((resource) => judgeResource(rule, resource as never, configuration, now));
    const advisory =
      enforcementLevel === 'advisory' || (rule.advisory === true && enforcementLevel === undefined);
    return verdicts.map(({ message, resource }) => ({
      rule: rule.id,
      advisory,
      resource: resource?.name ?? '',
      message,
    }));
  });
}
