import { families, ruleGroups } from '../../../components/monitoring/rules';
import { rulesFile } from '../../../components/monitoring/rules/render';
import type { AlertCase, FamilyCases } from './cases';
import { type PromtoolRun, type PromtoolTest, runTests } from './promtool';
import { settings, type StackName } from './settings';

const runbooks = 'docs/runbooks';

/** Name of a case among all. */
export const nameOf = ({ alert, title, stack }: AlertCase): string =>
  `${alert} ${title}${stack === undefined ? '' : ` (${stack})`}`;

/** Runs all cases of a family. @returns what is wrong, by the name of the case */
export async function runFamily(of: FamilyCases): Promise<Map<string, string>> {
  const failures = new Map<string, string>();
  const stacks = [...new Set(of.cases.map(({ stack = 'staging' }) => stack))];
  for (const found of await Promise.all(stacks.map((stack) => runTests(runOf(of, stack))))) {
    found.forEach((text, name) => failures.set(name, text));
  }
  return failures;
}

function runOf(
  { family, recordings = [], evaluation = '15s', cases }: FamilyCases,
  stack: StackName,
): PromtoolRun {
  const groups = ruleGroups(settings[stack]).filter(({ name }) => [...recordings, family].includes(name));
  return {
    rules: rulesFile(groups, runbooks),
    order: groups.map(({ name }) => name),
    evaluation,
    tests: cases
      .filter(({ stack: of = 'staging' }) => of === stack)
      .map((one) =>
        testOf(
          one,
          families[family](settings[stack]).find(({ alert }) => alert === one.alert),
        ),
      ),
  };
}

function testOf(
  one: AlertCase,
  rule: { readonly severity: string; readonly description: string } | undefined,
): PromtoolTest {
  if (rule === undefined) throw new Error(`${nameOf(one)}: there is no such alert`);
  const { alert, series, step = '15s', silent = [], fires = {} } = one;
  const looks = [...silent.map((at) => [at, []] as const), ...Object.entries(fires)];
  return {
    name: nameOf(one),
    interval: step,
    // Somebody who has nothing to do with it: Prometheus reads.
    input_series: Object.entries({ 'up{job="else"}': '1x400', ...series }).map(([name, values]) => ({
      series: name,
      values,
    })),
    alert_rule_test: looks.map(([at, firing]) => ({
      eval_time: at,
      alertname: alert,
      exp_alerts: firing.map(({ labels = {}, summary }) => ({
        exp_labels: { severity: rule.severity, ...labels },
        exp_annotations: { summary, description: rule.description, runbook_url: `${runbooks}/${alert}.md` },
      })),
    })),
  };
}
