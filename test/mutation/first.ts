import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { MutantCoverage } from '@stryker-mutator/api/core';
import type { TestResult } from '@stryker-mutator/api/test-runner';

/** What the first run, without a fault, shows of a test. */
interface Seen {
  readonly milliseconds: number;
  /** Files with faults whose functions it calls. */
  readonly reaches: readonly string[];
}

/** What the first run shows, by the tests' names. */
export type First = Readonly<Record<string, Seen>>;

// In the sandbox, for the processes that do not see that run.
const place = 'first-run.json';

/** Keeps what the first run shows. @param files - those that it loads */
export function keep(
  files: readonly string[],
  tests: readonly TestResult[],
  { perTest }: MutantCoverage,
): void {
  const fileOf = new Map(files.flatMap((file) => faultsOf(file).map((id) => [id, nameOf(file)] as const)));
  const reaches = (test: string) => [
    ...new Set(Object.keys(perTest[test] ?? {}).flatMap((id) => fileOf.get(id) ?? [])),
  ];
  const seen = tests.map(({ id, timeSpentMs }): [string, Seen] => [
    id,
    { milliseconds: timeSpentMs, reaches: reaches(id) },
  ]);
  writeFileSync(place, JSON.stringify(Object.fromEntries(seen)));
}

/** What was kept. */
export const kept = (): First => JSON.parse(readFileSync(place, 'utf8')) as First;

/** A file's name in what is kept. */
export const nameOf = (file: string): string => relative(process.cwd(), file);

/** The ids of the faults that are planted in a file. */
const faultsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/\bstryMutAct_\w+\("(\d+)"\)/g)].map(([, id]) => id!);
