import type { Alert, RuleSettings } from './rule';
import { decimal } from './series';

const live = 'session_database:records_live{kind="session"}';
const accounted = 'session_database:records_accounted{kind="session"}';

/** Below this many sessions, changes of their number are people who try things. */
const someSessions = 100;
const manySessions = 1000;
/** Indexes, counts, what maintenance remembers; and what is counted a moment apart. */
const otherKeys = 1000;

/** Whether there are as many sessions as there should be, and whether what has expired goes. */
export const sessions = ({ cleanupMinutes, thresholds }: RuleSettings): Alert[] => [
  {
    alert: 'CleanupStale',
    expr:
      `session_database:cleanup_age_seconds > ${Math.max(900, 2 * cleanupMinutes * 60)} ` +
      'or (max(redis_script_result{job="redis"}) == 1 unless on () session_database:cleanup_age_seconds)',
    // The first cleanup of a new platform comes so soon.
    for: `${cleanupMinutes + 5}m`,
    severity: 'warning',
    summary: 'No cleanup has succeeded for a long time, or ever',
    description: 'Users notice nothing. What has expired stays in the indexes and takes memory.',
  },
  {
    alert: 'CleanupLag',
    expr: 'session_database:records_overdue > 0',
    // It is what the last cleanup left, where one comes more rarely than entries are overdue.
    for: `${cleanupMinutes + 10}m`,
    severity: 'warning',
    summary:
      '{{ $value }} entries of kind {{ $labels.kind }} have been waiting for cleanup for over 15 minutes',
    description: 'Users notice nothing. The indexes grow, and take memory.',
  },
  {
    alert: 'MassLogout',
    expr:
      `max_over_time(${accounted}[15m]) - ${accounted} > ` +
      `${decimal(thresholds.massLogout)} * max_over_time(${live}[15m]) > ${someSessions}`,
    for: '1m',
    severity: 'critical',
    summary: '{{ $value | humanize }} sessions have ended within 15 minutes without having expired',
    description: 'A large part of all users is logged out.',
  },
  {
    alert: 'SessionSurge',
    expr: `${live} > ${decimal(thresholds.sessionSurge)} * (${live} offset 1h) > ${manySessions}`,
    for: '10m',
    severity: 'warning',
    summary: '{{ $value | humanize }} sessions, many times as many as an hour ago',
    description: 'Users notice nothing until memory is full; then sessions end before their time.',
  },
  {
    alert: 'KeysWithoutTtl',
    // A user's set of ids has no TTL and is there while one of its records is in an index; of other keys there are a few.
    expr:
      'max(sum by (instance) (redis_db_keys{job="redis"} - redis_db_keys_expiring{job="redis"})) > ' +
      `sum(session_database:records_live) + sum(session_database:records_backlog) + ${otherKeys}`,
    for: '30m',
    severity: 'warning',
    summary: '{{ $value | humanize }} keys have no TTL, more than there are sessions and tokens',
    description: 'They are never evicted and never expire. Sessions go for them when memory is full.',
  },
];
