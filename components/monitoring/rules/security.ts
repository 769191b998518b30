import type { Alert, RuleSettings } from './rule';
import { decimal, grown } from './series';

const denied = (what: string): string => `increase(redis_acl_access_denied_${what}_total{job="redis"}[10m])`;
const day = 86_400;

/** Whether somebody does what he should not, and whether certificates hold. */
export const security = ({ tls, thresholds }: RuleSettings): Alert[] => [
  {
    alert: 'AclDenied',
    expr: `sum by (instance) (${['cmd', 'key', 'channel'].map(denied).join(' + ')}) > 0`,
    severity: 'warning',
    summary: '{{ $labels.instance }} refused {{ $value | humanize }} commands that their user may not run',
    description: 'A client does not do what it was made for: a mistake in a release, or somebody who tries.',
  },
  {
    alert: 'AuthFailures',
    expr: `sum by (instance) (${denied('auth')}) > ${decimal(thresholds.failedLogins)}`,
    severity: 'critical',
    summary: '{{ $labels.instance }} refused {{ $value | humanize }} logins in ten minutes',
    description: 'An application has a password that is no longer right and is down, or somebody guesses.',
  },
  {
    alert: 'RefreshTokenReused',
    // Not increase(): a failover may take back the last few, which it would take for a new beginning at zero.
    expr: 'session_database:refresh_reused_total - min_over_time(session_database:refresh_reused_total[15m]) > 0',
    severity: 'warning',
    summary: 'Refresh tokens were used a second time, {{ $value }} times in 15 minutes',
    description:
      'A token was stolen, or a client uses one twice. Its family is revoked: that user has to log in again.',
  },
  {
    alert: 'DataFlushed',
    expr: `max by (cmd) (${grown('redis_commands_total{job="redis", cmd=~"flushall|flushdb"}', '10m')})`,
    severity: 'critical',
    summary: 'Somebody has run {{ $labels.cmd }}',
    description: 'All sessions are gone: every user is logged out.',
  },
  ...(tls ? certificates(thresholds.certificateDays) : []),
];

function certificates(days: number): Alert[] {
  const left = 'session_database_certificate_not_after_timestamp_seconds - time()';
  return [
    {
      alert: 'CertExpiring',
      expr: `${left} < ${decimal(days * day)}`,
      for: '1h',
      severity: 'warning',
      summary:
        'Certificate {{ $labels.name }} ends in {{ $value | humanizeDuration }}, and has not been renewed',
      description: 'Nothing yet. After its end nobody who checks it connects any more.',
    },
    {
      alert: 'CertExpiresSoon',
      expr: `${left} < ${decimal(Math.min(3, days / 2) * day)}`,
      for: '5m',
      severity: 'critical',
      summary: 'Certificate {{ $labels.name }} ends in {{ $value | humanizeDuration }}',
      description:
        'After its end nobody who checks it connects any more: no logins, no sessions, no failover.',
    },
  ];
}
