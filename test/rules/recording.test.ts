import { ruleGroups } from '../../components/monitoring/rules';
import { rulesFile } from '../../components/monitoring/rules/render';
import { proxy, redis, type SeriesValues } from './support/cases';
import { type PromtoolTest, runTests } from './support/promtool';
import { settings, type StackName } from './support/settings';

interface RecordingCase {
  readonly title: string;
  /** @default staging */
  readonly stack?: StackName;
  readonly step?: string;
  readonly series: SeriesValues;
  /** What series have at a time: by name and labels, nothing where there is none. */
  readonly values: Readonly<
    Record<string, Readonly<Record<string, readonly (readonly [labels: string, value: number])[]>>>
  >;
}

const info = (instance: string, role: string): string =>
  redis('redis_instance_info', instance, `role="${role}"`);
const lag = (replica: string): string =>
  redis('redis_connected_slave_lag_seconds', 'redis-0', `slave_ip="${replica}", slave_state="online"`);
const servers = (active: string) => ({
  [proxy('haproxy_backend_active_servers', 'proxy-a', 'proxy="master"')]: active,
});
const value = (key: string, instance = 'redis-0'): string =>
  redis('redis_script_values', instance, `key="${key}", filename="sessions.lua"`);
const fcall = (metric: string, instance = 'redis-0', cmd = 'fcall'): string =>
  redis(metric, instance, `cmd="${cmd}"`);
const bucket = (le: string, cmd = 'fcall'): string =>
  redis('redis_commands_latencies_usec_bucket', 'redis-0', `cmd="${cmd}", le="${le}"`);
const number = (is: number) => [['{}', is]] as const;

const cases: readonly RecordingCase[] = [
  {
    title: 'masters: who says so and has loaded; none is 0',
    series: {
      [info('redis-0', 'master')]: '1x4 stale',
      [info('redis-1', 'master')]: '_x5 1x4 stale',
      [info('redis-2', 'slave')]: '1x20',
      [redis('redis_loading_dump_file', 'redis-1')]: '_x5 1 0x3 stale',
    },
    values: {
      'session_database:masters': {
        '1m': number(1),
        '1m15s': number(0),
        '1m30s': number(1),
        '3m': number(0),
      },
      'session_database:is_master': { '3m': [['{instance="redis-2"}', 0]] },
    },
  },
  {
    title:
      'writable: a master with a replica that is heard and a disk that works, or a proxy that has found one',
    series: {
      [info('redis-0', 'master')]: '1x20',
      [lag('10.0.0.1')]: '0 3 4 4 0 0 0x20',
      [redis('redis_aof_last_write_status')]: '1 1 1 1 0 1 1x20',
      [redis('redis_rdb_last_bgsave_status')]: '1 1 1 1 1 0 1x20',
      ...servers('0 0 0 1 0 0 2'),
    },
    values: {
      'session_database:writable': {
        '0m': number(1),
        '15s': number(1),
        '30s': number(0),
        '45s': number(1),
        '1m': number(0),
        '1m15s': number(0),
        '1m30s': number(1),
      },
    },
  },
  {
    title: 'writable: 0 where nothing is known',
    series: {},
    values: {
      'session_database:writable': { '0m': number(0) },
      'session_database:masters': { '0m': number(0) },
    },
  },
  {
    title: 'writable: one pod alone needs no replica',
    stack: 'dev',
    series: { [info('redis-0', 'master')]: '1x4 stale' },
    values: { 'session_database:writable': { '1m': number(1), '1m15s': number(0) } },
  },
  {
    title: 'calls: of all pods, by FCALL and FCALL_RO, and of nothing else; 0 where there are none',
    series: {
      [fcall('redis_commands_total')]: '0+30x40',
      [fcall('redis_commands_total', 'redis-1', 'fcall_ro')]: '0+15x40',
      [fcall('redis_commands_total', 'redis-0', 'info')]: '0+15x40',
      [fcall('redis_commands_duration_seconds_total')]: '0+0.06x40',
      [fcall('redis_commands_duration_seconds_total', 'redis-1', 'fcall_ro')]: '0+0.03x40',
    },
    values: {
      'session_database:calls:rate5m': { '10m': number(3) },
      'session_database:calls_rejected:rate5m': { '10m': number(0) },
      'session_database:calls_seconds:mean5m': { '10m': number(0.002) },
    },
  },
  {
    title: 'records: by kind, of the pod that has most',
    series: {
      [value('session_live')]: '100x4',
      [value('session_live', 'redis-1')]: '98x4',
      [value('refresh_live')]: '50x4',
      [value('deletion_live')]: '1x4',
      [value('session_backlog')]: '7x4',
      [value('session_overdue')]: '3x4',
      [value('session_created')]: '1000x4',
      [value('session_expired')]: '800x4',
      [value('session_revoked')]: '60x4',
      [value('session_dropped')]: '33x4',
      [value('refresh_reused')]: '2x4',
      [value('refresh_rotated')]: '40x4',
      [value('deletion_consumed')]: '9x4',
      [value('cleanup_last_success')]: '5x4',
    },
    values: {
      'session_database:records_live': {
        '1m': [
          ['{kind="session"}', 100],
          ['{kind="refresh"}', 50],
          ['{kind="deletion"}', 1],
        ],
      },
      'session_database:records_backlog': { '1m': [['{kind="session"}', 7]] },
      'session_database:records_overdue': { '1m': [['{kind="session"}', 3]] },
      'session_database:records_created_total': { '1m': [['{kind="session"}', 1000]] },
      'session_database:records_expired_total': { '1m': [['{kind="session"}', 800]] },
      'session_database:records_revoked_total': { '1m': [['{kind="session"}', 60]] },
      'session_database:records_dropped_total': { '1m': [['{kind="session"}', 33]] },
      'session_database:records_accounted': {
        '1m': [
          ['{kind="session"}', 907],
          ['{kind="refresh"}', 50],
          ['{kind="deletion"}', 1],
        ],
      },
      'session_database:refresh_reused_total': { '1m': number(2) },
      'session_database:refresh_rotated_total': { '1m': number(40) },
      'session_database:deletion_consumed_total': { '1m': number(9) },
      'session_database:cleanup_age_seconds': { '1m': number(55) },
    },
  },
  {
    title:
      'availability: nothing before the first write, then the part of calls that are not rejected, and 0 in an outage',
    series: {
      [info('redis-0', 'master')]: '_x4 1x25 stale',
      [lag('10.0.0.1')]: '_x4 0x25 stale',
      [fcall('redis_commands_total')]: '0x9 0+30x10 300x20',
      [fcall('redis_commands_rejected_calls_total')]: '0x9 0+10x10 100x20',
    },
    values: {
      'session_database:sli_availability': {
        '45s': [],
        '1m': number(1),
        '2m': number(1),
        '4m30s': number(0.75),
        '7m15s': number(1),
        '8m': number(0),
      },
      'session_database:sli_availability:ratio_5m': { '45s': [], '2m': number(1) },
    },
  },
  {
    title: 'latency: buckets that are not there count for those below; all are slow where none is',
    step: '15s',
    series: {
      // 60 calls: 30 within 264 µs, none up to 1056 µs, the rest slower.
      [bucket('264')]: '0+30x60',
      [bucket('2113')]: '0+60x60',
      [bucket('+Inf')]: '0+60x60',
      [redis('redis_commands_latencies_usec_count', 'redis-0', 'cmd="fcall"')]: '0+60x60',
      // 60 calls, all of them slow.
      [bucket('4227', 'fcall_ro')]: '0+60x60',
      [bucket('+Inf', 'fcall_ro')]: '0+60x60',
      [redis('redis_commands_latencies_usec_count', 'redis-0', 'cmd="fcall_ro"')]: '0+60x60',
    },
    values: {
      'session_database:calls_fast': {
        '10m': [
          ['{cmd="fcall", instance="redis-0"}', 1200],
          ['{cmd="fcall_ro", instance="redis-0"}', 0],
        ],
      },
      'session_database:calls_timed:rate5m': { '10m': number(8) },
      'session_database:calls_fast:rate5m': { '10m': number(2) },
      'session_database:sli_latency:ratio_5m': { '10m': number(0.25) },
    },
  },
  {
    title: 'latency: 1 ms is the bound of 1056 µs, which counts; without calls it is kept',
    series: {
      [bucket('33')]: '0+10x60',
      [bucket('1056')]: '0+30x60',
      [bucket('2113')]: '0+40x60',
      [redis('redis_commands_latencies_usec_count', 'redis-0', 'cmd="fcall"')]: '0+40x60',
    },
    values: { 'session_database:sli_latency:ratio_5m': { '0m': number(1), '10m': number(0.75) } },
  },
  {
    title: 'certificates: their ends by name',
    series: {},
    values: {
      session_database_certificate_not_after_timestamp_seconds: {
        '1m': [
          ['{name="redis"}', 1_296_000],
          ['{name="authority 1"}', 315_360_000],
        ],
      },
    },
  },
];

