import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  BytesIEC,
  BytesPerSecondIEC,
  CountsPerSecond,
  Percent,
  Seconds,
} from '@grafana/grafana-foundation-sdk/units';
import { line, row, type Row } from './board';
import { above, below, none, type States, yesNo } from './levels';
import { stat, stateTimeline, timeseries } from './panels';
import { everyRedis, increase, proxy, rate, redis, sentinel } from './selectors';
import type { DashboardSettings } from './settings';

const roles: States = { 0: ['down', 'red'], 1: ['replica', 'blue'], 2: ['master', 'green'] };
const enoughSentinels: States = { 0: ['too few', 'red'], 1: ['enough', 'green'] };
const health: States = { 0: ['down', 'red'], 1: ['up', 'green'] };

const up = `max by (instance) (${redis('redis_up')})`;
const isMaster = `max by (instance) (${redis('redis_instance_info', 'role="master"')})`;

/** When another pod became master. */
export const masterChanges = {
  name: 'Another master',
  expr: `${everyRedis('redis_instance_info', 'role="master"')} unless on (instance) (${everyRedis('redis_instance_info', 'role="master"')} offset 1m)`,
  text: '{{instance}}',
};

/** Of what a mode with Sentinels has beside Redis, as it is now. */
export const sentinelStats = ({ counts }: DashboardSettings): Panel[] => [
  stat(
    'Replicas that follow',
    {
      levels: above(counts.redis - 1, 1),
      description: 'As the master sees it; with none it takes no writes.',
    },
    { expr: `max(${everyRedis('redis_connected_slaves')})`, legend: 'replicas' },
  ),
  stat(
    'Sentinels can elect',
    { states: yesNo, description: 'Every Sentinel that answers sees enough of the others.' },
    { expr: `min(${sentinel('redis_sentinel_master_ckquorum_status')})`, legend: 'quorum' },
  ),
];

/** Who is master, and how far the replicas are. */
export const replication = ({ thresholds }: DashboardSettings): Row =>
  row(
    'Replication',
    line(
      'usual',
      stateTimeline(
        'Roles',
        { states: roles, description: 'No colour: its exporter does not answer.' },
        { expr: `(${up} + on (instance) ${isMaster}) or ${up}`, legend: '{{instance}}' },
      ),
      stateTimeline(
        'Link to the master',
        { states: health, description: 'Replicas only.' },
        { expr: `min by (instance) (${redis('redis_master_link_up')})`, legend: '{{instance}}' },
      ),
    ),
    line(
      'usual',
      timeseries(
        'Behind the master',
        {
          unit: BytesIEC,
          levels: below(thresholds.replicaLagMebibytes * 2 ** 20),
          description: 'What each replica, by its announced address, has not acknowledged yet.',
        },
        {
          expr: `sum by (slave_ip) (${everyRedis('redis_master_repl_offset')} - on (instance) group_right () ${everyRedis('redis_connected_slave_offset_bytes')})`,
          legend: '{{slave_ip}}',
        },
      ),
      timeseries(
        'Since a replica was last heard of',
        {
          unit: Seconds,
          levels: below(3),
          description: 'From three seconds on it does not count for writes.',
        },
        {
          expr: `max by (slave_ip) (${everyRedis('redis_connected_slave_lag_seconds')})`,
          legend: '{{slave_ip}}',
        },
      ),
    ),
    line(
      'usual',
      timeseries(
        'Offset',
        {
          unit: BytesIEC,
          description: 'Of the stream of writes. Lines that part are pods that do not follow.',
        },
        { expr: redis('redis_master_repl_offset'), legend: '{{instance}}' },
      ),
      timeseries(
        'Replication traffic',
        { unit: BytesPerSecondIEC },
        { expr: rate(redis('redis_net_repl_output_bytes_total')), legend: '{{instance}} sends' },
        { expr: rate(redis('redis_net_repl_input_bytes_total')), legend: '{{instance}} takes' },
      ),
      timeseries(
        'Synchronizations',
        {
          bars: true,
          description: 'Full ones send all data, and cost a fork; partial ones only what was missed.',
        },
        { expr: increase(redis('redis_replica_resyncs_full')), legend: '{{instance}} full' },
        { expr: increase(redis('redis_replica_partial_resync_accepted')), legend: '{{instance}} partial' },
        {
          expr: increase(redis('redis_replica_partial_resync_denied')),
          legend: '{{instance}} partial denied',
        },
      ),
    ),
  );

