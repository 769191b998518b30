import type { Alert, RuleSettings } from './rule';
import { decimal } from './series';

const oom = 'container_oom_events_total{job="containers", container!=""}';

/** Whether sessions fit. */
export const memory = ({ thresholds }: RuleSettings): Alert[] => [
  {
    alert: 'MemoryHigh',
    expr:
      'max by (instance) (redis_memory_used_bytes{job="redis"} / (redis_memory_max_bytes{job="redis"} > 0)) ' +
      `> ${decimal(thresholds.memory)}`,
    for: '10m',
    severity: 'warning',
    summary: '{{ $labels.instance }} uses {{ $value | humanizePercentage }} of maxmemory',
    description: 'At 100 % the sessions that were used least recently end before their time.',
  },
  {
    alert: 'SessionsEvicted',
    expr: 'sum by (instance) (increase(redis_evicted_keys_total{job="redis"}[5m])) > 0',
    severity: 'critical',
    summary:
      '{{ $labels.instance }} is full: {{ $value | humanize }} sessions or tokens were evicted in five minutes',
    description: 'Users are logged out before their time, those first who were away longest.',
  },
  {
    alert: 'OomKilled',
    // The kernel's count is of a container that is about to go: it may be seen growing, or only appear with it.
    expr:
      `sum by (pod, container) (increase(${oom}[10m])) > 0 or ` +
      `(sum by (pod, container) (${oom}) > 0 unless on (pod, container) (${oom} offset 10m))`,
    severity: 'warning',
    summary:
      'The kernel killed a process of {{ $labels.pod }}, container {{ $labels.container }}, for its memory',
    description: 'It is back by itself, and will be killed again by the same load.',
  },
  {
    alert: 'ContainerMemoryHigh',
    expr:
      'max by (pod, container) (container_memory_rss{job="containers", container!=""}) / ' +
      'max by (pod, container) (container_spec_memory_limit_bytes{job="containers", container!=""} > 0) > 0.9',
    for: '10m',
    severity: 'warning',
    summary:
      '{{ $labels.pod }}, container {{ $labels.container }}, uses {{ $value | humanizePercentage }} of its memory limit',
    description: 'At 100 % the kernel kills it.',
  },
];
