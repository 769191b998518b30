import fc from 'fast-check';
import {
  LOWER,
  NUMERIC,
  randomText,
  SPECIAL,
  UPPER,
  type TextOptions,
} from '../../../../../local/plugins/random/text';

const everything: TextOptions = {
  length: 16,
  lower: true,
  upper: true,
  numeric: true,
  special: true,
  minLower: 0,
  minUpper: 0,
  minNumeric: 0,
  minSpecial: 0,
};

const options: fc.Arbitrary<TextOptions> = fc
  .record({
    lower: fc.boolean(),
    upper: fc.boolean(),
    numeric: fc.boolean(),
    special: fc.boolean(),
    minLower: fc.nat(5),
    minUpper: fc.nat(5),
    minNumeric: fc.nat(5),
    minSpecial: fc.nat(5),
    // Characters of no other group, so that it is clear which one a character came from.
    overrideSpecial: fc.constantFrom(undefined, '', '_-', '!', 'é€😀'),
    more: fc.integer({ min: 1, max: 60 }),
  })
  .filter(({ lower, upper, numeric, special }) => lower || upper || numeric || special)
  .map(({ more, ...rest }) => ({
    ...rest,
    length: rest.minLower + rest.minUpper + rest.minNumeric + rest.minSpecial + more,
  }));

function count(text: string, characters: string): number {
  const set = new Set(characters);
  return Array.from(text).filter((character) => set.has(character)).length;
}

it('is exactly as long as asked for, whatever the options', () => {
  fc.assert(
    fc.property(options, (given) => expect(Array.from(randomText(given))).toHaveLength(given.length)),
  );
});

it('holds every minimum, and beyond the minima only characters that are switched on', () => {
  fc.assert(
    fc.property(options, (given) => {
      const text = randomText(given);
      const groups = [
        { characters: LOWER, enabled: given.lower, minimum: given.minLower },
        { characters: UPPER, enabled: given.upper, minimum: given.minUpper },
        { characters: NUMERIC, enabled: given.numeric, minimum: given.minNumeric },
        {
          characters: given.overrideSpecial || SPECIAL,
          enabled: given.special,
          minimum: given.minSpecial,
        },
      ];
      const counts = groups.map(({ characters }) => count(text, characters));
      expect(counts.reduce((sum, number) => sum + number, 0)).toBe(given.length);
      groups.forEach(({ enabled, minimum }, index) => {
        expect(counts[index]).toBeGreaterThanOrEqual(minimum);
        expect(enabled || counts[index] === minimum).toBe(true);
      });
    }),
  );
});

it('uses the official characters', () => {
  expect([LOWER, UPPER, NUMERIC, SPECIAL]).toEqual([
    'abcdefghijklmnopqrstuvwxyz',
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    '0123456789',
    '!@#$%&*()-_=+[]{}<>:?',
  ]);
});

it('takes every character equally often when all are switched on', () => {
  const all = LOWER + UPPER + NUMERIC + SPECIAL;
  const expected = 1000;
  const text = randomText({ ...everything, length: all.length * expected });
  const frequencies = Array.from(all, (character) => count(text, character));
  // Seven standard deviations of a count around 1000.
  expect(Math.min(...frequencies)).toBeGreaterThan(expected - 220);
  expect(Math.max(...frequencies)).toBeLessThan(expected + 220);
});

it('puts required characters anywhere, not where they were drawn', () => {
  const positions = new Set(
    Array.from({ length: 400 }, () =>
      randomText({ ...everything, special: false, minSpecial: 1 }).search(/[^A-Za-z0-9]/),
    ),
  );
  expect(positions.size).toBe(everything.length);
});

it('does not repeat itself', () => {
  const texts = new Set(Array.from({ length: 1000 }, () => randomText(everything)));
  expect(texts.size).toBe(1000);
});
