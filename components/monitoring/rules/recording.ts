import type { Recording, RuleGroup, RuleSettings } from './rule';
import { countOf, masters, writableByProxy, writableMasters } from './series';

/** Windows that ratios are recorded over. */
const windows = ['5m', '30m', '1h', '6h', '3d', '30d'] as const;

/** Series that alerts and dashboards share. */
export const recordings = (settings: RuleSettings): RuleGroup[] => [
  { name: 'recording-redis', rules: redis(settings) },
  { name: 'recording-records', rules: records },
  { name: 'recording-objectives', rules: [...availability, ...latency(settings)] },
  ...(settings.tls ? [{ name: 'recording-certificates', rules: certificates(settings) }] : []),
];

const calls = 'job="redis", cmd=~"fcall|fcall_ro"';
const perSecond = (metric: string, window: string): string =>
  `(sum(rate(${metric}{${calls}}[${window}])) or vector(0))`;
const done = 'redis_commands_total';
const rejected = 'redis_commands_rejected_calls_total';

function redis(settings: RuleSettings): Recording[] {
  const proxies = settings.mode === 'sentinel' ? ` + (${writableByProxy} or vector(0))` : '';
  return [
    { record: 'session_database:masters', expr: countOf(masters) },
    // By pod, 1 or 0: what failovers are counted by.
    {
      record: 'session_database:is_master',
      expr:
        'max by (instance) (redis_instance_info{job="redis", role="master"}) ' +
        'or max by (instance) (redis_instance_info{job="redis"}) * 0',
    },
    {
      record: 'session_database:writable',
      expr: `clamp_max(${countOf(writableMasters(settings))}${proxies}, 1)`,
    },
    { record: 'session_database:calls:rate5m', expr: perSecond(done, '5m') },
    { record: 'session_database:calls_rejected:rate5m', expr: perSecond(rejected, '5m') },
    {
      record: 'session_database:calls_seconds:mean5m',
      expr: `${perSecond('redis_commands_duration_seconds_total', '5m')} / (${perSecond(done, '5m')} > 0)`,
    },
  ];
}

const kinds = '(session|refresh|deletion)';

// Every pod tells what it has; a replica that is behind tells less. The script's file is a label, too.
const count = (key: string): string => `max(redis_script_values{job="redis", key="${key}"})`;
const events = (event: string): string =>
  `label_replace(redis_script_values{job="redis", key=~"${kinds}_${event}"}, "kind", "$1", "key", "(.+)_${event}")`;
const byKind = (event: string): string => `max by (kind) (${events(event)})`;

const records: readonly Recording[] = [
  ...['live', 'backlog', 'overdue'].map((state) => ({
    record: `session_database:records_${state}`,
    expr: byKind(state),
  })),
  ...['created', 'expired', 'revoked', 'dropped'].map((event) => ({
    record: `session_database:records_${event}_total`,
    expr: byKind(event),
  })),
  // Falls only by what ended before its time, or was lost: a record that expires goes from one summand to the next. What one pod
  // says is of one moment; of another pod, what cleanup has just taken out would be counted twice.
  {
    record: 'session_database:records_accounted',
    expr: `max by (kind) (sum by (kind, instance) (${events('(?:live|backlog|expired)')}))`,
  },
  ...['refresh_reused', 'refresh_rotated', 'deletion_consumed'].map((event) => ({
    record: `session_database:${event}_total`,
    expr: count(event),
  })),
  { record: 'session_database:cleanup_age_seconds', expr: `time() - ${count('cleanup_last_success')}` },
];

const sli = 'session_database:sli_availability';
const availability: readonly Recording[] = [
  {
    record: sli,
    // A platform that has not taken a write yet has no availability: its first start is no outage. From then on the series goes
    // on by itself.
    expr:
      `session_database:writable * (1 - (${perSecond(rejected, '1m')} / ` +
      `((${perSecond(done, '1m')} + ${perSecond(rejected, '1m')}) > 0) or vector(0))) ` +
      `and on () (session_database:writable == 1 or ${sli})`,
  },
  ...windows.map((window) => ({
    record: `${sli}:ratio_${window}`,
    expr: `avg_over_time(${sli}[${window}])`,
  })),
];

// Bounds of Redis' histogram of latencies, in microseconds; each about twice the one before. A bucket is there only when it
// has counted something, with all that is faster.
const bounds = [...[1, 2, 4, 8, 16, 33, 66, 132, 264, 528], ...[1056, 2113, 4227, 8454, 16_908, 33_816]];

function latency({ objectives }: RuleSettings): Recording[] {
  const within = bounds.filter((bound) => bound < (objectives.latencyMilliseconds + 0.5) * 1056);
  const count = `redis_commands_latencies_usec_count{${calls}}`;
  const fast = 'session_database:calls_fast:rate5m';
  const timed = 'session_database:calls_timed:rate5m';
  return [
    { record: 'session_database:calls_timed', expr: `max by (instance, cmd) (${count})` },
    {
      record: 'session_database:calls_fast',
      expr:
        `max by (instance, cmd) (redis_commands_latencies_usec_bucket{${calls}, le=~"${within.join('|')}"}) ` +
        // Where all were slow there is no such bucket.
        `or max by (instance, cmd) (${count}) * 0`,
    },
    { record: timed, expr: 'sum(rate(session_database:calls_timed[5m])) or vector(0)' },
    { record: fast, expr: 'sum(rate(session_database:calls_fast[5m])) or vector(0)' },
    ...windows.map((window) => ({
      record: `session_database:sli_latency:ratio_${window}`,
      // A day of these is a few thousand numbers; of the buckets it would be millions.
      expr: `clamp_max(avg_over_time(${fast}[${window}]) / (avg_over_time(${timed}[${window}]) > 0) or vector(1), 1)`,
    })),
  ];
}

function certificates({ certificates: ends }: RuleSettings): Recording[] {
  return Object.entries(ends).map(([name, end]) => ({
    record: 'session_database_certificate_not_after_timestamp_seconds',
    expr: `vector(${end})`,
    labels: { name },
  }));
}
