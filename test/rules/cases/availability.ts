import { type FamilyCases, info, masterStatus, redis, servers } from '../support/cases';

const lag = (master: string, replica: string): string =>
  redis('redis_connected_slave_lag_seconds', master, `slave_ip="${replica}", slave_state="online"`);
const disk = (instance: string, aof: string, rdb = '1x60') => ({
  [redis('redis_aof_last_write_status', instance)]: aof,
  [redis('redis_rdb_last_bgsave_status', instance)]: rdb,
});
// A master until 5m.
const until5m = '1x19 stale';

export const availability: FamilyCases = {
  family: 'availability',
  recordings: ['recording-redis'],
  cases: [
    {
      alert: 'NoMaster',
      title: 'fires 15 seconds after neither exporters nor proxies know a master any more',
      series: {
        [info('redis-0', 'master')]: until5m,
        [info('redis-1', 'slave')]: '1x60',
        ...servers('proxy-a', '1x19 0x40'),
      },
      silent: ['4m45s', '5m'],
      fires: { '5m15s': [{ summary: 'No Redis is master' }] },
    },
    {
      alert: 'NoMaster',
      title: 'fires soon after all pods were deleted, whose series are still there',
      series: {
        [info('redis-0', 'master')]: '1x19 _x60',
        ...servers('proxy-a', '1x19 _x60'),
      },
      silent: ['5m'],
      fires: { '5m30s': [{ summary: 'No Redis is master' }] },
    },
    {
      alert: 'NoMaster',
      title: 'fires where the only master is loading its data',
      series: {
        [info('redis-0', 'master')]: '1x60',
        [redis('redis_loading_dump_file')]: '0x19 1x40',
        ...servers('proxy-a', '1x19 0x40'),
      },
      silent: ['5m'],
      fires: { '5m15s': [{ summary: 'No Redis is master' }] },
    },
    {
      alert: 'NoMaster',
      title: 'stays silent in a failover that exporters have not seen the end of, and proxies have',
      series: {
        [info('redis-0', 'master')]: until5m,
        [info('redis-1', 'master')]: '_x21 1x39',
        [info('redis-1', 'slave')]: '1x20 stale',
        ...servers('proxy-a', '1x19 0 1x40'),
      },
      silent: ['5m', '5m15s', '5m30s', '6m'],
    },
    {
      alert: 'NoMaster',
      title: 'stays silent where proxies have a server, and only the exporters are unreachable',
      series: { [info('redis-0', 'master')]: until5m, ...servers('proxy-a', '1x60') },
      silent: ['5m15s', '10m'],
    },
    {
      alert: 'NoMaster',
      title: 'stays silent in the first minute of Prometheus, which has read nothing yet',
      series: { [info('redis-0', 'master')]: '_x3 1x60' },
      silent: ['0m', '15s', '30s', '45s', '1m', '2m'],
    },
    {
      alert: 'NoMaster',
      title: 'fires when the only pod is away for two minutes',
      stack: 'dev',
      series: { [info('redis-0', 'master')]: until5m },
      silent: ['6m45s'],
      fires: { '7m': [{ summary: 'Redis does not answer' }] },
    },
    {
      alert: 'NoMaster',
      title: 'stays silent when the only pod is replaced, and back after a minute and a half',
      stack: 'dev',
      series: { [info('redis-0', 'master')]: '1x19 stale _x5 1x40' },
      silent: ['5m', '6m15s', '6m30s', '8m'],
    },
    {
      alert: 'AllRedisDown',
      title: 'fires 15 seconds after the last pod has ceased to answer',
      series: {
        [info('redis-0', 'master')]: until5m,
        [info('redis-1', 'slave')]: until5m,
        ...servers('proxy-a', '1x19 0x40'),
      },
      silent: ['5m'],
      fires: { '5m15s': [{ summary: 'No pod of Redis answers' }] },
    },
    {
      alert: 'AllRedisDown',
      title: 'fires soon after the last pod was deleted, whose series are still there',
      series: {
        [info('redis-0', 'master')]: '1x19 _x60',
        [info('redis-1', 'slave')]: '1x19 _x60',
        ...servers('proxy-a', '1x19 0x40'),
      },
      silent: ['5m'],
      fires: { '5m30s': [{ summary: 'No pod of Redis answers' }] },
    },
    {
      alert: 'AllRedisDown',
      title: 'stays silent while a replica answers',
      series: {
        [info('redis-0', 'master')]: until5m,
        [info('redis-1', 'slave')]: '1x60',
        ...servers('proxy-a', '1x19 0x40'),
      },
      silent: ['5m15s', '10m'],
    },
    {
      alert: 'AllRedisDown',
      title: 'stays silent where only the exporters are refused, and proxies find the master',
      series: {
        [info('redis-0', 'master')]: until5m,
        [info('redis-1', 'slave')]: until5m,
        ...servers('proxy-a', '1x60'),
      },
      silent: ['5m15s', '10m'],
    },
    {
      alert: 'WritesRefused',
      title: 'fires when no replica of the master is heard any more',
      series: {
        [info('redis-0', 'master')]: '1x60',
        [lag('redis-0', '10.0.0.1')]: '0x19 4x40',
        [lag('redis-0', '10.0.0.2')]: '1x19 stale',
        ...servers('proxy-a', '1x19 0x40', '0x22 1x40'),
      },
      silent: ['5m'],
      fires: {
        '5m15s': [{ labels: { err: 'NOREPLICAS' }, summary: 'The master refuses writes: NOREPLICAS' }],
      },
    },
    {
      alert: 'WritesRefused',
      title: 'stays silent where the master was deleted with its replicas, and is known for longer',
      series: {
        [info('redis-0', 'master')]: '1x22 stale',
        [lag('redis-0', '10.0.0.1')]: '0x19 4x3 stale',
        ...servers('proxy-a', '1x19 0x40'),
        [masterStatus('sentinel-0', '10.0.0.1')]: '1x19 stale',
        [masterStatus('sentinel-0', '10.0.0.1', 'odown')]: '_x20 0x40',
      },
      silent: ['5m', '5m15s', '5m30s', '5m45s', '6m'],
    },
    {
      alert: 'WritesRefused',
      title: 'stays silent while one replica of two is heard within three seconds',
      series: {
        [info('redis-0', 'master')]: '1x60',
        [lag('redis-0', '10.0.0.1')]: '0x19 30x40',
        [lag('redis-0', '10.0.0.2')]: '0x19 3x40',
        ...servers('proxy-a', '1x60'),
      },
      silent: ['5m15s', '10m'],
    },
    {
      alert: 'WritesRefused',
      title: 'stays silent where a new master has its replicas within 15 seconds',
      series: {
        [info('redis-1', 'master')]: '1x60',
        [redis('redis_connected_slaves', 'redis-1')]: '0 2x59',
        [lag('redis-1', '10.0.0.2')]: '_ 0x59',
        ...servers('proxy-a', '0 1x59'),
      },
      silent: ['0m', '15s', '30s', '1m'],
    },
    {
      alert: 'WritesRefused',
      title: 'fires when the disk of the master fails for the append-only file, or for the snapshot',
      series: {
        [info('redis-0', 'master')]: '1x60',
        [lag('redis-0', '10.0.0.1')]: '0x60',
        ...disk('redis-0', '1x19 0x10 1x30', '1x39 0x20'),
      },
      silent: ['5m', '8m'],
      fires: {
        '5m15s': [{ labels: { err: 'MISCONF' }, summary: 'The master refuses writes: MISCONF' }],
        '10m15s': [{ labels: { err: 'MISCONF' }, summary: 'The master refuses writes: MISCONF' }],
      },
    },
    {
      alert: 'WritesRefused',
      title: 'stays silent where the disk of a replica fails, or the disk of the master for ten seconds',
      series: {
        [info('redis-0', 'master')]: '1x60',
        [info('redis-1', 'slave')]: '1x60',
        [lag('redis-0', '10.0.0.1')]: '0x60',
        ...disk('redis-0', '1x19 0 1x40'),
        ...disk('redis-1', '0x60', '0x60'),
      },
      silent: ['5m', '5m15s', '10m'],
    },
    {
      alert: 'WritesRefused',
      title: 'fires when memory is full of what cannot be evicted, the first refusal included',
      stack: 'dev',
      series: {
        [info('redis-0', 'master')]: '1x60',
        [redis('redis_up')]: '1x60',
        [redis('redis_errors_total', 'redis-0', 'err="OOM"')]: '_x20 5+5x40',
      },
      silent: ['5m'],
      fires: { '5m15s': [{ labels: { err: 'OOM' }, summary: 'The master refuses writes: OOM' }] },
    },
    {
      alert: 'WritesRefused',
      title: 'stays silent for refusals of long ago that are only new to Prometheus, and after a restart',
      stack: 'dev',
      series: {
        [info('redis-0', 'master')]: '_x20 1x60',
        [redis('redis_up')]: '_x20 1x60',
        [redis('redis_errors_total', 'redis-0', 'err="OOM"')]: '_x20 500x20 20x20',
      },
      silent: ['5m15s', '6m', '7m', '10m15s', '11m'],
    },
    {
      alert: 'RestartLoop',
      title: 'fires at the fourth start within half an hour',
      series: { [redis('redis_uptime_in_seconds')]: '1000 1 100 200 1 100 200 1 100 1 100' },
      step: '2m',
      silent: ['16m'],
      fires: {
        '18m': [{ labels: { instance: 'redis-0' }, summary: 'redis-0 has started 4 times in half an hour' }],
      },
    },
    {
      alert: 'RestartLoop',
      title: 'stays silent for three starts, as of two updates and a failure',
      series: { [redis('redis_uptime_in_seconds')]: '1000 1 100 200 1 100 200 1 100 200 300' },
      step: '2m',
      silent: ['14m', '20m'],
    },
    {
      alert: 'RedisDown',
      title: 'fires when a pod has not answered for five minutes',
      series: {
        [redis('redis_up', 'redis-1')]: '1x19 0x40',
        [info('redis-1', 'slave')]: until5m,
        [redis('redis_up', 'redis-0')]: '1x60',
      },
      silent: ['9m45s'],
      fires: { '10m': [{ labels: { instance: 'redis-1' }, summary: 'redis-1 does not answer' }] },
    },
    {
      alert: 'RedisDown',
      title: 'stays silent for a pod that is back after four minutes',
      series: { [redis('redis_up', 'redis-1')]: '1x19 0x16 1x40' },
      silent: ['9m', '10m', '14m'],
    },
    {
      alert: 'RedisDown',
      title: 'stays silent where Redis answers and the script of the exporter fails',
      series: { [redis('redis_up', 'redis-1')]: '0x60', [info('redis-1', 'slave')]: '1x60' },
      silent: ['10m', '15m'],
    },
    {
      alert: 'RedisMissing',
      title: 'fires when a pod of three has been away for a quarter of an hour, though nobody names it',
      series: {
        [info('redis-0', 'master')]: '1x100',
        [info('redis-1', 'slave')]: '1x100',
        [info('redis-2', 'slave')]: until5m,
      },
      silent: ['19m45s'],
      fires: { '20m': [{ summary: '2 of at least 3 pods of Redis answer' }] },
    },
    {
      alert: 'RedisMissing',
      title:
        'stays silent in a rolling update of a minute for each pod, and when the autoscaler takes a pod away',
      series: {
        [info('redis-0', 'master')]: '1x30 stale _x3 1x70',
        [info('redis-1', 'slave')]: '1x25 stale _x3 1x75',
        [info('redis-2', 'slave')]: '1x20 stale _x3 1x80',
        [info('redis-3', 'slave')]: '1x40 stale',
      },
      silent: ['6m', '9m', '20m', '25m'],
    },
  ],
};
