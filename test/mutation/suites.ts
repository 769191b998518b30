import { relative } from 'node:path';
import { format } from 'node:util';
import { expect } from 'expect';

type Body = () => unknown;

/** A describe, or a whole file. */
interface Group {
  readonly title: string;
  readonly parent?: Group;
  readonly before: Body[];
  readonly after: Body[];
}

/** A test of a file. */
export interface Test {
  readonly name: string;
  readonly file: string;
  readonly group: Group;
  readonly body: Body;
}

/** What jest gives a file of tests, as far as the suites here use it. Tests are kept, not run. */
export function collect(file: string, load: Body): Test[] {
  const tests: Test[] = [];
  const titles = new Map<string, number>();
  let group: Group = { title: relative(process.cwd(), file), before: [], after: [] };
  const describe = (title: string, body: Body) => {
    const parent = group;
    group = { title, parent, before: [], after: [] };
    body();
    group = parent;
  };
  const test = (title: string, body: Body) => {
    const name = [...pathOf(group), title].join(' > ');
    // Rows of a table may have one title.
    const nth = (titles.get(name) ?? 0) + 1;
    titles.set(name, nth);
    tests.push({ name: nth === 1 ? name : `${name} #${nth}`, file, group, body });
  };
  Object.assign(globalThis, {
    expect,
    describe: Object.assign(describe, { each: eachOf(describe) }),
    test: Object.assign(test, { each: eachOf(test) }),
    beforeAll: (body: Body) => group.before.push(body),
    afterAll: (body: Body) => group.after.push(body),
  });
  load();
  return tests;
}

const pathOf = ({ title, parent }: Group): string[] => [
  ...(parent === undefined ? [] : pathOf(parent)),
  title,
];

const eachOf =
  (one: (title: string, body: Body) => void) =>
  (rows: readonly unknown[]) =>
  (title: string, body: (...values: unknown[]) => unknown): void =>
    rows.forEach((row) => {
      const values = Array.isArray(row) ? (row as unknown[]) : [row];
      const places = title.match(/%[a-z]/g)?.length ?? 0;
      one(format(title, ...values.slice(0, places)), () => body(...values));
    });

/** Runs tests, in whichever order; what their groups do before happens once, before the first of them. */
export class Session {
  private readonly entered = new Map<Group, unknown>();

  /** @param entering - is told of a group whose preparations begin and end */
  constructor(private readonly entering: (group: Group, begins: boolean) => void = () => {}) {}

  /** What a test throws; undefined where it passes. */
  async failure({ group, body }: Test): Promise<Error | undefined> {
    try {
      for (const one of [...groupsOf(group)].reverse()) await this.enter(one);
      await body();
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /** Undoes what the groups' preparations did. */
  async end(): Promise<void> {
    for (const { after } of [...this.entered.keys()].reverse()) for (const body of after) await body();
  }

  private async enter(group: Group): Promise<void> {
    if (this.entered.has(group)) {
      const failed = this.entered.get(group);
      if (failed !== undefined) throw failed as Error;
      return;
    }
    this.entered.set(group, undefined);
    this.entering(group, true);
    try {
      for (const body of group.before) await body();
    } catch (error) {
      this.entered.set(group, error);
      throw error;
    } finally {
      this.entering(group, false);
    }
  }
}

/** A group and those that it is in. */
export function groupsOf(group: Group): Group[] {
  return [group, ...(group.parent === undefined ? [] : groupsOf(group.parent))];
}
