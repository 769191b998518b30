import type { AlertCase, FamilyCases } from '../support/cases';

const sli = 'session_database:sli_availability';
const ratio = (what: string, window: string): string => `session_database:sli_${what}:ratio_${window}`;
const timed = 'session_database:calls_timed:rate5m';

interface Burn {
  readonly alert: string;
  readonly what: 'availability' | 'latency';
  readonly long: string;
  readonly short: string;
  /** Part that is missed from which on it fires. */
  readonly limit: number;
  readonly summary: (percent: string) => string;
}

const burns: readonly Burn[] = [
  ['Fast', '1h', '5m', 14.4] as const,
  ['Steady', '6h', '30m', 6] as const,
  ['Slow', '3d', '6h', 1] as const,
].flatMap(([name, long, short, factor]): Burn[] => [
  {
    ...{ alert: `AvailabilityBudget${name}`, what: 'availability', long, short, limit: 0.001 * factor },
    summary: (percent) => `Sessions could not be used ${percent} of the last ${long}`,
  },
  {
    ...{ alert: `LatencyBudget${name}`, what: 'latency', long, short, limit: 0.01 * factor },
    summary: (percent) => `${percent} of the calls of the last ${long} took Redis over 1 ms`,
  },
]);

const kept = (part: number): string => `${Number((1 - part).toPrecision(8))}x800`;

const casesOf = ({ alert, what, long, short, limit, summary }: Burn): AlertCase[] => {
  const series = (inLong: number, inShort: number, calls = '100x800') => ({
    [ratio(what, long)]: kept(inLong),
    [ratio(what, short)]: kept(inShort),
    [what === 'latency' ? timed : sli]: calls,
  });
  const common = { alert, step: '6m' };
  const at = { '1h': '1h6m', '6h': '6h6m', '3d': '72h6m' }[long]!;
  return [
    {
      ...common,
      title: 'fires when the budget goes as fast as that over the long window, and still does',
      series: series(0.2, limit * 1.01),
      fires: { [at]: [{ summary: summary('20%') }] },
    },
    {
      ...common,
      title: 'stays silent when it is over',
      series: series(0.2, limit * 0.99),
      silent: [at],
    },
    {
      ...common,
      title: 'stays silent when it has only begun',
      series: series(limit * 0.99, 1),
      silent: [at],
    },
    ...(what === 'latency'
      ? [
          {
            ...common,
            title: 'stays silent where there are hardly any calls',
            series: series(0.5, 0.5, '1.5x800'),
            silent: [at],
          },
        ]
      : []),
  ];
};

/** Alerts on ratios that are given; recording.test.ts has how these come about. */
export const slo: FamilyCases = {
  family: 'slo',
  evaluation: '6m',
  cases: burns.flatMap(casesOf),
};

/** What faults do to the ratios, from the first series on. */
export const sloFromStart: FamilyCases = {
  family: 'slo',
  recordings: ['recording-objectives'],
  cases: [
    {
      alert: 'AvailabilityBudgetFast',
      title: 'fires within an hour of an outage of a minute and a half, while it lasts',
      series: { 'session_database:writable': '1x240 0x6' },
      silent: ['1h'],
      fires: { '1h1m15s': [{ summary: 'Sessions could not be used 2.075% of the last 1h' }] },
    },
    {
      alert: 'AvailabilityBudgetFast',
      title: 'stays silent for three failovers of which each is in one answer',
      series: { 'session_database:writable': '1x239 0 1x19 0 1x19 0 1x100' },
      silent: ['1h', '1h5m', '1h10m15s', '1h30m'],
    },
    {
      alert: 'AvailabilityBudgetFast',
      title: 'stays silent when a platform breaks that has been watched for less than an hour',
      series: { 'session_database:writable': '1x99 0x6 1x200' },
      silent: ['25m', '26m30s', '59m'],
    },
    {
      alert: 'AvailabilityBudgetFast',
      title: 'stays silent when a new platform takes ten minutes to begin',
      series: { 'session_database:writable': '0x40 1x100', [sli]: '_' },
      silent: ['5m', '10m', '10m30s', '30m'],
    },
  ],
};