/** Whether Sentinels would find another master. */
export const sentinels = ({ counts }: DashboardSettings): Row =>
  row(
    'Sentinels',
    line(
      'usual',
      stateTimeline(
        'Enough Sentinels to elect',
        { states: enoughSentinels, description: 'What each finds when it counts those that it can reach.' },
        {
          expr: `min by (instance) (${sentinel('redis_sentinel_master_ckquorum_status')})`,
          legend: '{{instance}}',
        },
      ),
      stateTimeline(
        'The master, as each Sentinel sees it',
        { states: health },
        { expr: `max by (instance) (${sentinel('redis_sentinel_master_status')})`, legend: '{{instance}}' },
      ),
      stateTimeline(
        'Sentinels that distrust their clock',
        {
          states: { 0: ['no', 'green'], 1: ['tilt', 'red'] },
          description: 'In TILT mode a Sentinel elects nobody.',
        },
        { expr: sentinel('redis_sentinel_tilt'), legend: '{{instance}}' },
      ),
    ),
    line(
      'usual',
      timeseries(
        'Sentinels that are well',
        { levels: above(counts.sentinels), description: 'With itself, as each sees it.' },
        {
          expr: `min by (instance) (${sentinel('redis_sentinel_master_ok_sentinels')})`,
          legend: '{{instance}}',
        },
      ),
      timeseries(
        'Replicas that are well',
        { levels: above(counts.redis - 1), description: 'As each Sentinel sees it.' },
        {
          expr: `min by (instance) (${sentinel('redis_sentinel_master_ok_slaves')})`,
          legend: '{{instance}}',
        },
      ),
      timeseries(
        'Whom Sentinels take for the master',
        {
          stacked: true,
          description:
            'Sentinels for each address. More than one address for longer than a failover is wrong.',
        },
        {
          expr: `count by (master_address) (${sentinel('redis_sentinel_master_status')})`,
          legend: '{{master_address}}',
        },
      ),
    ),
  );

const clients = 'proxy="clients"';

/** Where clients that do not know Sentinels are sent. */
export const proxies = ({ maxClients }: DashboardSettings): Row =>
  row(
    'Proxy',
    line(
      'usual',
      stateTimeline(
        'Proxies have a master',
        { states: yesNo },
        {
          expr: `max by (instance) (${proxy('haproxy_backend_status', 'proxy="master", state="UP"')})`,
          legend: '{{instance}}',
        },
      ),
      stateTimeline(
        'Pods that proxies find to take writes',
        { states: { 0: ['no', 'text'], 1: ['yes', 'green'] } },
        {
          expr: `max by (server) (${proxy('haproxy_server_status', 'proxy="writable", state="UP"')})`,
          legend: '{{server}}',
        },
      ),
    ),
    line(
      'usual',
      timeseries(
        'Connections of clients',
        { levels: below(0.8 * maxClients, maxClients), description: 'Open ones, through each proxy.' },
        { expr: proxy('haproxy_frontend_current_sessions', clients), legend: '{{instance}}' },
      ),
      timeseries(
        'New connections',
        { unit: CountsPerSecond },
        { expr: rate(proxy('haproxy_frontend_connections_total', clients)), legend: '{{instance}}' },
      ),
      timeseries(
        'Connections that failed',
        {
          unit: CountsPerSecond,
          levels: none(),
          description: 'The pod did not take them, or there was none to take them.',
        },
        {
          expr: rate(proxy('haproxy_backend_connection_errors_total', 'proxy="master"')),
          legend: '{{instance}}',
        },
      ),
    ),
    line(
      'usual',
      timeseries(
        'Traffic of clients',
        { unit: BytesPerSecondIEC },
        {
          expr: rate(proxy('haproxy_frontend_bytes_in_total', clients)),
          legend: '{{instance}} from clients',
        },
        { expr: rate(proxy('haproxy_frontend_bytes_out_total', clients)), legend: '{{instance}} to clients' },
      ),
      timeseries(
        'Failed checks',
        { bars: true, description: 'Of pods that were found to take writes before.' },
        {
          expr: `sum by (server) (${increase(proxy('haproxy_server_check_failures_total', 'proxy="writable"'))})`,
          legend: '{{server}}',
        },
      ),
      timeseries(
        'Idle time',
        { unit: Percent, description: 'A proxy has one thread; near zero it is what clients wait for.' },
        { expr: proxy('haproxy_process_idle_time_percent'), legend: '{{instance}}' },
      ),
    ),
  );
