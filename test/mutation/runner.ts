import { readdirSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { resolve } from 'node:path';
import type { InstrumenterContext, MutantCoverage } from '@stryker-mutator/api/core';
import {
  determineHitLimitReached,
  type DryRunOptions,
  type DryRunResult,
  DryRunStatus,
  type MutantRunOptions,
  type MutantRunResult,
  MutantRunStatus,
  type TestResult,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { settle } from './coverage';
import { type First, keep, kept, nameOf } from './first';
import { Modules } from './modules';
import { collect, Session, type Test } from './suites';

// The suites that judge. The program is built by fewer of its suites than there are: the others start it anew for each test, build
// it from random configurations, which no two runs have in common, or read files for people.
const judges = /^(policy\/.*|unit\/stacks\/.*|unit\/program\/(platform|sentinel|monitoring|tls))\.test\.ts$/;

const suites = (): string[] =>
  readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((file) => judges.test(file))
    .sort()
    .map((file) => resolve('test', file));

// Most errors here are expected ones, and collecting their stacks takes longer than the tests.
Error.stackTraceLimit = 3;

// A program that waits for what never comes. No test takes a tenth of it.
const limitMs = 20_000;
const endless = Symbol('endless');

const within = async <Value>(ms: number, value: Promise<Value>): Promise<Value | typeof endless> => {
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<typeof endless>((ends) => (timer = setTimeout(ends, ms, endless)));
  return Promise.race([value, end]).finally(() => clearTimeout(timer));
};

const stryker = ((globalThis as { __stryker__?: InstrumenterContext }).__stryker__ ??= {});

/**
 * Runs the suites in one process, their modules loaded once: most planted faults can be switched on and off while they are. One
 * that takes effect while its module is loaded makes that module load anew, and what needs it.
 */
export class Runner {
  private readonly modules = new Modules();
  private readonly tests = new Map<string, Test[]>();
  /** Whether a test still runs that was given up. Nothing more can be judged here then. */
  private hung = false;
  /** A file that was loaded with a fault in it. */
  private stale: string | undefined;
  private first: First | undefined;
  /** Which tests found the last faults of a file. They find the next one of it soonest. */
  private readonly finders = new Map<string, string[]>();

  capabilities() {
    return { reloadEnvironment: true };
  }

  init(): Promise<void> {
    return Promise.resolve();
  }

  async dryRun({ coverageAnalysis }: DryRunOptions): Promise<DryRunResult> {
    const coverage: MutantCoverage = { static: {}, perTest: {} };
    stryker.mutantCoverage = coverage;
    const tests = this.load();
    const places = new Map<object, string>();
    const session = new Session((group, begins) => {
      places.set(group, places.get(group) ?? `preparations ${places.size}`);
      stryker.currentTestId = begins ? places.get(group)! : undefined!;
    });
    const results: TestResult[] = [];
    for (const test of tests) {
      const begun = performance.now();
      const failure = await session.failure({
        ...test,
        body: () => {
          stryker.currentTestId = test.name;
          return test.body();
        },
      });
      stryker.currentTestId = undefined!;
      results.push(resultOf(test, performance.now() - begun, failure));
    }
    await session.end();
    settle(coverage, tests, (group) => places.get(group));
    keep(this.modules.files(), results, coverage);
    return {
      status: DryRunStatus.Complete,
      tests: results,
      ...(coverageAnalysis === 'off' ? {} : { mutantCoverage: coverage }),
    };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const { activeMutant, hitLimit, mutantActivation, testFilter, disableBail } = options;
    // Stryker starts another process then, and asks again.
    if (this.hung) throw new Error('a test of an earlier fault has no end');
    const file = resolve(options.sandboxFileName);
    const atLoading = mutantActivation === 'static';
    stryker.hitLimit = hitLimit!;
    stryker.hitCount = hitLimit === undefined ? undefined! : 0;
    const results: TestResult[] = [];
    try {
      if (this.stale !== undefined) this.forget(this.stale);
      // Everything is loaded once before, so as to know what needs the file.
      if (atLoading) {
        stryker.activeMutant = undefined!;
        this.load();
        this.forget(file);
        this.stale = file;
      } else this.stale = undefined;
      stryker.activeMutant = atLoading ? activeMutant.id : undefined!;
      const tests = this.load();
      stryker.activeMutant = activeMutant.id;
      const filter = testFilter === undefined ? undefined : new Set(testFilter);
      const reached =
        filter === undefined ? this.notice(file, tests) : tests.filter(({ name }) => filter.has(name));
      const session = new Session();
      for (const test of this.sooner(reached, file)) {
        const failure = await within(limitMs, session.failure(test));
        if (failure === endless) {
          this.hung = true;
          return { status: MutantRunStatus.Timeout, reason: `${test.name} has no end` };
        }
        results.push(resultOf(test, 0, failure));
        if (failure !== undefined && !disableBail) break;
      }
      await session.end();
    } catch (error) {
      // A module that cannot be loaded is found by whatever would load it.
      results.push(resultOf({ name: 'loading', file }, 0, error as Error));
    }
    stryker.activeMutant = undefined!;
    const limited = determineHitLimitReached(stryker.hitCount, hitLimit);
    const result = toMutantRunResult(limited ?? { status: DryRunStatus.Complete, tests: results });
    if ('killedBy' in result) this.remember(file, result.killedBy);
    return result;
  }

  /** The tests of all suites, loaded as far as they are not. */
  private load(): Test[] {
    return suites().flatMap((file) => {
      const known = this.tests.get(file);
      if (known !== undefined) return known;
      const made = collect(file, () => this.modules.load(file));
      this.tests.set(file, made);
      return made;
    });
  }

  private forget(file: string): void {
    const dependents = this.modules.dependents(file);
    for (const one of dependents) this.tests.delete(one);
    this.modules.forget(dependents);
  }

  private remember(file: string, tests: readonly string[]): void {
    const before = (this.finders.get(file) ?? []).filter((name) => !tests.includes(name));
    this.finders.set(file, [...tests, ...before].slice(0, 40));
  }

  /**
   * Tests that may notice what a file has in it when it is loaded. A test that calls functions, but only of files that do not need
   * this one, is none. Suites that take no time are asked whole, as they may read data by themselves.
   */
  private notice(file: string, tests: readonly Test[]): Test[] {
    const first = (this.first ??= kept());
    const dependent = new Set([...this.modules.dependents(file)].map(nameOf));
    const time = new Map<string, number>();
    for (const { file: suite, name } of tests)
      time.set(suite, (time.get(suite) ?? 0) + (first[name]?.milliseconds ?? 0));
    return tests.filter(({ file: suite, name }) => {
      const reaches = first[name]?.reaches ?? [];
      return (
        dependent.has(nameOf(suite)) &&
        (time.get(suite)! < 1000 || reaches.length === 0 || reaches.some((one) => dependent.has(one)))
      );
    });
  }

  /** Tests that found faults of the file come first, then those that call its functions, the quickest first. */
  private sooner(tests: readonly Test[], file: string): Test[] {
    const first = (this.first ??= kept());
    const finders = this.finders.get(file) ?? [];
    const own = nameOf(file);
    const rank = ({ name }: Test): number => {
      const nth = finders.indexOf(name);
      if (nth >= 0) return nth - finders.length;
      const seen = first[name];
      return (seen?.milliseconds ?? 0) + (seen?.reaches.includes(own) === true ? 0 : 60_000);
    };
    const ranks = new Map(tests.map((test) => [test, rank(test)]));
    return [...tests].sort((one, other) => ranks.get(one)! - ranks.get(other)!);
  }
}

function resultOf(
  { name, file }: Pick<Test, 'name' | 'file'>,
  timeSpentMs: number,
  failure?: Error,
): TestResult {
  const common = { id: name, name, fileName: resolve(file), timeSpentMs };
  return failure === undefined
    ? { ...common, status: TestStatus.Success }
    : { ...common, status: TestStatus.Failed, failureMessage: failure.stack ?? failure.message };
}
