import { type FamilyCases, redis } from '../support/cases';

const info = (instance: string, role: string): string =>
  redis('redis_instance_info', instance, `role="${role}"`);
const link = (instance: string): string => redis('redis_master_link_up', instance, 'master_host="10.0.0.9"');
const offset = (replica: string, state: string): string =>
  redis('redis_connected_slave_offset_bytes', 'redis-0', `slave_ip="${replica}", slave_state="${state}"`);

export const replication: FamilyCases = {
  family: 'replication',
  recordings: ['recording-redis'],
  cases: [
    {
      alert: 'SplitBrain',
      title: 'fires when two pods have said master for a minute',
      series: { [info('redis-0', 'master')]: '1x60', [info('redis-1', 'master')]: '_x20 1x40' },
      silent: ['5m45s'],
      fires: { '6m': [{ summary: '2 pods of Redis say that they are master' }] },
    },
    {
      alert: 'SplitBrain',
      title: 'stays silent when a replaced master takes half a minute to become a replica',
      series: {
        [info('redis-0', 'master')]: '1x22 stale',
        [info('redis-0', 'slave')]: '_x23 1x40',
        [info('redis-1', 'master')]: '_x20 1x40',
      },
      silent: ['5m30s', '6m', '8m'],
    },
    {
      alert: 'SplitBrain',
      title: 'stays silent while a former master loads its data, until it asks who is master now',
      series: {
        [info('redis-0', 'master')]: '1x60',
        [info('redis-1', 'master')]: '1x60',
        [redis('redis_loading_dump_file', 'redis-1')]: '1x60',
      },
      silent: ['5m', '10m'],
    },
    {
      alert: 'ReplicaLinkDown',
      title: 'fires when a replica has not followed for five minutes',
      series: { [link('redis-1')]: '1x19 0x40', [link('redis-2')]: '1x60' },
      silent: ['9m45s'],
      fires: { '10m': [{ labels: { instance: 'redis-1' }, summary: 'redis-1 does not follow the master' }] },
    },
    {
      alert: 'ReplicaLinkDown',
      title: 'stays silent while a new replica takes four minutes to copy all data',
      series: { [link('redis-3')]: '_x20 0x16 1x40' },
      silent: ['9m', '10m', '14m'],
    },
    {
      alert: 'ReplicasMissing',
      title: 'fires when the master has had one replica of two for a quarter of an hour',
      series: {
        [info('redis-0', 'master')]: '1x100',
        [redis('redis_connected_slaves')]: '2x19 1x80',
        [redis('redis_connected_slaves', 'redis-1')]: '0x100',
      },
      silent: ['19m45s'],
      fires: { '20m': [{ summary: 'The master has 1 of at least 2 replicas' }] },
    },
    {
      alert: 'ReplicasMissing',
      title:
        'stays silent when the autoscaler takes away a third one, and when a pod is back after ten minutes',
      series: {
        [info('redis-0', 'master')]: '1x100',
        [redis('redis_connected_slaves')]: '3x9 2x9 1x40 2x50',
        [redis('redis_connected_slaves', 'redis-1')]: '0x100',
      },
      silent: ['5m', '15m', '20m', '25m'],
    },
    {
      alert: 'ReplicaLag',
      title: 'fires when a replica has been over 16 MiB behind for five minutes',
      series: {
        [redis('redis_master_repl_offset')]: '50000000x60',
        [offset('10.0.0.1', 'online')]: '50000000x19 30000000x40',
        [offset('10.0.0.2', 'online')]: '50000000x60',
      },
      silent: ['9m45s'],
      fires: {
        '10m': [{ labels: { slave_ip: '10.0.0.1' }, summary: 'The replica at 10.0.0.1 is 19.07MiB behind' }],
      },
    },
    {
      alert: 'ReplicaLag',
      title: 'stays silent at 16 MiB, and for a replica that is just copying all data',
      series: {
        [redis('redis_master_repl_offset')]: '50000000x60',
        [offset('10.0.0.1', 'online')]: '33222784x60',
        [offset('10.0.0.2', 'wait_bgsave')]: '0x60',
      },
      silent: ['10m', '15m'],
    },
    {
      alert: 'FullResyncs',
      title: 'fires when three pods have copied all data eleven times within an hour',
      step: '5m',
      series: { [redis('redis_replica_resyncs_full')]: '0 3 6 9 11 11 11 11 11 11 11 11' },
      fires: { '55m': [{ summary: 'Replicas copied all data 11 times within an hour' }] },
    },
    {
      alert: 'FullResyncs',
      title: 'stays silent for two rolling updates and a failover, one copy for each pod that comes back',
      step: '5m',
      series: {
        [redis('redis_replica_resyncs_full')]: '0 2 3 3 1 1 1 1 1 1 1 1',
        [redis('redis_replica_resyncs_full', 'redis-1')]: '4 4 4 0 0 0 2 3 3 3 3 3',
      },
      silent: ['30m', '55m'],
    },
    {
      alert: 'FailedOver',
      title: 'fires at once when a replica has become master, for ten minutes',
      series: {
        [info('redis-0', 'master')]: '1x79 stale',
        [info('redis-1', 'slave')]: '1x79 stale',
        [info('redis-1', 'master')]: '_x80 1x80',
      },
      silent: ['19m45s', '30m'],
      fires: {
        '20m': [{ labels: { instance: 'redis-1' }, summary: 'redis-1 has become master within ten minutes' }],
        '29m45s': [
          { labels: { instance: 'redis-1' }, summary: 'redis-1 has become master within ten minutes' },
        ],
      },
    },
    {
      alert: 'FailedOver',
      title: 'stays silent when the master is back as master, and when a platform begins',
      series: {
        [info('redis-0', 'master')]: '_x20 1x40 stale _x10 1x80',
        [info('redis-1', 'slave')]: '_x20 1x140',
      },
      silent: ['5m', '6m', '15m', '17m', '18m', '27m', '30m'],
    },
    {
      alert: 'FailoversFrequent',
      title: 'fires when the master of three pods has changed more than four times within half an hour',
      step: '1m',
      series: {
        [info('redis-0', 'master')]: '1 1 stale _ 1 1 stale _ 1 1 stale _',
        [info('redis-0', 'slave')]: '_ _ 1 1 stale _ 1 1 stale _ 1 1',
        [info('redis-1', 'master')]: '_ _ 1 1 stale _ 1 1 stale _ 1 1',
        [info('redis-1', 'slave')]: '1 1 stale _ 1 1 stale _ 1 1 stale _',
      },
      silent: ['8m'],
      fires: { '10m': [{ summary: 'The master has changed 5 times within half an hour' }] },
    },
    {
      alert: 'FailoversFrequent',
      title: 'stays silent for a rolling update in which each of three pods was master for a while',
      step: '1m',
      series: {
        [info('redis-0', 'master')]: '_ _ _ _ 1 1 stale _ _ _ _',
        [info('redis-0', 'slave')]: '1 1 1 1 stale _ _ 1 1 1 1',
        [info('redis-1', 'master')]: '_ _ 1 1 stale _ _ _ _ _ _',
        [info('redis-1', 'slave')]: '1 1 stale _ _ 1 1 1 1 1 1',
        [info('redis-2', 'master')]: '1 1 stale _ _ _ 1 1 1 1 1',
        [info('redis-2', 'slave')]: '_ _ _ 1 1 1 stale _ _ _ _',
      },
      silent: ['6m', '10m'],
    },
  ],
};
