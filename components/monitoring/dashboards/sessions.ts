import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  CountsPerSecond,
  Microseconds,
  OpsPerSecond,
  PercentUnit,
  Seconds,
} from '@grafana/grafana-foundation-sdk/units';
import { dashboard, line, row } from './board';
import { above, below, none, yesNo } from './levels';
import { type Query, stat, timeseries } from './panels';
import { everyRedis, increase, rate, recorded } from './selectors';
import type { DashboardSettings } from './settings';

const kinds = { session: 'sessions', refresh: 'refresh tokens', deletion: 'deletion tokens' } as const;
type Kind = keyof typeof kinds;

const perKind = (record: string): Query[] =>
  Object.entries(kinds).map(([kind, legend]) => ({
    expr: recorded(`session_database:${record}`, `kind="${kind}"`),
    legend,
  }));

/** How many a second have had each of these happen to them. */
const events = (kind: Kind, ...names: ('created' | 'expired' | 'revoked' | 'dropped')[]): Query[] =>
  names.map((name) => ({
    expr: rate(recorded(`session_database:records_${name}_total`, `kind="${kind}"`)),
    legend: name,
  }));

const calls = 'cmd=~"fcall|fcall_ro"';
const callsBy = (metric: string): string => `sum by (cmd) (${rate(everyRedis(metric, calls))})`;

// Redis' own bounds in microseconds up to each of these, of which only those that have counts exist. Some versions of Prometheus write them with `.0`.
const bounds = [1, 2, 4, 8, 16, 33, 66, 132, 264, 528, 1056, 2113, 4227, 8454, 16908, 33816];
const slowerThan = (limit: number): Query => {
  const upTo = bounds.filter((bound) => bound <= limit).join('|');
  const bucket = everyRedis('redis_commands_latencies_usec_bucket', `${calls}, le=~"(${upTo})([.]0)?"`);
  const count = everyRedis('redis_commands_latencies_usec_count', calls);
  // Both by the same kind of rate: their ends are estimated alike.
  const perSecond = (series: string) => `sum(rate((${series})[$__rate_interval:15s]))`;
  const quick = `(${perSecond(`max without (le) (${bucket})`)} or vector(0))`;
  return { expr: `clamp_min(1 - ${quick} / ${perSecond(count)}, 0)`, legend: `more than ${limit} µs` };
};

