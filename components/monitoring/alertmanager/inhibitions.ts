/** Alerts that keep others quiet while they fire: who is told that there is no master need not be told what follows. */
export const inhibitions = [
  mutes(
    ['NoMaster', 'AllRedisDown'],
    [
      ...['RedisDown', 'RedisMissing', 'ReplicaLinkDown', 'ReplicasMissing', 'SentinelMasterBad'],
      ...['ProxyWithoutServer', 'NoProxyServes', 'WritesRefused', 'CleanupStale', 'SessionStatisticsMissing'],
      ...['AvailabilityBudgetFast', 'AvailabilityBudgetSteady', 'AvailabilityBudgetSlow'],
    ],
  ),
  mutes(['NoMaster'], ['AllRedisDown']),
  mutes(
    ['WritesRefused'],
    [
      ...['NoProxyServes', 'ReplicasMissing', 'AofWriteFailed', 'SnapshotFailed'],
      ...['AvailabilityBudgetFast', 'AvailabilityBudgetSteady', 'AvailabilityBudgetSlow'],
    ],
  ),
  mutes(['RedisDown'], ['RedisMissing']),
  mutes(['RedisDown'], ['ReplicaLinkDown', 'ExporterScriptFailed'], ['instance']),
] as const;

function mutes(source: readonly string[], target: readonly string[], equal: readonly string[] = []) {
  return {
    source_matchers: [`alertname=~"${source.join('|')}"`],
    target_matchers: [`alertname=~"${target.join('|')}"`],
    ...(equal.length === 0 ? {} : { equal }),
  };
}
