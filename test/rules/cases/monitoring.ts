import type { FamilyCases } from '../support/cases';

const own = (metric: string, job = 'prometheus', labels = ''): string =>
  `${metric}{job="${job}", instance="${job}-0"${labels === '' ? '' : `, ${labels}`}}`;
const group = 'rule_group="/etc/session-database/config/rules.yml;availability"';
const groupName = group.slice('rule_group="'.length, -1);
const failed = own(
  'alertmanager_notifications_failed_total',
  'alertmanager',
  'integration="webhook", reason="other"',
);
const sent = own('alertmanager_notifications_total', 'alertmanager', 'integration="webhook"');

/** Prometheus and Alertmanager themselves. */
export const monitoring: FamilyCases = {
  family: 'monitoring',
  cases: [
    {
      alert: 'PromReloadFailed',
      title: 'fires a quarter of an hour after a configuration that is wrong',
      series: { [own('prometheus_config_last_reload_successful')]: '1x19 0x80' },
      silent: ['19m45s'],
      fires: {
        '20m': [
          {
            labels: { instance: 'prometheus-0' },
            summary: 'prometheus-0 refuses its configuration, and goes on with the old one',
          },
        ],
      },
    },
    {
      alert: 'PromReloadFailed',
      title: 'stays silent when a second try succeeds within ten minutes',
      series: { [own('prometheus_config_last_reload_successful')]: '1x19 0x40 1x40' },
      silent: ['15m', '20m', '24m'],
    },
    {
      alert: 'RuleFailures',
      title: 'fires when rules have failed for five minutes',
      series: { [own('prometheus_rule_evaluation_failures_total', 'prometheus', group)]: '0x19 0+1x60' },
      silent: ['9m45s'],
      fires: {
        '11m': [{ labels: { rule_group: groupName }, summary: `Rules of ${groupName} fail` }],
      },
    },
    {
      alert: 'RuleFailures',
      title: 'stays silent for one failure, and after a restart',
      series: { [own('prometheus_rule_evaluation_failures_total', 'prometheus', group)]: '9x19 0x19 1x40' },
      silent: ['6m', '10m', '14m45s', '16m'],
    },
    {
      alert: 'RulesLate',
      title: 'fires when every other evaluation has been missed for five minutes',
      series: { [own('prometheus_rule_group_iterations_missed_total', 'prometheus', group)]: '0+0.5x60' },
      silent: ['4m'],
      fires: {
        '10m': [
          {
            labels: { rule_group: groupName },
            summary: `Rules of ${groupName} take longer than their interval`,
          },
        ],
      },
    },
    {
      alert: 'RulesLate',
      title: 'stays silent for a single one',
      series: { [own('prometheus_rule_group_iterations_missed_total', 'prometheus', group)]: '0x19 1x60' },
      silent: ['5m', '12m', '18m'],
    },
    {
      alert: 'NoAlertmanager',
      title: 'fires ten minutes after the last Alertmanager has gone',
      series: { [own('prometheus_notifications_alertmanagers_discovered')]: '1x19 0x60' },
      silent: ['14m45s'],
      fires: { '15m': [{ summary: 'Prometheus knows no Alertmanager' }] },
    },
    {
      alert: 'NoAlertmanager',
      title: 'stays silent when the only one is away for five minutes',
      series: { [own('prometheus_notifications_alertmanagers_discovered')]: '1x19 0x20 1x40' },
      silent: ['10m', '15m', '18m'],
    },
    {
      alert: 'AlertsNotSent',
      title: 'fires when nothing has reached Alertmanager for ten minutes',
      series: {
        [own('prometheus_notifications_sent_total')]: '0+1x100',
        [own('prometheus_notifications_errors_total')]: '0x19 0+1x80',
        [own('prometheus_notifications_dropped_total')]: '0x100',
      },
      silent: ['15m'],
      fires: { '16m': [{ summary: 'Prometheus cannot hand alerts to an Alertmanager' }] },
    },
    {
      alert: 'AlertsNotSent',
      title: 'stays silent while the only Alertmanager is replaced within a minute',
      series: {
        [own('prometheus_notifications_sent_total')]: '0+1x100',
        [own('prometheus_notifications_errors_total')]: '0x19 1 2 3 4 4x80',
        [own('prometheus_notifications_dropped_total')]: '0x19 1 2 3 4 4x80',
      },
      silent: ['6m', '10m', '15m', '16m', '20m'],
    },
    {
      alert: 'AmReloadFailed',
      title: 'fires a quarter of an hour after a configuration that is wrong',
      series: { [own('alertmanager_config_last_reload_successful', 'alertmanager')]: '1x19 0x80' },
      silent: ['19m45s'],
      fires: {
        '20m': [
          {
            labels: { instance: 'alertmanager-0' },
            summary: 'alertmanager-0 refuses its configuration, and goes on with the old one',
          },
        ],
      },
    },
    {
      alert: 'AmReloadFailed',
      title: 'stays silent when a second try succeeds within ten minutes',
      series: { [own('alertmanager_config_last_reload_successful', 'alertmanager')]: '1x19 0x40 1x40' },
      silent: ['15m', '20m', '24m'],
    },
    {
      alert: 'AmSendFailing',
      title: 'fires when a receiver has not been reached for five minutes',
      series: { [sent]: '0+1x80', [failed]: '0x19 0+1x60' },
      silent: ['10m'],
      fires: {
        '10m15s': [
          {
            labels: { integration: 'webhook' },
            summary: '100% of what Alertmanager sends by webhook fails',
          },
        ],
      },
    },
    {
      alert: 'AmSendFailing',
      title: 'stays silent for one message that did not arrive, and where nothing is to be sent',
      series: {
        [sent]: '0 4 8 12 16x2 20x2 24x2 28x60',
        [failed]: '0x7 1x60',
        [sent.replace('webhook', 'email')]: '0x80',
        [failed.replace('webhook', 'email')]: '0x80',
      },
      silent: ['2m', '5m', '7m', '10m'],
    },
    {
      alert: 'AmPeersMissing',
      title: 'fires when one of two has been alone for ten minutes',
      stack: 'prod',
      series: {
        [own('alertmanager_cluster_members', 'alertmanager')]: '2x19 1x60',
        'alertmanager_cluster_members{job="alertmanager", instance="alertmanager-1"}': '2x19 stale',
      },
      silent: ['14m45s'],
      fires: { '15m': [{ summary: 'An Alertmanager sees 1 of 2 of them, itself included' }] },
    },
    {
      alert: 'AmPeersMissing',
      title: 'stays silent while each is replaced in turn',
      stack: 'prod',
      series: {
        [own('alertmanager_cluster_members', 'alertmanager')]: '2x19 1x6 stale _x6 2x60',
        'alertmanager_cluster_members{job="alertmanager", instance="alertmanager-1"}':
          '2x19 stale _x6 1x6 2x60',
      },
      silent: ['6m', '8m', '12m', '15m', '20m'],
    },
  ],
};

