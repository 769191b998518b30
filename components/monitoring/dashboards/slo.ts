import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { PercentUnit, Seconds } from '@grafana/grafana-foundation-sdk/units';
import { dashboard, line, row, type Row } from './board';
import { above, below, type Levels, none, yesNo } from './levels';
import { type Query, stat, timeseries } from './panels';
import { recorded } from './selectors';
import type { DashboardSettings } from './settings';

/** Windows that recording rules know, the shortest first. */
const windows = ['5m', '30m', '1h', '6h', '3d', '30d'] as const;
type Window = (typeof windows)[number];

const monthSeconds = 30 * 24 * 3600;

interface Objective {
  readonly name: 'availability' | 'latency';
  readonly promised: number;
}

const kept = ({ name }: Objective, window: Window): string =>
  recorded(`session_database:sli_${name}:ratio_${window}`);

/** How many times as fast as it would last for 30 days the budget is spent. */
const burn = (objective: Objective, window: Window): Query => ({
  expr: `(1 - ${kept(objective, window)}) / ${failing(objective)}`,
  legend: window,
});
const left = (objective: Objective): string => `1 - (1 - ${kept(objective, '30d')}) / ${failing(objective)}`;

// Without the error of a subtraction of decimals: 0.001, and not 0.0010000000000000009.
const failing = ({ promised }: Objective): number => Number((1 - promised).toFixed(9));

// At 1 the budget lasts for 30 days; at 6 for five, at 14.4 for two: a fiftieth of it in an hour.
const burnLevels: Levels = [
  ['green', null],
  ['yellow', 1],
  ['orange', 6],
  ['red', 14.4],
];
const budgetLevels: Levels = [
  ['red', null],
  ['orange', 0],
  ['yellow', 0.25],
  ['green', 0.5],
];

/** Whether the platform keeps what it promises. */
export function sloBoard({ objectives }: DashboardSettings): Dashboard {
  const availability: Objective = { name: 'availability', promised: objectives.availability };
  const latency: Objective = { name: 'latency', promised: objectives.latency };
  const within = `within ${objectives.latencyMilliseconds} ms`;
  return dashboard({
    uid: 'session-database-slo',
    title: 'Service level objectives',
    description: 'Is what was promised kept, and how fast is the room for errors spent?',
    from: 'now-7d',
    choices: [],
    rows: [
      row(
        'The last 30 days',
        line(
          'small',
          stat(
            'Sessions can be written',
            { states: yesNo, description: 'Now: a master answers that takes writes.' },
            { expr: recorded('session_database:writable'), legend: 'writable' },
          ),
          promise('Availability', availability, 'Part of the time in which calls were served.'),
          budget('Availability budget left', availability),
          stat(
            'Time left to fail',
            {
              unit: Seconds,
              levels: budgetLevels.map(([colour, part]) => [
                colour,
                part === null ? null : part * failing(availability) * monthSeconds,
              ]),
              description: 'How long sessions may still be unavailable in these 30 days.',
            },
            { expr: `(${left(availability)}) * ${failing(availability)} * ${monthSeconds}`, legend: 'left' },
          ),
          promise(`Calls ${within}`, latency, 'Part of the calls of session functions.'),
          budget('Latency budget left', latency),
        ),
      ),
      objectiveRows('Availability', availability),
      objectiveRows(`Calls ${within}`, latency),
      row(
        'What it is made of',
        line(
          'usual',
          timeseries(
            'Availability at each moment',
            {
              unit: PercentUnit,
              fromZero: false,
              levels: above(availability.promised),
              description:
                'Nothing while no master takes writes; else the part of calls that were not refused.',
            },
            { expr: recorded('session_database:sli_availability'), legend: 'availability' },
          ),
          timeseries(
            'Calls refused',
            { levels: none(), description: 'Per second, over five minutes.' },
            { expr: recorded('session_database:calls_rejected:rate5m'), legend: 'refused' },
          ),
          timeseries(
            'Mean call',
            { unit: Seconds, levels: below(objectives.latencyMilliseconds / 1000) },
            { expr: recorded('session_database:calls_seconds:mean5m'), legend: 'mean' },
          ),
        ),
      ),
    ],
  });
}

const promise = (title: string, objective: Objective, description: string) =>
  stat(
    title,
    {
      unit: PercentUnit,
      decimals: 3,
      levels: above(objective.promised),
      description: `${description} Promised: ${Number((objective.promised * 100).toFixed(7))} %.`,
    },
    { expr: kept(objective, '30d'), legend: '30 days' },
  );

const budget = (title: string, objective: Objective) =>
  stat(
    title,
    {
      unit: PercentUnit,
      decimals: 1,
      levels: budgetLevels,
      description: 'Of the errors that the promise leaves room for. Below zero it is broken.',
    },
    { expr: left(objective), legend: 'left' },
  );

const objectiveRows = (title: string, objective: Objective): Row =>
  row(
    title,
    line(
      'small',
      stat(
        'Burn rates',
        {
          decimals: 1,
          levels: burnLevels,
          description:
            'How many times as fast as it would last for 30 days the budget is spent, over each window: 1 lasts just so long, 14.4 two days.',
        },
        ...windows.map((window) => burn(objective, window)),
      ),
    ),
    line(
      'usual',
      timeseries(
        'Burn rates over time',
        { levels: burnLevels, description: 'Alerts fire when a long and a short window agree.' },
        ...windows.slice(0, -1).map((window) => burn(objective, window)),
      ),
      timeseries(
        'Budget left',
        {
          unit: PercentUnit,
          fromZero: false,
          levels: budgetLevels,
          description: 'Of the 30 days before each moment.',
        },
        { expr: left(objective), legend: 'left' },
      ),
      timeseries(
        'Kept',
        {
          unit: PercentUnit,
          fromZero: false,
          levels: above(objective.promised),
          description: 'Over each window; the line is what is promised.',
        },
        ...(['1h', '6h', '3d', '30d'] as const).map((window) => ({
          expr: kept(objective, window),
          legend: window,
        })),
      ),
    ),
  );
