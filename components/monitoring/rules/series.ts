import { answerSeconds, intervalSeconds } from '../scrape';
import type { RuleSettings } from './rule';

/** What several rules are made of, in PromQL. Alerts that have to be quick do not wait for a recorded series: it is of another
 * group of rules, and up to an interval old. */

/**
 * What was read within an interval and the time that an answer may take. The series of a pod that is deleted stay for two more
 * intervals, in case that it comes back: too long for alerts that wake people. Those that ended while Prometheus was away,
 * such as the role of a pod that has another one since, stay for minutes.
 * @param within - seconds that an answer may take. @default as long as Prometheus waits for one
 */
export const fresh = (series: string, within = answerSeconds): string =>
  `(${series} and last_over_time(${series}[${intervalSeconds + within}s]))`;

/** Pods that say master and have loaded their data, by instance. What an exporter cannot ask says nothing. */
export const masters =
  `max by (instance) ${fresh('redis_instance_info{job="redis", role="master"}')} ` +
  'unless on (instance) (redis_loading_dump_file{job="redis"} == 1)';

/** Where Sentinels see no master that answers. Nothing where there is none to ask. */
export const masterUnseen = `(max${fresh('redis_sentinel_master_status{job="sentinel"}')} == 0)`;

/** Of each replica that follows its master and is heard. Redis itself counts those as good that spoke within so many seconds
 * (min-replicas-max-lag); a dead one stays connected for half a minute longer. */
export const goodReplicas = `${fresh('redis_connected_slave_lag_seconds{job="redis", slave_state="online"}')} <= 3`;

/** Pods that cannot write to their disk; a master among them refuses writes with MISCONF. */
export const brokenDisks =
  '(redis_aof_last_write_status{job="redis"} == 0 or redis_rdb_last_bgsave_status{job="redis"} == 0)';

/** Servers that a proxy would send clients to; `backup` is a master that is alone, and good for reads. */
const active = fresh('haproxy_backend_active_servers{job="proxy", proxy="master"}');
const backup = fresh('haproxy_backend_backup_servers{job="proxy", proxy="master"}');
export const proxyServers = `(${active} + ${backup})`;

/** Masters that take writes, as the exporters see it. */
export function writableMasters({ mode }: RuleSettings): string {
  const replicas = mode === 'sentinel' ? ` and on (instance) (${goodReplicas})` : '';
  return `${masters}${replicas} unless on (instance) ${brokenDisks}`;
}

/** 1 where a proxy has a server that takes writes, else 0. Proxies ask every 150 ms, and are read at other times than the
 * exporters: together they know of a new master before each exporter has been read again. */
export const writableByProxy = `(max(${active}) > bool 0)`;

/** How many of something there are; none is 0 and not the absence of a series. */
export const countOf = (series: string): string => `(count(${series}) or vector(0))`;

/** Holds once Prometheus has read somebody for a minute without a gap: what is not there at its start, or when it was away, has
 * only not been read yet. Rules are evaluated for up to 20 seconds before anybody is read. */
export const watching = 'on () (max(count_over_time(up[80s])) >= 5)';

/**
 * By how much a counter has grown that does not exist before its first event, whose beginning increase() would miss.
 * Nothing where the pod was not read so long ago: then it is the counter that is old, and only new to Prometheus.
 */
export const grown = (series: string, window: string): string =>
  `(${series} - (${series} offset ${window} or ${series} * 0)) > 0 and on (instance) (redis_up{job="redis"} offset ${window})`;

/** A number as a person would write it, without the noise of floating point. */
export const decimal = (value: number): string => String(Number(value.toPrecision(12)));
