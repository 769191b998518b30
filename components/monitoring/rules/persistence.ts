import type { Alert, RuleSettings } from './rule';
import { decimal } from './series';

const redis = (metric: string): string => `max by (instance) (${metric}{job="redis"})`;
const share = (free: string, all: string): string =>
  `min by (persistentvolumeclaim) (kubelet_volume_stats_${free}{job="volumes"} / (kubelet_volume_stats_${all}{job="volumes"} > 0))`;

// A save is tried once an hour (redis.conf).
const snapshotHours = 3;

/** Whether what is acknowledged is also on disk, and the disks that it is on. */
export const persistence = ({ thresholds }: RuleSettings): Alert[] => [
  {
    alert: 'AofWriteFailed',
    expr: `${redis('redis_aof_last_write_status')} == 0`,
    for: '1m',
    severity: 'critical',
    summary: '{{ $labels.instance }} cannot write its append-only file',
    description: 'If it is master, it refuses writes. What it has taken since is lost with its process.',
  },
  {
    alert: 'AofRewriteFailed',
    expr: `${redis('redis_aof_last_bgrewrite_status')} == 0`,
    for: '15m',
    severity: 'warning',
    summary: '{{ $labels.instance }} cannot rewrite its append-only file',
    description: 'The file grows with every write until the disk is full, and a start takes longer.',
  },
  {
    alert: 'SnapshotFailed',
    expr: `${redis('redis_rdb_last_bgsave_status')} == 0`,
    for: '5m',
    severity: 'warning',
    summary: '{{ $labels.instance }} cannot save a snapshot',
    description: 'If it is master, or becomes one, it refuses writes until a snapshot succeeds.',
  },
  {
    alert: 'SnapshotOld',
    expr:
      `time() - ${redis('redis_rdb_last_save_timestamp_seconds')} > ${snapshotHours * 3600} ` +
      `and on (instance) (redis_rdb_changes_since_last_save{job="redis"} > 0)`,
    for: '10m',
    severity: 'warning',
    summary: 'The last snapshot of {{ $labels.instance }} is {{ $value | humanizeDuration }} old',
    description: 'Nothing is lost: a start loads the append-only file. Copies of the snapshot are as old.',
  },
  {
    alert: 'ForkSlow',
    expr: `${redis('redis_latest_fork_seconds')} > 0.5`,
    severity: 'warning',
    summary: '{{ $labels.instance }} stood still for {{ $value }} s to save',
    description: 'All clients wait for so long at each save. From 1.5 s on Sentinels take a master for dead.',
  },
  {
    alert: 'VolumeFilling',
    expr: `${share('available_bytes', 'capacity_bytes')} < ${decimal(thresholds.volumeFree)}`,
    for: '15m',
    severity: 'warning',
    summary: '{{ $value | humanizePercentage }} of volume {{ $labels.persistentvolumeclaim }} is free',
    description: 'When a volume of Redis is full, the pod refuses writes.',
  },
  {
    alert: 'VolumeFull',
    expr: `${share('available_bytes', 'capacity_bytes')} < ${decimal(Math.min(0.05, thresholds.volumeFree / 3))}`,
    for: '2m',
    severity: 'critical',
    summary: '{{ $value | humanizePercentage }} of volume {{ $labels.persistentvolumeclaim }} is free',
    description: 'A pod of Redis refuses writes as soon as nothing is left; Prometheus forgets.',
  },
  {
    alert: 'VolumeInodesLow',
    expr: `${share('inodes_free', 'inodes')} < 0.05`,
    for: '15m',
    severity: 'warning',
    summary:
      '{{ $value | humanizePercentage }} of the inodes of {{ $labels.persistentvolumeclaim }} are free',
    description: 'Without an inode no file can be made: saves and rewrites fail although there is space.',
  },
];