/** What users of sessions notice. */
export function sessionsBoard({ mode, cleanupMinutes, objectives }: DashboardSettings): Dashboard {
  const run = cleanupMinutes * 60;
  // Cleanup that has been missing for twice its pause is late, for thrice it stands.
  const age = below(2 * run, 3 * run);
  return dashboard({
    uid: 'session-database-sessions',
    title: 'Sessions',
    description: 'Are sessions served, how many are there, and does cleanup keep up?',
    from: 'now-6h',
    choices: [],
    rows: [
      row(
        'Now',
        line(
          'small',
          stat(
            'Sessions can be written',
            { states: yesNo, description: 'A master answers that takes writes.' },
            { expr: recorded('session_database:writable'), legend: 'writable' },
          ),
          stat(
            'Live sessions',
            {},
            { expr: recorded('session_database:records_live', 'kind="session"'), legend: 'sessions' },
          ),
          stat(
            'Calls',
            {
              unit: OpsPerSecond,
              decimals: 1,
              description: 'Calls of session functions, over five minutes.',
            },
            { expr: recorded('session_database:calls:rate5m'), legend: 'calls' },
          ),
          stat(
            'Calls refused',
            {
              unit: OpsPerSecond,
              levels: none(),
              description: `By a full memory${mode === 'sentinel' ? ', or a master without replicas' : ''}, over five minutes.`,
            },
            { expr: recorded('session_database:calls_rejected:rate5m'), legend: 'refused' },
          ),
          stat(
            'Mean call',
            {
              unit: Seconds,
              levels: below(objectives.latencyMilliseconds / 2000, objectives.latencyMilliseconds / 1000),
              description: 'Time that Redis takes for a call, without the network, over five minutes.',
            },
            { expr: recorded('session_database:calls_seconds:mean5m'), legend: 'mean' },
          ),
          stat(
            'Since the last cleanup',
            { unit: Seconds, levels: age, description: `It runs every ${cleanupMinutes} minutes.` },
            { expr: recorded('session_database:cleanup_age_seconds'), legend: 'age' },
          ),
        ),
      ),
      row(
        'Sessions',
        line(
          'usual',
          timeseries('Live sessions and tokens', {}, ...perKind('records_live')),
          timeseries(
            'What happens to sessions',
            {
              unit: CountsPerSecond,
              description:
                'Expired ones are counted when cleanup finds them; dropped ones were the oldest of a user with too many.',
            },
            ...events('session', 'created', 'expired', 'revoked', 'dropped'),
          ),
        ),
      ),
      row(
        'Tokens',
        line(
          'usual',
          timeseries(
            'What happens to refresh tokens',
            { unit: CountsPerSecond },
            ...events('refresh', 'created', 'expired', 'revoked', 'dropped'),
            { expr: rate(recorded('session_database:refresh_rotated_total')), legend: 'rotated' },
          ),
          timeseries(
            'Refresh tokens used twice',
            {
              bars: true,
              levels: none(),
              description:
                'Each revokes its whole family: somebody has a stolen token, or a client retries wrongly.',
            },
            { expr: increase(recorded('session_database:refresh_reused_total')), legend: 'used twice' },
          ),
          timeseries(
            'What happens to deletion tokens',
            { unit: CountsPerSecond },
            ...events('deletion', 'created', 'expired', 'revoked', 'dropped'),
            { expr: rate(recorded('session_database:deletion_consumed_total')), legend: 'consumed' },
          ),
        ),
      ),
      row(
        'Cleanup',
        line(
          'usual',
          timeseries(
            'Since the last cleanup',
            { unit: Seconds, levels: age },
            { expr: recorded('session_database:cleanup_age_seconds'), legend: 'age' },
          ),
          timeseries(
            'Backlog',
            { description: 'Entries of the indexes whose time is over: what the next cleanup takes.' },
            ...perKind('records_backlog'),
          ),
          timeseries(
            'Overdue',
            {
              levels: none(),
              description: 'Entries that cleanup should have taken more than 15 minutes ago.',
            },
            ...perKind('records_overdue'),
          ),
        ),
      ),
      row(
        'Calls of session functions',
        line(
          'usual',
          timeseries(
            'Calls',
            { unit: OpsPerSecond, stacked: true },
            { expr: callsBy('redis_commands_total'), legend: '{{cmd}}' },
          ),
          timeseries(
            'Calls refused and failed',
            {
              unit: OpsPerSecond,
              description:
                'Refused before they ran, as by a full memory; failed while they ran, as for a wrong argument.',
            },
            { expr: callsBy('redis_commands_rejected_calls_total'), legend: '{{cmd}} refused' },
            { expr: callsBy('redis_commands_failed_calls_total'), legend: '{{cmd}} failed' },
          ),
        ),
        line(
          'usual',
          timeseries(
            `Calls within ${objectives.latencyMilliseconds} ms`,
            {
              unit: PercentUnit,
              fromZero: false,
              levels: above(objectives.latency),
              description: 'The part of all calls, over five minutes, and the part that is promised.',
            },
            { expr: recorded('session_database:sli_latency:ratio_5m'), legend: 'within' },
          ),
          timeseries(
            'Slow calls',
            { unit: PercentUnit, description: 'The part of all calls that took longer.' },
            slowerThan(264),
            slowerThan(1056),
            slowerThan(4227),
          ),
          timeseries(
            'Mean call by pod',
            { unit: Microseconds },
            {
              expr: `sum by (instance) (${rate(everyRedis('redis_commands_latencies_usec_sum', calls))}) / sum by (instance) (${rate(everyRedis('redis_commands_latencies_usec_count', calls))})`,
              legend: '{{instance}}',
            },
          ),
        ),
      ),
    ],
  });
}
