import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { BytesIEC, CountsPerSecond, PercentUnit, Seconds } from '@grafana/grafana-foundation-sdk/units';
import { dashboard, line, row, type Row } from './board';
import { above, below, exactly, none, type States } from './levels';
import { stat, stateTimeline, timeseries } from './panels';
import { clients, commands, errors } from './load';
import { masterChanges, proxies, replication, sentinels, sentinelStats } from './replication';
import { byInstance, everyRedis, ratesByInstance, recorded, redis } from './selectors';
import type { DashboardSettings } from './settings';

const answers: States = { 0: ['no', 'red'], 1: ['yes', 'green'] };
const outcome: States = { 0: ['failed', 'red'], 1: ['done', 'green'] };
const memoryPart = `${redis('redis_memory_used_bytes')} / (${redis('redis_memory_max_bytes')} > 0)`;

/** How Redis itself is. */
export function redisBoard(settings: DashboardSettings): Dashboard {
  const sentinel = settings.mode === 'sentinel';
  return dashboard({
    uid: 'session-database-redis',
    title: 'Redis',
    description: sentinel
      ? 'Is there one master, do replicas follow it, and what limits it?'
      : 'Does Redis answer, and what limits it?',
    from: 'now-3h',
    choices: [
      {
        name: 'instance',
        label: 'Pod',
        metric: 'redis_up{namespace="$namespace", job="redis"}',
        of: 'instance',
      },
    ],
    events: sentinel ? [masterChanges] : [],
    rows: [
      now(settings),
      ...(sentinel ? [replication(settings), sentinels(settings), proxies(settings)] : [state()]),
      memory(settings),
      commands(settings),
      persistence(),
      clients(settings),
      errors(settings),
    ],
  });
}

const now = (settings: DashboardSettings): Row =>
  row(
    'Now',
    line(
      'small',
      stat(
        'Masters',
        { levels: exactly(1) },
        { expr: recorded('session_database:masters'), legend: 'masters' },
      ),
      stat(
        'Pods that answer',
        { levels: above(settings.counts.redis, 1) },
        { expr: `sum(${everyRedis('redis_up')})`, legend: 'pods' },
      ),
      ...(settings.mode === 'sentinel' ? sentinelStats(settings) : []),
      stat(
        'Memory in use',
        {
          unit: PercentUnit,
          levels: below(settings.thresholds.memory, 0.95),
          description: 'Of maxmemory, the fullest pod.',
        },
        {
          expr: `max(${everyRedis('redis_memory_used_bytes')} / (${everyRedis('redis_memory_max_bytes')} > 0))`,
          legend: 'memory',
        },
      ),
      stat(
        'Evicted in an hour',
        { levels: none(), description: 'Sessions that ended early, as memory was full.' },
        { expr: `max(increase(${everyRedis('redis_evicted_keys_total')}[1h]))`, legend: 'keys' },
      ),
      stat(
        'Running for',
        { unit: Seconds, description: 'The pod that started last.' },
        { expr: `min(${everyRedis('redis_uptime_in_seconds')})`, legend: 'uptime' },
      ),
    ),
  );

/** In the place of replication, where there is one pod. */
const state = (): Row =>
  row(
    'State',
    line(
      'usual',
      stateTimeline(
        'Redis answers',
        { states: answers, description: 'No colour: its exporter does not answer.' },
        { expr: `max by (instance) (${redis('redis_up')})`, legend: '{{instance}}' },
      ),
      timeseries('Running for', { unit: Seconds }, byInstance('redis_uptime_in_seconds')),
    ),
  );

const memory = ({ thresholds }: DashboardSettings): Row =>
  row(
    'Memory',
    line(
      'usual',
      timeseries(
        'Memory in use',
        {
          unit: PercentUnit,
          levels: below(thresholds.memory, 0.95),
          description: 'Of maxmemory, at which keys are evicted.',
        },
        { expr: memoryPart, legend: '{{instance}}' },
      ),
      timeseries(
        'Memory',
        {
          unit: BytesIEC,
          description:
            'Resident is what the container is charged for; above the limit of the pod it is killed.',
        },
        { expr: redis('redis_memory_used_bytes'), legend: '{{instance}} used' },
        { expr: redis('redis_memory_used_rss_bytes'), legend: '{{instance}} resident' },
        { expr: redis('redis_memory_max_bytes'), legend: '{{instance}} maxmemory' },
      ),
      timeseries(
        'What memory is used for',
        { unit: BytesIEC, stacked: true, description: 'The mean of the chosen pods.' },
        { expr: `avg(${redis('redis_memory_used_dataset_bytes')})`, legend: 'data' },
        {
          expr: `avg(${redis('redis_memory_used_overhead_bytes')})`,
          legend: 'overhead, clients, buffers',
        },
        { expr: `avg(${redis('redis_memory_used_functions_bytes')})`, legend: 'functions' },
      ),
    ),
    line(
      'usual',
      timeseries(
        'Evicted keys',
        {
          unit: CountsPerSecond,
          levels: none(),
          description: 'Sessions that ended early, as memory was full.',
        },
        ratesByInstance('redis_evicted_keys_total'),
      ),
      timeseries(
        'Keys',
        {},
        { expr: `max(${redis('redis_db_keys', 'db="db0"')})`, legend: 'all' },
        { expr: `max(${redis('redis_db_keys_expiring', 'db="db0"')})`, legend: 'with a time to live' },
      ),
      timeseries('Expired keys', { unit: CountsPerSecond }, ratesByInstance('redis_expired_keys_total')),
      timeseries(
        'Fragmentation',
        {
          description:
            'Resident memory, as a multiple of what is used; high values of an almost empty Redis mean nothing.',
        },
        byInstance('redis_mem_fragmentation_ratio'),
      ),
    ),
  );

const persistence = (): Row =>
  row(
    'Persistence',
    line(
      'usual',
      stateTimeline(
        'Last writes to disk',
        { states: outcome },
        { expr: `min by (instance) (${redis('redis_aof_last_write_status')})`, legend: '{{instance}} AOF' },
        {
          expr: `min by (instance) (${redis('redis_aof_last_bgrewrite_status')})`,
          legend: '{{instance}} AOF rewrite',
        },
        { expr: `min by (instance) (${redis('redis_rdb_last_bgsave_status')})`, legend: '{{instance}} RDB' },
      ),
      timeseries(
        'Since the last RDB file',
        { unit: Seconds },
        { expr: `time() - ${redis('redis_rdb_last_save_timestamp_seconds')}`, legend: '{{instance}}' },
      ),
      timeseries(
        'Changes since the last RDB file',
        { description: 'The AOF has them already.' },
        byInstance('redis_rdb_changes_since_last_save'),
      ),
      timeseries(
        'Last fork',
        { unit: Seconds, levels: below(0.5), description: 'Nobody is answered meanwhile.' },
        byInstance('redis_latest_fork_seconds'),
      ),
    ),
  );
