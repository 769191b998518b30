import { BytesIEC, CountsPerSecond, Seconds } from '@grafana/grafana-foundation-sdk/units';
import { line, row, type Row } from './board';
import { above, below, exactly, none, type States } from './levels';
import { stat, stateTimeline, timeseries } from './panels';
import { increase, own, rate, target } from './selectors';
import type { DashboardSettings } from './settings';

const scraped: States = { 0: ['no', 'red'], 1: ['yes', 'green'] };
const loaded: States = { 0: ['refused', 'red'], 1: ['in use', 'green'] };

/** Whether everything is watched, and what that costs. */
export const prometheus = (): Row => {
  const of = (metric: string, labels?: string) => own('prometheus', metric, labels);
  return row(
    'Prometheus',
    line(
      'usual',
      stateTimeline(
        'Targets answer',
        { states: scraped },
        { expr: target('up'), legend: '{{job}} {{instance}}' },
      ),
      timeseries(
        'Time of a scrape',
        {
          unit: Seconds,
          levels: below(10),
          description: 'The slowest of each job; after ten seconds it is given up.',
        },
        { expr: `max by (job) (${target('scrape_duration_seconds')})`, legend: '{{job}}' },
      ),
      timeseries(
        'Rules that fail',
        { unit: CountsPerSecond, levels: none(), description: 'An alert whose rule fails cannot fire.' },
        { expr: `sum(${rate(of('prometheus_rule_evaluation_failures_total'))})`, legend: 'failures' },
      ),
    ),
    line(
      'usual',
      timeseries(
        'Series and samples',
        {},
        { expr: of('prometheus_tsdb_head_series'), legend: 'series' },
        { expr: rate(of('prometheus_tsdb_head_samples_appended_total')), legend: 'samples a second' },
      ),
      timeseries(
        'Storage',
        { unit: BytesIEC, stacked: true },
        { expr: of('prometheus_tsdb_storage_blocks_bytes'), legend: 'blocks' },
        { expr: of('prometheus_tsdb_wal_storage_size_bytes'), legend: 'write-ahead log' },
        { expr: of('prometheus_tsdb_head_chunks_storage_size_bytes'), legend: 'head' },
      ),
      timeseries(
        'Rules, a round of each group',
        { unit: Seconds, description: 'Longer than the time between two rounds, and rounds are left out.' },
        { expr: of('prometheus_rule_group_last_duration_seconds'), legend: '{{rule_group}}' },
      ),
      timeseries(
        'Queries',
        { unit: Seconds, description: 'Time that 90 % take at most.' },
        {
          expr: of('prometheus_engine_query_duration_seconds', 'slice="inner_eval", quantile="0.9"'),
          legend: '{{instance}}',
        },
      ),
    ),
  );
};

/** Whether somebody is told. */
export const alertmanager = ({ counts }: DashboardSettings): Row => {
  const of = (metric: string, labels?: string) => own('alertmanager', metric, labels);
  return row(
    'Alertmanager',
    line(
      'small',
      stat(
        'Configuration of Prometheus',
        { states: loaded },
        { expr: `min(${own('prometheus', 'prometheus_config_last_reload_successful')})`, legend: 'reload' },
      ),
      stat(
        'Configuration of Alertmanager',
        { states: loaded },
        { expr: `min(${of('alertmanager_config_last_reload_successful')})`, legend: 'reload' },
      ),
      stat(
        'Alertmanagers that Prometheus knows',
        { levels: above(counts.alertmanagers) },
        {
          expr: `min(${own('prometheus', 'prometheus_notifications_alertmanagers_discovered')})`,
          legend: 'known',
        },
      ),
      counts.alertmanagers > 1
        ? stat(
            'Alertmanagers that know each other',
            { levels: exactly(counts.alertmanagers) },
            { expr: `min(${of('alertmanager_cluster_members')})`, legend: 'members' },
          )
        : undefined,
    ),
    line(
      'usual',
      timeseries(
        'Alerts',
        {},
        { expr: `max by (state) (${of('alertmanager_alerts')})`, legend: '{{state}}' },
        { expr: `max(${of('alertmanager_silences', 'state="active"')})`, legend: 'silences' },
      ),
      timeseries(
        'Notifications',
        { bars: true, description: 'All receivers together.' },
        { expr: `sum(${increase(of('alertmanager_notifications_total'))})`, legend: 'tried' },
      ),
      timeseries(
        'Notifications that failed',
        { bars: true, levels: none() },
        {
          expr: `sum by (reason) (${increase(of('alertmanager_notifications_failed_total'))})`,
          legend: '{{reason}}',
        },
        {
          expr: `sum(${increase(own('prometheus', 'prometheus_notifications_dropped_total'))})`,
          legend: 'not sent by Prometheus',
        },
      ),
    ),
  );
};
