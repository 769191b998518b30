import type { Alert, RuleSettings } from './rule';
import { decimal } from './series';

// How many times as fast as the budget allows it is used up, over a long window, and still now. At 14.4 two per cent of a month's
// budget go in an hour, at 6 five per cent in six hours, at 1 ten per cent in three days.
const burns = [
  { name: 'Fast', factor: 14.4, long: '1h', short: '5m', severity: 'critical', lasts: 'two days' },
  { name: 'Steady', factor: 6, long: '6h', short: '30m', severity: 'critical', lasts: 'five days' },
  { name: 'Slow', factor: 1, long: '3d', short: '6h', severity: 'warning', lasts: 'the month' },
] as const;

/** Calls per second, below which their times are chance. Cleanup alone makes about one. */
const someCalls = 2;
const calls = 'session_database:calls_timed:rate5m';

/** Whether what is promised over 30 days will be kept. */
export const slo = ({ mode, objectives }: RuleSettings): Alert[] => {
  const { availability, latency, latencyMilliseconds } = objectives;
  return [
    // One pod alone is away for a minute whenever it is replaced, which is more than two per cent of the month's budget.
    ...burns
      .filter(({ name }) => mode === 'sentinel' || name !== 'Fast')
      .map((burn) =>
        alert('Availability', availability, burn, {
          summary: `Sessions could not be used {{ $value | humanizePercentage }} of the last ${burn.long}`,
          may: 'of 30 days in which sessions may be unusable',
          known: 'session_database:sli_availability',
        }),
      ),
    ...burns.map((burn) =>
      alert('Latency', latency, burn, {
        summary: `{{ $value | humanizePercentage }} of the calls of the last ${burn.long} took Redis over ${latencyMilliseconds} ms`,
        may: 'of the calls of 30 days that may be slow',
        known: calls,
        unless: `avg_over_time(${calls}[${burn.long}]) <= ${someCalls}`,
      }),
    ),
  ];
};

function alert(
  what: 'Availability' | 'Latency',
  objective: number,
  { name, factor, long, short, severity, lasts }: (typeof burns)[number],
  text: {
    readonly summary: string;
    readonly may: string;
    /** What there is since the platform is watched. */
    readonly known: string;
    readonly unless?: string;
  },
): Alert {
  const limit = decimal(factor * (1 - objective));
  const missed = (window: string): string =>
    `(1 - session_database:sli_${what.toLowerCase()}:ratio_${window}) > ${limit}`;
  return {
    alert: `${what}Budget${name}`,
    expr:
      // In the first minutes of a window, half a minute would be a large part of what is known.
      `${missed(long)} and on () (${missed(short)}) and on () (${text.known} offset ${long})` +
      (text.unless === undefined ? '' : ` unless on () (${text.unless})`),
    severity,
    summary: text.summary,
    description: `The ${decimal(100 * (1 - objective))} % ${text.may} are used up within ${lasts} at this pace.`,
  };
}
