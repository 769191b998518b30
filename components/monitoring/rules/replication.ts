import type { Alert, RuleSettings } from './rule';
import { decimal, masters } from './series';

const isMaster = (offset = ''): string =>
  `max by (instance) (redis_instance_info{job="redis", role="master"}${offset})`;

/** Whether there is one master, and replicas that could take its place. Nothing of it in mode standalone. */
export function replication({ mode, counts, thresholds }: RuleSettings): Alert[] {
  if (mode === 'standalone') return [];
  const replicas = counts.redis - 1;
  return [
    {
      alert: 'SplitBrain',
      expr: `count(${masters}) > 1`,
      // One that Sentinels replace while it lives is converted within ten seconds.
      for: '1m',
      severity: 'critical',
      summary: '{{ $value }} pods of Redis say that they are master',
      description:
        'What is written to one of them is lost when it becomes a replica again: logins and logouts.',
    },
    {
      alert: 'ReplicaLinkDown',
      expr: 'max by (instance) (redis_master_link_up{job="redis"} == 0)',
      // Copying all data takes minutes.
      for: '5m',
      severity: 'warning',
      summary: '{{ $labels.instance }} does not follow the master',
      description:
        'It gives old answers to those who read at redis-read, and cannot take the place of the master.',
    },
    {
      alert: 'ReplicasMissing',
      expr: `max(redis_connected_slaves{job="redis"} and on (instance) (${masters})) < ${replicas}`,
      for: '15m',
      severity: 'warning',
      summary: `The master has {{ $value }} of at least ${replicas} replicas`,
      description: 'The loss of the master is still survived while there is one. Without any, writes stop.',
    },
    {
      alert: 'ReplicaLag',
      expr:
        'max by (slave_ip) (redis_master_repl_offset{job="redis"} - on (instance) group_right () ' +
        'redis_connected_slave_offset_bytes{job="redis", slave_state="online"}) ' +
        `> ${decimal(thresholds.replicaLagMebibytes * 2 ** 20)}`,
      for: '5m',
      severity: 'warning',
      summary: 'The replica at {{ $labels.slave_ip }} is {{ $value | humanize1024 }}B behind',
      description: 'Writes that it lacks are lost if it has to take the place of the master now.',
    },
    {
      alert: 'FullResyncs',
      expr: `sum(increase(redis_replica_resyncs_full{job="redis"}[1h])) > ${3 * counts.redis}`,
      severity: 'warning',
      summary: 'Replicas copied all data {{ $value | humanize }} times within an hour',
      description:
        'Each copy costs the master a fork and network, and its replica does not count until it is done.',
    },
    {
      alert: 'FailedOver',
      expr: `${isMaster()} and on (instance) (redis_instance_info{job="redis", role="slave"} offset 10m)`,
      severity: 'info',
      summary: '{{ $labels.instance }} has become master within ten minutes',
      description: 'Clients were cut off for up to 3 seconds; for half a second if it was planned.',
    },
    {
      alert: 'FailoversFrequent',
      // Each is two changes: one pod becomes master, another no longer is. A rolling update may bring one for each pod.
      expr: `sum(changes(session_database:is_master[30m])) / 2 > ${counts.redis + 1}`,
      severity: 'warning',
      summary: 'The master has changed {{ $value | humanize }} times within half an hour',
      description: 'Clients are cut off for seconds again and again.',
    },
  ];
}
