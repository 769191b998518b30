import { pick, shuffled } from './sampling';

/** What a random text is made of; a minimum holds even where its characters are otherwise switched off. */
export interface TextOptions {
  /** Number of characters, at least 1 and at least the sum of the minima. */
  readonly length: number;
  readonly lower: boolean;
  readonly upper: boolean;
  readonly numeric: boolean;
  readonly special: boolean;
  readonly minLower: number;
  readonly minUpper: number;
  readonly minNumeric: number;
  readonly minSpecial: number;
  /** The special characters to choose from; none or an empty text means {@link SPECIAL}. */
  readonly overrideSpecial?: string | undefined;
}

export const LOWER = 'abcdefghijklmnopqrstuvwxyz';
export const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
export const NUMERIC = '0123456789';
export const SPECIAL = '!@#$%&*()-_=+[]{}<>:?';

/**
 * A random text: the minima from their own characters, the rest from all that are switched on, in a random order.
 * The options must have been validated: nothing switched on leaves nothing to choose from.
 */
export function randomText(options: TextOptions): string {
  const special = Array.from(options.overrideSpecial || SPECIAL);
  const groups = [
    { characters: Array.from(UPPER), enabled: options.upper, minimum: options.minUpper },
    { characters: Array.from(LOWER), enabled: options.lower, minimum: options.minLower },
    { characters: Array.from(NUMERIC), enabled: options.numeric, minimum: options.minNumeric },
    { characters: special, enabled: options.special, minimum: options.minSpecial },
  ];
  const required = groups.flatMap(({ characters, minimum }) => draw(characters, minimum));
  const allowed = groups.flatMap(({ characters, enabled }) => (enabled ? characters : []));
  const rest = draw(allowed, options.length - required.length);
  return shuffled([...required, ...rest]).join('');
}

function draw(characters: readonly string[], count: number): string[] {
  return Array.from({ length: count }, () => pick(characters));
}
