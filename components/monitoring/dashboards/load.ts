import {
  BytesPerSecondIEC,
  CountsPerSecond,
  Microseconds,
  OpsPerSecond,
  PercentUnit,
  Seconds,
} from '@grafana/grafana-foundation-sdk/units';
import { line, row, type Row } from './board';
import { below, none } from './levels';
import { type Query, table, timeseries } from './panels';
import { increase, rate, ratesByInstance, redis } from './selectors';
import type { DashboardSettings } from './settings';

const topOf = (expr: string, legend = '{{cmd}}'): Query => ({ expr: `topk(10, ${expr})`, legend });
const percentile = (quantile: string): Query => ({
  expr: `max by (cmd) (${redis('redis_latency_percentiles_usec', `quantile="${quantile}"`)})`,
  legend: `p${quantile}`,
});
const byCommand = (metric: string): string => `sum by (cmd) (${rate(redis(metric))})`;

/** What Redis does, and how long each takes. */
export const commands = ({ thresholds }: DashboardSettings): Row => {
  const mean = thresholds.commandMilliseconds / 1000;
  return row(
    'Commands',
    line(
      'usual',
      timeseries(
        'Commands',
        { unit: OpsPerSecond, stacked: true, description: 'The ten most frequent.' },
        topOf(byCommand('redis_commands_total')),
      ),
      timeseries(
        'Mean time of a command',
        { unit: Seconds, levels: below(mean), description: 'The ten slowest.' },
        topOf(
          `${byCommand('redis_commands_duration_seconds_total')} / (${byCommand('redis_commands_total')} > 0)`,
        ),
      ),
      timeseries(
        'Where time goes',
        {
          unit: PercentUnit,
          stacked: true,
          description: 'Part of a second that each command keeps the main thread, all chosen pods together.',
        },
        topOf(byCommand('redis_commands_duration_seconds_total')),
      ),
    ),
    line(
      'tall',
      table(
        'Percentiles by command',
        {
          description: 'Since the start of the pod, the slowest of the chosen ones.',
          columns: [
            { field: 'cmd', title: 'Command' },
            { field: 'Value #A', title: 'p50', unit: Microseconds },
            { field: 'Value #B', title: 'p99', unit: Microseconds },
            { field: 'Value #C', title: 'p99.9', unit: Microseconds, levels: below(mean * 1e6) },
          ],
          sortBy: 'p99.9',
          descending: true,
        },
        percentile('50'),
        percentile('99'),
        percentile('99.9'),
      ),
      timeseries(
        'p99 of session functions',
        { unit: Microseconds, description: 'Since the start of the pod: a change shows slowly.' },
        {
          expr: redis('redis_latency_percentiles_usec', 'cmd=~"fcall|fcall_ro", quantile="99"'),
          legend: '{{instance}} {{cmd}}',
        },
      ),
      timeseries(
        'Main thread',
        {
          unit: PercentUnit,
          levels: below(0.85),
          description: 'All commands run in it: near 100 % everybody waits.',
        },
        {
          expr: `${rate(redis('redis_cpu_user_main_thread_seconds_total'))} + ${rate(redis('redis_cpu_sys_main_thread_seconds_total'))}`,
          legend: '{{instance}}',
        },
      ),
    ),
  );
};

/** Who is connected. */
export const clients = ({ maxClients, thresholds }: DashboardSettings): Row =>
  row(
    'Clients',
    line(
      'usual',
      timeseries(
        'Connections',
        { levels: below(thresholds.clients * maxClients, maxClients) },
        { expr: redis('redis_connected_clients'), legend: '{{instance}}' },
      ),
      timeseries(
        'New connections',
        { unit: CountsPerSecond },
        ratesByInstance('redis_connections_received_total'),
      ),
      timeseries(
        'Connections refused or cut',
        {
          unit: CountsPerSecond,
          levels: none(),
          description: 'Refused by maxclients; cut for their memory or a full buffer.',
        },
        ratesByInstance('redis_rejected_connections_total', 'refused'),
        ratesByInstance('redis_evicted_clients_total', 'memory'),
        ratesByInstance('redis_client_output_buffer_limit_disconnections_total', 'buffer'),
      ),
      timeseries(
        'Traffic',
        { unit: BytesPerSecondIEC },
        ratesByInstance('redis_net_input_bytes_total', 'in'),
        ratesByInstance('redis_net_output_bytes_total', 'out'),
      ),
    ),
  );

/** What was not done. */
export const errors = ({ mode }: DashboardSettings): Row =>
  row(
    'Errors and refusals',
    line(
      'usual',
      timeseries(
        'Errors by kind',
        {
          unit: CountsPerSecond,
          description: `OOM: memory is full.${mode === 'sentinel' ? ' NOREPLICAS: the master is alone. READONLY: a write to a replica.' : ''}`,
        },
        { expr: `sum by (err) (${rate(redis('redis_errors_total'))})`, legend: '{{err}}' },
      ),
      timeseries(
        'Refused by the ACL',
        {
          bars: true,
          levels: none('yellow'),
          description: 'Somebody tries what his role may not do, or has the wrong password.',
        },
        ...(['auth', 'cmd', 'key', 'channel'] as const).map((kind) => ({
          expr: `sum(${increase(redis(`redis_acl_access_denied_${kind}_total`))})`,
          legend: kind,
        })),
      ),
      timeseries(
        'Commands refused or failed',
        { unit: OpsPerSecond, description: 'The ten most frequent.' },
        topOf(byCommand('redis_commands_rejected_calls_total'), '{{cmd}} refused'),
        topOf(byCommand('redis_commands_failed_calls_total'), '{{cmd}} failed'),
      ),
    ),
  );
