import type { Alert, RuleSettings } from './rule';
import { countOf, fresh, watching } from './series';

/** Whether Sentinels could make another pod the master. Nothing of it in mode standalone. */
export function sentinel({ mode, counts }: RuleSettings): Alert[] {
  if (mode === 'standalone') return [];
  const majority = Math.floor(counts.sentinels / 2) + 1;
  return [
    {
      alert: 'QuorumLost',
      // One that is cut off says so, too; only when none says otherwise there is no majority. Those that were killed are back
      // within 15 seconds, and cannot be seen missing twice. So that people are told well within a minute, less time than elsewhere
      // is left for slow answers: those are late by five seconds at the most, and `for` outlasts that.
      expr: `((max${fresh('redis_sentinel_master_ckquorum_status{job="sentinel"}', 5)} or vector(0)) == 0) and ${watching}`,
      for: '15s',
      severity: 'critical',
      summary: 'Sentinels have no majority',
      description: 'Nothing is lost yet. If the master fails now, nobody takes its place.',
    },
    {
      alert: 'SentinelsMissing',
      expr: `${countOf('redis_up{job="sentinel"} == 1')} < ${counts.sentinels}`,
      for: '10m',
      severity: 'warning',
      summary: `{{ $value }} of ${counts.sentinels} Sentinels answer`,
      description: `With fewer than ${majority} of them, nobody takes the place of a master that fails.`,
    },
    {
      alert: 'SentinelMasterBad',
      expr: `count(redis_sentinel_master_status{job="sentinel"} == 0) >= ${majority}`,
      // Where nobody is served, NoMaster says so before.
      for: '1m',
      severity: 'critical',
      summary: '{{ $value }} Sentinels see the master down, and have not replaced it',
      description: 'Nobody can log in, and no session can be read or written, until a replica is elected.',
    },
    {
      alert: 'SentinelsDisagree',
      expr: `count(count by (master_address) ${fresh('redis_sentinel_master_status{job="sentinel"}')}) > 1`,
      for: '2m',
      severity: 'critical',
      summary: 'Sentinels name {{ $value }} different masters',
      description:
        'Clients that ask a Sentinel may be sent to a pod that is no master, and an election may fail.',
    },
    {
      alert: 'SentinelTilt',
      // One that found its clock odd keeps out of everything for 30 seconds.
      expr: 'max by (instance) (redis_sentinel_tilt{job="sentinel"} == 1)',
      for: '1m',
      severity: 'warning',
      summary: '{{ $labels.instance }} does not trust its clock, and takes no part in elections',
      description: 'The others can elect without it. If they tilt as well, a failover waits.',
    },
  ];
}