const failures = new Map<string, string>();

beforeAll(async () => {
  for (const stack of ['staging', 'dev'] as const) {
    const groups = ruleGroups(settings[stack]).filter(({ name }) => name.startsWith('recording-'));
    const found = await runTests({
      rules: rulesFile(groups, ''),
      order: groups.map(({ name }) => name),
      evaluation: '15s',
      tests: cases.filter(({ stack: of = 'staging' }) => of === stack).map(testOf),
    });
    found.forEach((text, name) => failures.set(name, text));
  }
}, 60_000);

function testOf({ title, step = '15s', series, values }: RecordingCase): PromtoolTest {
  return {
    name: title,
    interval: step,
    input_series: Object.entries(series).map(([name, samples]) => ({ series: name, values: samples })),
    promql_expr_test: Object.entries(values).flatMap(([metric, looks]) =>
      Object.entries(looks).map(([at, samples]) => ({
        // A ratio of rates has the noise of floating point.
        expr: `round(${metric}, 0.000001)`,
        eval_time: at,
        exp_samples: samples.map(([labels, is]) => ({ labels, value: is })),
      })),
    ),
  };
}

test.each(cases.map(({ title }) => [title]))('%s', (title) => {
  expect(failures.get(title) ?? '').toBe('');
});

test('every recorded series is in a case, or is an average over a longer time', () => {
  const tested = new Set(cases.flatMap(({ values }) => Object.keys(values)));
  const recorded = ruleGroups(settings.staging).flatMap(({ rules }) =>
    rules.flatMap((rule) => ('record' in rule ? [rule.record] : [])),
  );
  const rest = [...new Set(recorded)].filter((name) => !tested.has(name));
  expect(rest).toEqual(
    ['availability', 'latency'].flatMap((what) => [
      ...(what === 'latency' ? ['session_database:calls_timed'] : []),
      ...['30m', '1h', '6h', '3d', '30d'].map((window) => `session_database:sli_${what}:ratio_${window}`),
    ]),
  );
});