/** Hours are looked at. */
export const monitoringHours: FamilyCases = {
  family: 'monitoring',
  evaluation: '5m',
  cases: [
    {
      alert: 'MonitorRestarts',
      title: 'fires at the fourth start within an hour',
      step: '5m',
      series: { [own('process_start_time_seconds')]: '0 1 1 2 2 3 3 4 4' },
      silent: ['30m'],
      fires: {
        '35m': [
          {
            labels: { job: 'prometheus', instance: 'prometheus-0' },
            summary: 'prometheus-0 has started 4 times within an hour',
          },
        ],
      },
    },
    {
      alert: 'MonitorRestarts',
      title: 'stays silent for three starts, and for exporters',
      step: '5m',
      series: {
        [own('process_start_time_seconds')]: '0 1 1 2 2 3 3 3 3',
        [own('process_start_time_seconds', 'redis')]: '0 1 2 3 4 5 6 7 8',
      },
      silent: ['35m', '40m'],
    },
    {
      alert: 'TsdbFailing',
      title: 'fires when a part of the log of writes was lost at a start',
      step: '5m',
      series: {
        [own('prometheus_tsdb_wal_corruptions_total')]: '0x9 1x10',
        [own('prometheus_tsdb_compactions_failed_total')]: '0x20',
        [own('prometheus_tsdb_checkpoint_creations_failed_total')]: '0x20',
        [own('prometheus_tsdb_reloads_failures_total')]: '0x20',
      },
      silent: ['45m'],
      fires: { '50m': [{ summary: 'Prometheus cannot store what it reads, or has lost some of it' }] },
    },
    {
      alert: 'TsdbFailing',
      title: 'stays silent three hours later, and after a restart',
      step: '5m',
      series: {
        [own('prometheus_tsdb_wal_corruptions_total')]: '0 1x80',
        [own('prometheus_tsdb_compactions_failed_total')]: '6x20 0x60',
        [own('prometheus_tsdb_checkpoint_creations_failed_total')]: '0x80',
        [own('prometheus_tsdb_reloads_failures_total')]: '0x80',
      },
      silent: ['3h10m', '5h'],
    },
    {
      alert: 'RetentionCut',
      title: 'fires when the size of the volume has cut off what was to be kept',
      step: '5m',
      series: { [own('prometheus_tsdb_size_retentions_total')]: '0x9 1x10' },
      silent: ['45m'],
      fires: { '50m': [{ summary: 'Prometheus forgets earlier than it should: its volume is too small' }] },
    },
    {
      alert: 'RetentionCut',
      title: 'stays silent when only time has, and after a restart',
      step: '5m',
      series: {
        [own('prometheus_tsdb_size_retentions_total')]: '3x9 0x10',
        [own('prometheus_tsdb_time_retentions_total')]: '0+1x20',
      },
      silent: ['50m', '95m'],
    },
  ],
};
