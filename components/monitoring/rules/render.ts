import type { Alert, Recording, RuleGroup } from './rule';

/**
 * Rules as Prometheus reads them: YAML in the form of JSON.
 * @param runbookBase - folder of the runbooks, as a URL or a path without a slash at its end
 */
export const rulesFile = (groups: readonly RuleGroup[], runbookBase: string): string =>
  `${JSON.stringify({ groups: renderedGroups(groups, runbookBase) }, null, 2)}\n`;

/** A rule in Prometheus' words. */
export interface RenderedRule {
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** The same, not yet as text. */
export const renderedGroups = (groups: readonly RuleGroup[], runbookBase: string) =>
  groups.map(({ name, interval, rules }) => ({
    name,
    ...(interval === undefined ? {} : { interval }),
    rules: rules.map((rule): RenderedRule =>
      'alert' in rule ? alertRule(rule, runbookBase) : recordingRule(rule),
    ),
  }));

const alertRule = (rule: Alert, runbookBase: string) => ({
  alert: rule.alert,
  expr: rule.expr,
  ...(rule.for === undefined ? {} : { for: rule.for }),
  ...(rule.keepFiringFor === undefined ? {} : { keep_firing_for: rule.keepFiringFor }),
  labels: { severity: rule.severity },
  annotations: {
    summary: rule.summary,
    description: rule.description,
    runbook_url: `${runbookBase}/${rule.alert}.md`,
  },
});

const recordingRule = ({ record, expr, labels }: Recording) => ({
  record,
  expr,
  ...(labels === undefined ? {} : { labels }),
});
