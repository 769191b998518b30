import type { MutantCoverage } from '@stryker-mutator/api/core';
import { nameOf } from './first';
import { groupsOf, type Test } from './suites';

// How many quick tests are enough to do without a suite that takes long; undefined for the quick ones.
const slow: readonly (readonly [suite: RegExp, enough: number])[] = [
  [/^test\/unit\/program\//, 1],
  [/^test\/policy\/(unknown|podSecurity)\.test/, 200],
];
const enough = ({ file }: Test): number | undefined => slow.find(([suite]) => suite.test(nameOf(file)))?.[1];

// What so many quick tests reach is planted while they run, and not at loading.
const many = 20;

/**
 * Which tests are to judge which fault, of what the first run has reached.
 *
 * Suites that take long are for what few quick tests reach. What many tests reach is planted while they run, though loading may
 * reach it, too: that takes a fraction of the time. Both can only leave a fault unfound that would have been found.
 *
 * @param place - what a group's preparations have reached is under this name; it counts for each test of the group
 */
export function settle(
  { static: loading, perTest }: MutantCoverage,
  tests: readonly Test[],
  place: (group: object) => string | undefined,
): void {
  const places = new Set<string>();
  for (const { name, group } of tests)
    for (const one of groupsOf(group)) {
      const prepared = place(one) ?? '';
      places.add(prepared);
      for (const [id, hits] of Object.entries(perTest[prepared] ?? {})) {
        const own = (perTest[name] ??= {});
        own[id] = (own[id] ?? 0) + hits;
      }
    }
  for (const one of places) delete perTest[one];

  const quick = new Map<string, number>();
  for (const test of tests)
    if (enough(test) === undefined)
      for (const id of Object.keys(perTest[test.name] ?? {})) quick.set(id, (quick.get(id) ?? 0) + 1);
  for (const test of tests) {
    const reached = perTest[test.name] ?? {};
    for (const id of Object.keys(reached))
      if ((quick.get(id) ?? 0) >= (enough(test) ?? Infinity)) delete reached[id];
  }
  for (const [id, count] of quick) if (count >= many) delete loading[id];
}
