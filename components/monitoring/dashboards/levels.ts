import {
  MappingType,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMap,
} from '@grafana/grafana-foundation-sdk/dashboard';

export type Colour = 'green' | 'yellow' | 'orange' | 'red' | 'blue' | 'text';

/** Colours, each from a value on; the first is for all below the second. */
export type Levels = readonly (readonly [Colour, number | null])[];

/** Good below `warning`, bad from `critical` on. */
export const below = (warning: number, critical?: number): Levels => [
  ['green', null],
  ...(critical === undefined
    ? ([['red', warning]] as const)
    : ([
        ['yellow', warning],
        ['red', critical],
      ] as const)),
];

/** Good from `good` on, bad below `bad`. */
export const above = (good: number, bad = good): Levels => [
  ['red', null],
  ...(bad === good ? [] : ([['yellow', bad]] as const)),
  ['green', good],
];

/** Good at one whole number only. */
export const exactly = (count: number): Levels => [
  ['red', null],
  ['green', count],
  ['red', count + 1],
];

/** Good at zero; whatever happened is bad, or at least of interest. */
export const none = (colour: 'red' | 'yellow' = 'red'): Levels => [
  ['green', null],
  [colour, 0.001],
];

/** What whole numbers mean, and their colour. */
export type States = Readonly<Record<number, readonly [text: string, colour: Colour]>>;

export const yesNo: States = { 0: ['no', 'red'], 1: ['yes', 'green'] };

export const thresholds = (levels: Levels): ThresholdsConfigBuilder =>
  new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps(levels.map(([color, value]) => ({ color, value })));

export const stateMapping = (states: States): ValueMap => ({
  type: MappingType.ValueToText,
  options: Object.fromEntries(
    Object.entries(states).map(([value, [text, color]], index) => [value, { text, color, index }]),
  ),
});
