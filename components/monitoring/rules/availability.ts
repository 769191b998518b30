import type { Alert, RuleSettings } from './rule';
import {
  brokenDisks,
  countOf,
  fresh,
  goodReplicas,
  grown,
  masters,
  masterUnseen,
  proxyServers,
  watching,
} from './series';

const noProxyServer = `((max(${proxyServers}) or vector(0)) == 0)`;
const refused = (err: string, series: string): string => `label_replace(${series}, "err", "${err}", "", "")`;

/** Whether sessions can be read and written at all. */
export function availability(settings: RuleSettings): Alert[] {
  const { mode } = settings;
  return [
    mode === 'sentinel'
      ? {
          alert: 'NoMaster',
          // Exporters and proxies are read at different times. Only an outage of 15 seconds is in two answers of each of
          // them; a failover takes 3.
          expr: `(${countOf(masters)} == 0) and on () ${noProxyServer} and ${watching}`,
          for: '15s',
          severity: 'critical',
          summary: 'No Redis is master',
          description: 'Nobody can log in, and no session can be read or written.',
        }
      : {
          alert: 'NoMaster',
          expr: `(${countOf(masters)} == 0) and ${watching}`,
          // One pod alone is away for a minute whenever it is replaced.
          for: '2m',
          severity: 'critical',
          summary: 'Redis does not answer',
          description: 'Nobody can log in, and no session can be read or written.',
        },
    {
      alert: 'WritesRefused',
      expr: writesRefused(settings),
      for: '15s',
      severity: 'critical',
      summary: 'The master refuses writes: {{ $labels.err }}',
      description:
        'Sessions can be read. Nobody can log in or out, and sessions end where they cannot be extended.',
    },
    {
      alert: 'RestartLoop',
      expr: 'max by (instance) (resets(redis_uptime_in_seconds[30m])) > 3',
      severity: 'warning',
      summary: '{{ $labels.instance }} has started {{ $value }} times in half an hour',
      description: 'Each start takes a pod out of service, and loads all its data.',
    },
    ...(mode === 'sentinel' ? group(settings) : []),
  ];
}

/** By what Redis says when it refuses. NOREPLICAS and MISCONF are states; OOM depends on the command. */
function writesRefused({ mode }: RuleSettings): string {
  const reasons = [
    refused('MISCONF', `count(${masters} and on (instance) ${brokenDisks}) > 0`),
    `sum by (err) (${grown('redis_errors_total{job="redis", err="OOM"}', '1m')})`,
  ];
  if (mode === 'sentinel') {
    const alone = `(count(${masters}) > 0) unless on () (count(${masters} and on (instance) (${goodReplicas})) > 0)`;
    const proxy = 'max(haproxy_backend_active_servers{job="proxy", proxy="master"}) > 0';
    // With the master its replicas may be gone, which is another alert.
    reasons.unshift(refused('NOREPLICAS', `${alone} unless on () (${proxy}) unless on () ${masterUnseen}`));
  }
  return reasons.join(' or ');
}

/** What only several pods can have. */
const group = ({ counts }: RuleSettings): Alert[] => [
  {
    alert: 'AllRedisDown',
    expr: `absent${fresh('redis_instance_info{job="redis"}')} and on () ${noProxyServer} and ${watching}`,
    for: '15s',
    severity: 'critical',
    summary: 'No pod of Redis answers',
    description: 'Nobody can log in, and no session can be read or written. Sentinels have nobody to elect.',
  },
  {
    alert: 'RedisDown',
    // A failing script has the exporter say down, too; it then still tells what the pod is.
    expr: 'max by (instance) (redis_up{job="redis"} == 0) unless on (instance) redis_instance_info{job="redis"}',
    for: '5m',
    severity: 'warning',
    summary: '{{ $labels.instance }} does not answer',
    description: 'The others serve everybody. With one more down, writes may stop.',
  },
  {
    alert: 'RedisMissing',
    expr:
      `${countOf('max by (instance) (redis_instance_info{job="redis"}) unless on (instance) (redis_loading_dump_file{job="redis"} == 1)')}` +
      ` < ${counts.redis}`,
    // A rolling update takes a minute for each pod, and pods come one after the other.
    for: '15m',
    severity: 'warning',
    summary: `{{ $value }} of at least ${counts.redis} pods of Redis answer`,
    description: 'The others serve everybody. With one more down, writes may stop.',
  },
  {
    alert: 'NoProxyServes',
    // A master that was deleted is known for longer than proxies send clients to it; Sentinels miss it within seconds.
    expr: `${noProxyServer} and on () (count(${masters}) > 0) unless on () ${masterUnseen} and ${watching}`,
    for: '15s',
    severity: 'critical',
    summary: 'There is a master, and no proxy sends clients to it',
    description: 'Clients of the Service redis are cut off. Those that ask Sentinels themselves go on.',
  },
  {
    alert: 'ProxyWithoutServer',
    expr: `max by (instance) (${proxyServers} == 0) and on () (max(${proxyServers}) > 0)`,
    for: '2m',
    severity: 'warning',
    summary: '{{ $labels.instance }} sees no master, other proxies do',
    description: 'New connections that the Service redis leads to this pod are closed at once.',
  },
  {
    alert: 'ProxiesMissing',
    expr: `${countOf('up{job="proxy"} == 1')} < ${counts.proxies}`,
    for: '10m',
    severity: 'warning',
    summary: `{{ $value }} of at least ${counts.proxies} proxies answer`,
    description: 'The others serve everybody. With the last one, clients of the Service redis are cut off.',
  },
];
