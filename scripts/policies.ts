import { frameworkName } from '../policy/pack/enforce';
import { waiverForm } from '../policy/pack/waivers';
import type { Rule } from '../policy/model/rule';
import { families } from '../policy/rules';
import { environmentNames } from '../stacks/schema';
import { table } from './table';

type Profiles = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const code = (value: unknown): string => `\`${JSON.stringify(value)}\``;

/** The catalogue of the policy pack's rules, as Markdown. @param read - gives a file of the repository by its path */
export function policies(read: (path: string) => string): string {
  const profiles: Profiles = Object.fromEntries(
    environmentNames.map((name) => [
      name,
      JSON.parse(read(`policy/profiles/${name}.json`)) as Readonly<Record<string, unknown>>,
    ]),
  );
  const all = Object.values(families).flat();
  return `# Policies

Made from \`policy/\` by \`npx tsx scripts/generate.ts\`; change the rules there. How the pack is used:
[policy/README.md](../policy/README.md).

${all.length} rules, ${all.filter(({ advisory }) => advisory !== true).length} of them mandatory. An object is excused from a rule by the annotation
\`${waiverForm}\`, where the pack's configuration has \`"waivable": true\` for the rule.

${Object.entries(families)
  .map(([family, rules]) => section(family, rules, profiles))
  .join('\n')}`;
}

const section = (family: string, rules: readonly Rule[], profiles: Profiles): string =>
  [
    `## ${family}`,
    '',
    table(
      ['rule', 'demands', 'severity', 'from'],
      rules.map(({ id, demand, severity, advisory, reference }) => [
        `[${id}](#${id})`,
        cell(demand),
        `${severity}${advisory === true ? ', advice' : ''}`,
        cell(`${reference.framework}: ${reference.control}`),
      ]),
    ),
    ...rules.flatMap((rule) => entry(rule, profiles)),
  ].join('\n');

const cell = (text: string): string => text.replaceAll('|', '\\|');

function entry(rule: Rule, profiles: Profiles): string[] {
  const { id, demand, reason, remedy, reference, settings = {} } = rule;
  const configured = Object.entries(profiles).flatMap(([name, profile]) =>
    profile[id] === undefined ? [] : [`${name} ${code(profile[id])}`],
  );
  const repairs = rule.scope === 'resource' && rule.repair !== undefined;
  return [
    `### ${id}`,
    '',
    `${demand} ${reason}`,
    '',
    `- What to do: ${remedy}`,
    `- From: ${frameworkName(reference.framework)}, ${reference.control}.`,
    ...(repairs ? ['- With the level `remediate` the pack does it by itself.'] : []),
    ...Object.entries(settings).map(
      ([name, of]) => `- Setting \`${name}\`: ${of.description} Default: ${code(of.default)}.`,
    ),
    ...(configured.length > 0 ? [`- Profiles: ${configured.join('; ')}.`] : []),
    '',
  ];
}
