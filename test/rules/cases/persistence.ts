import { type FamilyCases, redis } from '../support/cases';

const volume = (what: string, claim: string, node = 'node-1'): string =>
  `kubelet_volume_stats_${what}{job="volumes", instance="${node}", persistentvolumeclaim="${claim}"}`;
const of = (instance: string) => ({ labels: { instance } });
const claim = (persistentvolumeclaim: string) => ({ labels: { persistentvolumeclaim } });

export const persistence: FamilyCases = {
  family: 'persistence',
  cases: [
    {
      alert: 'AofWriteFailed',
      title: 'fires when writing has failed for a minute',
      series: {
        [redis('redis_aof_last_write_status')]: '1x19 0x40',
        [redis('redis_aof_last_write_status', 'redis-1')]: '1x60',
      },
      silent: ['5m45s'],
      fires: { '6m': [{ ...of('redis-0'), summary: 'redis-0 cannot write its append-only file' }] },
    },
    {
      alert: 'AofWriteFailed',
      title: 'stays silent when the disk is full for ten seconds',
      series: { [redis('redis_aof_last_write_status')]: '1x19 0 1x40' },
      silent: ['5m', '6m', '7m'],
    },
    {
      alert: 'AofRewriteFailed',
      title: 'fires when no rewrite has succeeded for a quarter of an hour',
      series: { [redis('redis_aof_last_bgrewrite_status')]: '1x19 0x80' },
      silent: ['19m45s'],
      fires: { '20m': [{ ...of('redis-0'), summary: 'redis-0 cannot rewrite its append-only file' }] },
    },
    {
      alert: 'AofRewriteFailed',
      title: 'stays silent when a second try succeeds after ten minutes',
      series: { [redis('redis_aof_last_bgrewrite_status')]: '1x19 0x40 1x40' },
      silent: ['15m', '20m', '25m'],
    },
    {
      alert: 'SnapshotFailed',
      title: 'fires five minutes after a snapshot that failed',
      series: { [redis('redis_rdb_last_bgsave_status', 'redis-1')]: '1x19 0x40' },
      silent: ['9m45s'],
      fires: { '10m': [{ ...of('redis-1'), summary: 'redis-1 cannot save a snapshot' }] },
    },
    {
      alert: 'SnapshotFailed',
      title: 'stays silent when another one succeeds within five minutes',
      series: { [redis('redis_rdb_last_bgsave_status', 'redis-1')]: '1x19 0x18 1x40' },
      silent: ['9m45s', '10m', '14m'],
    },
    {
      alert: 'SnapshotOld',
      title: 'fires when there were changes and no snapshot for over three hours',
      step: '5m',
      series: {
        [redis('redis_rdb_last_save_timestamp_seconds')]: '0x60',
        [redis('redis_rdb_changes_since_last_save')]: '5x60',
      },
      silent: ['3h5m'],
      fires: { '3h30m': [{ ...of('redis-0'), summary: 'The last snapshot of redis-0 is 3h 30m 0s old' }] },
    },
    {
      alert: 'SnapshotOld',
      title: 'stays silent where nothing has changed, and where there is one every hour',
      step: '5m',
      series: {
        [redis('redis_rdb_last_save_timestamp_seconds')]: '0x60',
        [redis('redis_rdb_changes_since_last_save')]: '0x60',
        [redis('redis_rdb_last_save_timestamp_seconds', 'redis-1')]: '0x12 3600x12 7200x12 10800x24',
        [redis('redis_rdb_changes_since_last_save', 'redis-1')]: '5x60',
      },
      silent: ['3h30m', '4h'],
    },
    {
      alert: 'ForkSlow',
      title: 'fires at once after a fork of 0.7 seconds',
      series: { [redis('redis_latest_fork_seconds')]: '0.02x19 0.7x40' },
      silent: ['4m45s'],
      fires: { '5m': [{ ...of('redis-0'), summary: 'redis-0 stood still for 0.7 s to save' }] },
    },
    {
      alert: 'ForkSlow',
      title: 'stays silent at half a second',
      series: { [redis('redis_latest_fork_seconds')]: '0.5x60' },
      silent: ['5m', '15m'],
    },
    {
      alert: 'VolumeFilling',
      title: 'fires when less than 15 % have been free for a quarter of an hour',
      series: {
        [volume('available_bytes', 'data-redis-0')]: '500x19 140x80',
        [volume('capacity_bytes', 'data-redis-0')]: '1000x100',
        [volume('available_bytes', 'data-redis-1', 'node-2')]: '500x100',
        [volume('capacity_bytes', 'data-redis-1', 'node-2')]: '1000x100',
      },
      silent: ['19m45s'],
      fires: { '20m': [{ ...claim('data-redis-0'), summary: '14% of volume data-redis-0 is free' }] },
    },
    {
      alert: 'VolumeFilling',
      title: 'stays silent at 15 %, and while a rewrite of ten minutes needs the space twice',
      series: {
        [volume('available_bytes', 'data-redis-0')]: '150x100',
        [volume('capacity_bytes', 'data-redis-0')]: '1000x100',
        [volume('available_bytes', 'data-redis-1')]: '500x19 100x40 500x40',
        [volume('capacity_bytes', 'data-redis-1')]: '1000x100',
      },
      silent: ['15m', '20m', '25m'],
    },
    {
      alert: 'VolumeFull',
      title: 'fires when less than 5 % have been free for two minutes',
      series: {
        [volume('available_bytes', 'data-redis-0')]: '500x19 0x40',
        [volume('capacity_bytes', 'data-redis-0')]: '1000x60',
      },
      silent: ['6m45s'],
      fires: { '7m': [{ ...claim('data-redis-0'), summary: '0% of volume data-redis-0 is free' }] },
    },
    {
      alert: 'VolumeFull',
      title: 'stays silent at 5 %, when there is room again after a minute, and for what has no size',
      series: {
        [volume('available_bytes', 'data-redis-0')]: '50x60',
        [volume('capacity_bytes', 'data-redis-0')]: '1000x60',
        [volume('available_bytes', 'data-redis-1')]: '500x19 0x4 500x40',
        [volume('capacity_bytes', 'data-redis-1')]: '1000x60',
        [volume('available_bytes', 'data-redis-2')]: '0x60',
        [volume('capacity_bytes', 'data-redis-2')]: '0x60',
      },
      silent: ['6m', '7m', '10m'],
    },
    {
      alert: 'VolumeInodesLow',
      title: 'fires when less than 5 % of the inodes have been free for a quarter of an hour',
      series: {
        [volume('inodes_free', 'data-redis-0')]: '500x19 40x80',
        [volume('inodes', 'data-redis-0')]: '1000x100',
      },
      silent: ['19m45s'],
      fires: { '20m': [{ ...claim('data-redis-0'), summary: '4% of the inodes of data-redis-0 are free' }] },
    },
    {
      alert: 'VolumeInodesLow',
      title: 'stays silent on a file system that has no fixed number of them',
      series: {
        [volume('inodes_free', 'data-redis-0')]: '0x100',
        [volume('inodes', 'data-redis-0')]: '0x100',
      },
      silent: ['20m', '25m'],
    },
  ],
};
