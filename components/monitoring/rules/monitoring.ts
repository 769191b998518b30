import type { Alert, RuleSettings } from './rule';

const own = (metric: string, window: string): string =>
  `increase(prometheus_${metric}_total{job="prometheus"}[${window}])`;

/** Whether the alerts themselves work. */
export const monitoring = (settings: RuleSettings): Alert[] => [
  ...targets(settings),
  // Who has a Prometheus has alerts on it.
  ...(settings.foreign ? [] : [watchdog, ...servers, ...prometheus, ...alertmanager(settings)]),
];

const watchdog: Alert = {
  alert: 'Watchdog',
  expr: 'vector(1)',
  severity: 'none',
  summary: 'Alerts work',
  description: 'It always fires. Who gets it raises an alarm when it stays away.',
};

function targets({ mode, foreign = false }: RuleSettings): Alert[] {
  const several = mode === 'sentinel';
  const jobs = [
    'redis',
    ...(several ? ['sentinel', 'proxy'] : []),
    ...(foreign ? [] : ['prometheus', 'alertmanager']),
  ];
  return [
    {
      alert: 'TargetsMissing',
      expr: jobs.map((job) => `absent(up{job="${job}"})`).join(' or '),
      for: '5m',
      severity: 'warning',
      summary: 'Prometheus knows no pod of job {{ $labels.job }}',
      description: 'Either there is none, or nobody sees how they are.',
    },
    {
      alert: 'ExporterDown',
      expr: 'max by (job, instance) (up{job=~"redis|sentinel"} == 0)',
      for: '5m',
      severity: 'warning',
      summary: 'Prometheus does not reach the exporter of {{ $labels.instance }}',
      description: 'The pod may be down with its node, or well and unseen.',
    },
    ...(foreign && !several
      ? []
      : [
          {
            alert: 'MonitorDown',
            expr: `max by (job, instance) (up{${foreign ? 'job="proxy"' : 'job!~"redis|sentinel"'}} == 0)`,
            for: '5m',
            severity: 'warning',
            summary: 'Prometheus does not reach {{ $labels.instance }}, job {{ $labels.job }}',
            description: 'Sessions are not touched by it, but alerts and dashboards lack what it tells.',
          } as const,
        ]),
    {
      alert: 'ExporterScriptFailed',
      expr:
        'max by (instance) (redis_script_result{job="redis"} == 0) ' +
        'unless on (instance) (redis_loading_dump_file{job="redis"} == 1)',
      for: '5m',
      severity: 'warning',
      summary: 'The exporter of {{ $labels.instance }} cannot count sessions',
      description: 'Users notice nothing. Alerts on sessions see one pod less.',
    },
    {
      alert: 'SessionStatisticsMissing',
      expr:
        '(count(redis_instance_info{job="redis"}) > 0) ' +
        'unless on () count(redis_script_values{job="redis", key="session_live"})',
      for: '5m',
      severity: 'warning',
      summary: 'No pod tells how many sessions there are',
      description: 'Users notice nothing. Alerts on sessions, tokens and cleanup see nothing.',
    },
  ];
}

const servers: readonly Alert[] = [
  {
    alert: 'MonitorRestarts',
    expr: 'max by (job, instance) (changes(process_start_time_seconds{job=~"prometheus|alertmanager|grafana"}[1h])) > 3',
    severity: 'warning',
    summary: '{{ $labels.instance }} has started {{ $value }} times within an hour',
    description: 'Each time alerts and dashboards have a gap.',
  },
];

const prometheus: readonly Alert[] = [
  {
    alert: 'PromReloadFailed',
    expr: 'max by (instance) (max_over_time(prometheus_config_last_reload_successful{job="prometheus"}[5m])) == 0',
    for: '10m',
    severity: 'warning',
    summary: '{{ $labels.instance }} refuses its configuration, and goes on with the old one',
    description: 'Targets and rules are not those that were deployed. At its next start it fails.',
  },
  {
    alert: 'RuleFailures',
    expr: `sum by (rule_group) (${own('rule_evaluation_failures', '5m')}) > 0`,
    for: '5m',
    severity: 'warning',
    summary: 'Rules of {{ $labels.rule_group }} fail',
    description: 'Alerts of this group may not fire.',
  },
  {
    alert: 'RulesLate',
    expr: `sum by (rule_group) (${own('rule_group_iterations_missed', '10m')}) > 1`,
    for: '5m',
    severity: 'warning',
    summary: 'Rules of {{ $labels.rule_group }} take longer than their interval',
    description: 'Alerts come late.',
  },
  {
    alert: 'NoAlertmanager',
    expr: 'max(max_over_time(prometheus_notifications_alertmanagers_discovered{job="prometheus"}[5m])) < 1',
    for: '5m',
    severity: 'critical',
    summary: 'Prometheus knows no Alertmanager',
    description: 'No alert reaches anybody: this one is seen in Prometheus and Grafana only.',
  },
  {
    alert: 'AlertsNotSent',
    expr:
      'sum(rate(prometheus_notifications_errors_total{job="prometheus"}[5m])) / ' +
      'sum(rate(prometheus_notifications_sent_total{job="prometheus"}[5m])) > 0.01 ' +
      `or sum(${own('notifications_dropped', '5m')}) > 0`,
    for: '10m',
    severity: 'warning',
    summary: 'Prometheus cannot hand alerts to an Alertmanager',
    description: 'With one Alertmanager no alert reaches anybody; with several, the others are told.',
  },
  {
    alert: 'TsdbFailing',
    expr: `sum(${['wal_corruptions', 'compactions_failed', 'checkpoint_creations_failed', 'reloads_failures']
      .map((what) => own(`tsdb_${what}`, '3h'))
      .join(' + ')}) > 0`,
    severity: 'warning',
    summary: 'Prometheus cannot store what it reads, or has lost some of it',
    description: 'Graphs and alerts that look back have gaps.',
  },
  {
    alert: 'RetentionCut',
    expr: `sum(${own('tsdb_size_retentions', '1d')}) > 0`,
    severity: 'warning',
    summary: 'Prometheus forgets earlier than it should: its volume is too small',
    description: 'Objectives over 30 days are judged by less than that.',
  },
];

const alertmanager = ({ counts }: RuleSettings): Alert[] => [
  {
    alert: 'AmReloadFailed',
    expr: 'max by (instance) (max_over_time(alertmanager_config_last_reload_successful{job="alertmanager"}[5m])) == 0',
    for: '10m',
    severity: 'warning',
    summary: '{{ $labels.instance }} refuses its configuration, and goes on with the old one',
    description: 'Receivers and routes are not those that were deployed. At its next start it fails.',
  },
  {
    alert: 'AmSendFailing',
    expr:
      'sum by (integration) (rate(alertmanager_notifications_failed_total{job="alertmanager"}[5m])) / ' +
      'sum by (integration) (rate(alertmanager_notifications_total{job="alertmanager"}[5m])) > 0.01',
    for: '5m',
    severity: 'critical',
    summary:
      '{{ $value | humanizePercentage }} of what Alertmanager sends by {{ $labels.integration }} fails',
    description: 'Who is told by it is not told. Other receivers are.',
  },
  ...(counts.alertmanagers > 1 ? [peers(counts.alertmanagers)] : []),
];

const peers = (count: number): Alert => ({
  alert: 'AmPeersMissing',
  expr: `min(alertmanager_cluster_members{job="alertmanager"}) < ${count}`,
  for: '10m',
  severity: 'warning',
  summary: `An Alertmanager sees {{ $value }} of ${count} of them, itself included`,
  description: 'People may be told of the same alert twice.',
});
