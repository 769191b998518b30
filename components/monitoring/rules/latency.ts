import type { Alert, RuleSettings } from './rule';
import { decimal } from './series';

/** Whether answers come soon. */
export const latency = ({ thresholds }: RuleSettings): Alert[] => [
  {
    alert: 'CommandsSlow',
    expr: `session_database:calls_seconds:mean5m > ${decimal(thresholds.commandMilliseconds / 1000)}`,
    for: '10m',
    severity: 'warning',
    summary: 'A call of a session function takes Redis {{ $value | humanizeDuration }} on average',
    description: 'All calls run one after the other: everybody waits for the slow ones.',
  },
  {
    alert: 'MainThreadBusy',
    expr:
      'max by (instance) (rate(redis_cpu_user_main_thread_seconds_total{job="redis"}[5m]) + ' +
      'rate(redis_cpu_sys_main_thread_seconds_total{job="redis"}[5m])) > 0.85',
    for: '10m',
    severity: 'warning',
    summary:
      'The one thread of {{ $labels.instance }} that runs commands is busy {{ $value | humanizePercentage }} of the time',
    description: 'At 100 % calls queue up, and clients see time-outs.',
  },
  {
    alert: 'CallsRejected',
    expr:
      'session_database:calls_rejected:rate5m / (session_database:calls:rate5m + session_database:calls_rejected:rate5m) > 0.05 ' +
      'and session_database:calls_rejected:rate5m > 0.1',
    for: '5m',
    severity: 'warning',
    summary: 'Redis rejects {{ $value | humanizePercentage }} of the calls of session functions',
    description: 'The users behind these calls see errors.',
  },
];
