import fc from 'fast-check';
import { integerBetween, pick, shuffled } from '../../../../../local/plugins/random/sampling';

/** Pearson's statistic of counts that should all be the same. */
function chiSquared(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

function countsOf(values: readonly number[], kinds: number): number[] {
  const counts = Array.from({ length: kinds }, () => 0);
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

// With 9, 5 and 6 degrees of freedom one honest run in a million exceeds these.
const LIMITS = { ten: 45, six: 36, seven: 38 };

it('picks each of ten items equally often', () => {
  const items = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const counts = countsOf(
    Array.from({ length: 50_000 }, () => pick(items)),
    10,
  );
  expect(chiSquared(counts)).toBeLessThan(LIMITS.ten);
});

it('puts three items into each of their six orders equally often', () => {
  const orders = ['012', '021', '102', '120', '201', '210'];
  const seen = Array.from({ length: 30_000 }, () => orders.indexOf(shuffled([0, 1, 2]).join('')));
  expect(chiSquared(countsOf(seen, 6))).toBeLessThan(LIMITS.six);
});

it('keeps every item when shuffling, and leaves the original alone', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (items) => {
      const original = [...items];
      const result = shuffled(items);
      expect(items).toEqual(original);
      expect([...result].sort()).toEqual([...items].sort());
    }),
  );
});

it('draws whole numbers from all of a range and from no more', () => {
  const drawn = Array.from({ length: 35_000 }, () => integerBetween(-3, 3));
  expect(Math.min(...drawn)).toBe(-3);
  expect(Math.max(...drawn)).toBe(3);
  const counts = countsOf(
    drawn.map((value) => value + 3),
    7,
  );
  expect(chiSquared(counts)).toBeLessThan(LIMITS.seven);
});

it('draws from ranges as wide as whole numbers go, and from a range of one', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (left, right) => {
      const [min, max] = left < right ? [left, right] : [right, left];
      const drawn = integerBetween(min, max);
      expect(drawn >= min && drawn <= max && Number.isInteger(drawn)).toBe(true);
    }),
  );
  expect(integerBetween(7, 7)).toBe(7);
});
