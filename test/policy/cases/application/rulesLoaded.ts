import type { CasesByRule } from '../../support/cases';
import type { Anything } from '../../support/program';
import { all } from '../../support/make';
import { type Change, renamed, rewritten, without } from './changes';

/** Changes what a JSON file of a ConfigMap says. */
const json = (config: string, file: string, change: (value: Anything) => void): Change =>
  rewritten(config, file, (text) => {
    const value = JSON.parse(text);
    change(value);
    return JSON.stringify(value);
  });

const prometheus = (change: (value: Anything) => void) => json('prometheus-config', 'prometheus.yml', change);

const prometheusText = (text: string) => rewritten('prometheus-config', 'prometheus.yml', () => text);

export const rulesLoaded: CasesByRule = {
  'rules-loaded': {
    refused: {
      'no rules': {
        change: prometheus((value) => (value.rule_files = [])),
        says: 'prometheus.yml: rule_files is empty. Name the files',
      },
      'rules that are not spoken of': {
        change: prometheus((value) => delete value.rule_files),
        says: 'prometheus.yml: rule_files is empty',
      },
      'rules that are not there': {
        change: prometheus((value) => value.rule_files.push('more.yml')),
        says: 'prometheus.yml: rule_files has more.yml, which is not beside it',
      },
      'nobody to tell': {
        change: prometheus((value) => (value.alerting.alertmanagers = [])),
        says: 'prometheus.yml: alerting.alertmanagers is empty',
      },
      'nobody to tell, and nothing said': {
        change: prometheus((value) => delete value.alerting),
        says: 'alerting.alertmanagers is empty',
      },
      'alerting without Alertmanagers': {
        change: prometheus((value) => delete value.alerting.alertmanagers),
        says: 'alerting.alertmanagers is empty',
      },
      'an empty file': {
        change: prometheusText(''),
        says: /rule_files is empty.*\n.*alertmanagers is empty/,
      },
      'a file that cannot be read': { change: prometheusText('a: ['), says: 'prometheus.yml: it is no YAML' },
      'a Prometheus whose file nobody sees': {
        change: without('ConfigMap', 'prometheus-config'),
        says: 'its pods mount no ConfigMap of the stack with prometheus.yml',
      },
      'Prometheus by another name': {
        change: all(
          renamed('StatefulSet', 'prometheus', 'watch'),
          prometheus((value) => (value.rule_files = [])),
        ),
        configuration: { names: ['watch'] },
      },
    },
    passed: {
      'rules from elsewhere': {
        change: prometheus((value) => (value.rule_files = ['/etc/rules/more.yml', 'more/*.yml', '*.yml'])),
      },
      'YAML as people write it': {
        change: prometheusText(
          'rule_files:\n  - rules.yml\nalerting:\n  alertmanagers:\n    - static_configs: []\n',
        ),
      },
      'a stack without Prometheus': {
        change: (program) => program.remove(({ type }) => type.endsWith(':StatefulSet')),
      },
    },
  },
};
