import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { BytesIEC, BytesPerSecondIEC, Days, PercentUnit } from '@grafana/grafana-foundation-sdk/units';
import { dashboard, line, row, type Row } from './board';
import { above, below, none } from './levels';
import { stat, stateTimeline, table, timeseries } from './panels';
import { any, container, increase, rate, recorded, target, volume } from './selectors';
import type { DashboardSettings } from './settings';
import { alertmanager, prometheus } from './watchers';

const firing = (labels = 'severity!="none"') => recorded('ALERTS', `alertstate="firing", ${labels}`);
const named = 'container!="", container!="POD"';
// By pod and container, so that a container that is there anew goes on its own series.
const started = (of: typeof container) =>
  `max by (pod, container) (${of('container_start_time_seconds', named)})`;
const freePart = `${volume('kubelet_volume_stats_available_bytes')} / ${volume('kubelet_volume_stats_capacity_bytes')}`;

/** What everything runs on, and who watches it. */
export const platformBoard = (settings: DashboardSettings): Dashboard =>
  dashboard({
    uid: 'session-database-platform',
    title: 'Platform',
    description: 'What is wrong, do pods have what they need, and does monitoring itself work?',
    from: 'now-6h',
    choices: [
      {
        name: 'pod',
        label: 'Pod',
        metric: 'container_memory_working_set_bytes{namespace="$namespace"}',
        of: 'pod',
      },
    ],
    rows: [
      now(settings),
      alerts(settings),
      pods(),
      volumes(settings),
      ...(settings.tls ? [certificates(settings)] : []),
      prometheus(),
      alertmanager(settings),
    ],
  });

const now = ({ thresholds }: DashboardSettings): Row =>
  row(
    'Now',
    line(
      'small',
      stat(
        'Critical alerts',
        { levels: none() },
        { expr: `count(${firing('severity="critical"')}) or vector(0)`, legend: 'critical' },
      ),
      stat(
        'Warnings',
        { levels: none('yellow') },
        { expr: `count(${firing('severity="warning"')}) or vector(0)`, legend: 'warnings' },
      ),
      stat(
        'Targets that do not answer',
        { levels: none() },
        { expr: `count(${target('up')} == 0) or vector(0)`, legend: 'targets' },
      ),
      stat(
        'Restarts in an hour',
        { levels: none('yellow'), description: 'Of containers in pods that are still there.' },
        { expr: `sum(changes((${started(any)})[1h:1m])) or vector(0)`, legend: 'restarts' },
      ),
      stat(
        'Killed for memory in an hour',
        { levels: none() },
        {
          expr: `sum(increase(${any('container_oom_events_total', named)}[1h])) or vector(0)`,
          legend: 'kills',
        },
      ),
      stat(
        'Least free volume',
        { unit: PercentUnit, levels: above(thresholds.volumeFree * 2, thresholds.volumeFree) },
        { expr: `min(${freePart})`, legend: 'free' },
      ),
    ),
  );

const alerts = ({ runbooks }: DashboardSettings): Row =>
  row(
    'Alerts',
    line(
      'tall',
      table(
        'Alerts',
        {
          description: 'Pending ones have not been true for long enough.',
          columns: [
            {
              field: 'alertname',
              title: 'Alert',
              ...(runbooks === undefined
                ? {}
                : { link: { title: 'What to do', url: `${runbooks}/\${__value.raw}.md` } }),
            },
            { field: 'severity', title: 'Severity' },
            { field: 'alertstate', title: 'State' },
            { field: 'instance', title: 'Of' },
          ],
          sortBy: 'Severity',
        },
        { expr: recorded('ALERTS', 'severity!="none"'), legend: '{{alertname}}' },
      ),
      stateTimeline(
        'Alerts that fired',
        { states: { 1: ['firing', 'red'] } },
        { expr: `max by (alertname) (${firing()})`, legend: '{{alertname}}' },
      ),
    ),
  );

const byPod = (expr: string): string => `sum by (pod) (${expr})`;

const pods = (): Row =>
  row(
    'Pods',
    line(
      'usual',
      timeseries(
        'CPU',
        { description: 'Cores.', decimals: 2 },
        { expr: byPod(rate(container('container_cpu_usage_seconds_total', named))), legend: '{{pod}}' },
      ),
      timeseries(
        'Memory',
        { unit: BytesIEC, description: 'What the kubelet counts against the limit.' },
        { expr: byPod(container('container_memory_working_set_bytes', named)), legend: '{{pod}}' },
      ),
      timeseries(
        'Memory of its limit',
        { unit: PercentUnit, levels: below(0.9, 1), description: 'At 100 % the container is killed.' },
        {
          expr: `max by (pod, container) (${container('container_memory_working_set_bytes', named)} / (${container('container_spec_memory_limit_bytes', named)} > 0))`,
          legend: '{{pod}} {{container}}',
        },
      ),
    ),
    line(
      'usual',
      timeseries(
        'Restarts and kills for memory',
        { bars: true, levels: none('yellow') },
        {
          expr: byPod(`changes((${started(container)})[$__rate_interval:15s])`),
          legend: '{{pod}} restarted',
        },
        { expr: byPod(increase(container('container_oom_events_total', named))), legend: '{{pod}} killed' },
      ),
      timeseries(
        'Received',
        { unit: BytesPerSecondIEC },
        { expr: byPod(rate(container('container_network_receive_bytes_total'))), legend: '{{pod}}' },
      ),
      timeseries(
        'Sent',
        { unit: BytesPerSecondIEC },
        { expr: byPod(rate(container('container_network_transmit_bytes_total'))), legend: '{{pod}}' },
      ),
    ),
  );

const volumes = ({ thresholds }: DashboardSettings): Row =>
  row(
    'Volumes',
    line(
      'usual',
      timeseries(
        'Free space',
        { unit: PercentUnit, levels: above(thresholds.volumeFree * 2, thresholds.volumeFree) },
        { expr: `min by (persistentvolumeclaim) (${freePart})`, legend: '{{persistentvolumeclaim}}' },
      ),
      timeseries(
        'In use',
        { unit: BytesIEC },
        {
          expr: `max by (persistentvolumeclaim) (${volume('kubelet_volume_stats_capacity_bytes')} - ${volume('kubelet_volume_stats_available_bytes')})`,
          legend: '{{persistentvolumeclaim}}',
        },
      ),
      timeseries(
        'Free inodes',
        {
          unit: PercentUnit,
          levels: above(0.1),
          description: 'Without one, no file can be made however much space is free.',
        },
        {
          expr: `min by (persistentvolumeclaim) (${volume('kubelet_volume_stats_inodes_free')} / (${volume('kubelet_volume_stats_inodes')} > 0))`,
          legend: '{{persistentvolumeclaim}}',
        },
      ),
    ),
  );

const certificates = ({ thresholds }: DashboardSettings): Row => {
  const days = `(${recorded('session_database_certificate_not_after_timestamp_seconds')} - time()) / 86400`;
  const levels = above(thresholds.certificateDays, thresholds.certificateDays / 2);
  return row(
    'Certificates',
    line(
      'usual',
      table(
        'Certificates',
        {
          description: 'A run of the program renews what is near its end.',
          columns: [
            { field: 'name', title: 'Certificate' },
            { field: 'Value', title: 'Left', unit: Days, levels },
          ],
          sortBy: 'Left',
        },
        { expr: `min by (name) (${days})`, legend: '{{name}}' },
      ),
      timeseries('The first that ends', { unit: Days, levels }, { expr: `min(${days})`, legend: 'left' }),
    ),
  );
};
