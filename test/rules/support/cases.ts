import type { families } from '../../../components/monitoring/rules';
import type { StackName } from './settings';

export type Family = keyof typeof families;

/** Series by name and labels, with their values as promtool writes them: `1x10` is eleven times 1, `0+2x3` is 0 2 4 6, `_` no
 * sample, `stale` the end. */
export type SeriesValues = Readonly<Record<string, string>>;

/** An alert that fires. */
export interface Firing {
  /** Without its severity. @default none */
  readonly labels?: Readonly<Record<string, string>>;
  /** Exactly as people read it. */
  readonly summary: string;
}

/** What an alert does with some series. */
export interface AlertCase {
  readonly alert: string;
  /** Behaviour: that it fires, or stays silent. */
  readonly title: string;
  /** @default staging */
  readonly stack?: StackName;
  readonly series: SeriesValues;
  /** From one value to the next. @default 15s */
  readonly step?: string;
  /** Times at which it does not fire. @default none */
  readonly silent?: readonly string[];
  /** Times at which it fires, and how. @default never */
  readonly fires?: Readonly<Record<string, readonly Firing[]>>;
}

/** The cases of a family of alerts. */
export interface FamilyCases {
  readonly family: Family;
  /** Recorded series that its alerts are made of; others are left out, as each costs time. @default none */
  readonly recordings?: readonly string[];
  /** Time from one evaluation to the next. @default 15s */
  readonly evaluation?: string;
  readonly cases: readonly AlertCase[];
}

/** The value of series with these labels, of which each is `name="value"`. */
export const redis = (metric: string, instance = 'redis-0', labels = ''): string =>
  `${metric}{job="redis", instance="${instance}"${labels === '' ? '' : `, ${labels}`}}`;

/** As {@link redis}, of a Sentinel. */
export const sentinel = (metric: string, instance = 'sentinel-0', labels = ''): string =>
  redis(metric, instance, labels).replace('job="redis"', 'job="sentinel"');

/** As {@link redis}, of a proxy. */
export const proxy = (metric: string, instance: string, labels = ''): string =>
  redis(metric, instance, labels).replace('job="redis"', 'job="proxy"');

/** A pod of Redis and what it is. */
export const info = (instance: string, role: string): string =>
  redis('redis_instance_info', instance, `role="${role}"`);
/** Servers that a proxy would send clients to. */
export const servers = (instance: string, active: string, backup = '0x60') => ({
  [proxy('haproxy_backend_active_servers', instance, 'proxy="master"')]: active,
  [proxy('haproxy_backend_backup_servers', instance, 'proxy="master"')]: backup,
});

/** What a Sentinel thinks of the master: ok, sdown, odown. */
export const masterStatus = (instance: string, address: string, state = 'ok'): string =>
  sentinel(
    'redis_sentinel_master_status',
    instance,
    `master_address="${address}:6379", master_status="${state}"`,
  );
