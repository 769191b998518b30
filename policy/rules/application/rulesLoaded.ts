import { dataOf } from '../../model/mounts';
import { stackRule } from '../../model/rule';
import { yamlOf } from '../../model/yaml';
import { judgeServers, type Server } from './servers';

const file = 'prometheus.yml';

interface Configuration {
  readonly rule_files?: readonly string[] | null;
  readonly alerting?: { readonly alertmanagers?: readonly object[] | null } | null;
}

function problems(text: string, { config }: Server): string[] {
  const configuration = yamlOf(text) as Configuration | null | undefined;
  if (configuration === undefined) return ['it is no YAML'];
  const files = configuration?.rule_files ?? [];
  // One beside it, and no pattern. Others may be mounted from anywhere.
  const beside = files.filter((name) => /^[^/*]+$/.test(name));
  const there = config === undefined ? [] : Object.keys(dataOf(config));
  return [
    ...(files.length === 0 ? ['rule_files is empty'] : []),
    ...beside
      .filter((name) => !there.includes(name))
      .map((name) => `rule_files has ${name}, which is not beside it`),
    ...((configuration?.alerting?.alertmanagers ?? []).length === 0
      ? ['alerting.alertmanagers is empty']
      : []),
  ];
}

/** Prometheus watches, and has somebody to tell. */
export const rulesLoaded = stackRule<{ readonly names: readonly string[] }>({
  id: 'rules-loaded',
  demand: 'Prometheus loads rules, and tells Alertmanagers what they find.',
  reason: 'Everything is measured, and nobody is told when it breaks.',
  remedy: 'Name the files of rules in rule_files, and the Alertmanagers in alerting.alertmanagers.',
  severity: 'high',
  reference: { framework: 'session-database', control: 'Monitoring' },
  settings: {
    names: {
      description: 'What the label app.kubernetes.io/name of pods of Prometheus is.',
      default: ['prometheus'],
    },
  },
  check: (resources, { names }) => judgeServers(resources, names, file, problems),
});
