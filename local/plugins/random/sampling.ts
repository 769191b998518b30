import { randomBytes, randomInt } from 'node:crypto';

/** One of the items, each equally likely. At least one item, at most 2^48 - 1. */
export function pick<T>(items: readonly T[]): T {
  return items[randomInt(items.length)] as T;
}

/** The items in a random order, every order equally likely (Fisher-Yates); the argument stays as it is. */
export function shuffled<T>(items: readonly T[]): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}

/** A whole number from `min` to `max`, both included, each equally likely. Both are safe integers, min <= max. */
export function integerBetween(min: number, max: number): number {
  const count = BigInt(max) - BigInt(min) + 1n;
  // The topmost incomplete run of `count` values would favour the small ones: draws from it are thrown away.
  const usable = (1n << 64n) - ((1n << 64n) % count);
  for (;;) {
    const drawn = randomBytes(8).readBigUInt64BE();
    if (drawn < usable) return Number(BigInt(min) + (drawn % count));
  }
}
