import { z } from 'zod';
import { checks } from './checks';
import { environments } from './environments';
import { scaled } from './scale';
import { environmentNames, type StackConfig, stackSchema } from './schema';
import { pathText, type Setting, settings } from './settings';
import { watched } from './watched';

/** A configuration that was refused; the message names every problem. */
export class ConfigurationError extends Error {
  constructor(
    project: string,
    readonly problems: readonly string[],
  ) {
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
    super(
      [
        `The configuration of this stack has ${count}; nothing was changed.`,
        ...problems.map((problem) => `  - ${project}:${problem}`),
        'Settings are described in docs/configuration.md; set one with: pulumi config set --path KEY VALUE',
      ].join('\n'),
    );
  }
}

type Tree = Record<string, unknown>;

// What a stack may write: the schema with every setting but the environment left to its defaults.
const inputSchema = optional(stackSchema).required({ environment: true });
const known: ReadonlyMap<string, Setting> = new Map(settings().map((setting) => [setting.path, setting]));

/**
 * The configuration of a stack from the raw values of its project's keys, as Pulumi hands them over: text, or JSON where
 * a key holds a mapping or a list.
 * @throws ConfigurationError that names all problems at once
 */
export function parseStackConfig(project: string, raw: Readonly<Record<string, string>>): StackConfig {
  const given = decode(raw);
  const issues = inputSchema.safeParse(given).error?.issues ?? [];
  const problems = issues.flatMap((issue) => describe(issue, given));

  // The rules between settings are asked of what is right, even where other settings are wrong.
  const right = structuredClone(given);
  const wrong = issues.flatMap((issue) => prune(right, issue));
  const environment = environmentNames.find((name) => name === right.environment) ?? 'dev';
  const complete = scaled(
    stackSchema.parse(merge({ environment, ...environments[environment] }, inputOf(right, environment))),
  );
  const judged = (path: string) =>
    !wrong.some((bad) => path === bad || path.startsWith(`${bad}.`)) &&
    (!wrong.includes('environment') || has(right, path));
  for (const check of checks) {
    const { config, read } = watched(complete);
    const problem = check(config);
    if (problem !== undefined && [...read].every(judged)) problems.push(`${problem.path}: ${problem.text}`);
  }
  if (problems.length > 0) throw new ConfigurationError(project, problems);
  return freeze(complete);
}

/** The values of a project's keys among those of all projects, without the project's name. */
export function projectValues(
  project: string,
  all: Readonly<Record<string, string>>,
): Record<string, string> {
  const prefix = `${project}:`;
  return Object.fromEntries(
    Object.entries(all)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  );
}

function optional<Shape extends z.ZodRawShape>(schema: z.ZodObject<Shape>): z.ZodObject {
  const inner = Object.entries(schema.shape).map(([key, of]) => [
    key,
    of instanceof z.ZodObject ? optional(of).optional() : z.optional(of as z.ZodType),
  ]);
  return z.strictObject(Object.fromEntries(inner) as z.ZodRawShape);
}

// Empty text is a setting that is not there: Pulumi.yaml has no other way to leave one to the program.
function decode(raw: Readonly<Record<string, string>>): Tree {
  const entries = Object.entries(raw).filter(([, value]) => value !== '');
  return Object.fromEntries(entries.map(([key, value]) => [key, isLeaf(key) ? value : json(value)]));
}

const isLeaf = (key: string): boolean => {
  const allowed = known.get(key)?.allowed;
  return allowed === undefined || !(allowed === 'a list' || allowed.startsWith('a mapping'));
};

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function describe(issue: z.core.$ZodIssue, given: Tree): string[] {
  const generic = pathText(issue.path).replace(/\[\d+\]/g, '[]');
  if (issue.code === 'unrecognized_keys') {
    const allowed = known.get(generic)?.keys ?? [];
    return issue.keys.map(
      (key) => `${pathText([...issue.path, key])}: unknown key; allowed: ${allowed.join(', ')}`,
    );
  }
  const setting = settingAt(generic);
  const value = issue.path.reduce<unknown>((of, part) => (of as Tree | undefined)?.[part as string], given);
  return [`${pathText(issue.path)}: ${got(value, setting)}; allowed: ${setting?.allowed ?? ''}`];
}

// A wrong label is an issue below the setting that holds all of them.
function settingAt(path: string): Setting | undefined {
  const at = known.get(path);
  const dot = path.lastIndexOf('.');
  return at ?? (dot < 0 ? undefined : settingAt(path.slice(0, dot)));
}

function got(value: unknown, setting: Setting | undefined): string {
  if (value === undefined) return 'missing';
  if (setting?.confidential === true) return 'got something else';
  if (typeof value !== 'object' || value === null) {
    const text = JSON.stringify(value);
    return `got ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`;
  }
  const empty = Object.keys(value).length === 0 ? 'an empty' : 'a';
  return `got ${empty} ${Array.isArray(value) ? 'list' : 'mapping'}`;
}

/** Takes what an issue is about out of the tree, a list as a whole; returns the paths that are gone for being wrong. */
function prune(tree: Tree, issue: z.core.$ZodIssue): string[] {
  const keys =
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  return keys.map((path) => {
    const list = path.findIndex((part) => typeof part === 'number');
    const whole = list < 0 ? path : path.slice(0, list);
    const holder = whole
      .slice(0, -1)
      .reduce<Tree | undefined>((of, part) => of?.[part as string] as Tree | undefined, tree);
    if (holder !== undefined) delete holder[whole.at(-1) as string];
    return pathText(whole);
  });
}

const inputOf = (right: Tree, environment: string): Tree => inputSchema.parse({ ...right, environment });

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Settings that are given over the defaults. Free mappings, such as labels, are values: they replace. */
function merge(defaults: Tree, given: Tree, path = ''): Tree {
  const keys = new Set([...Object.keys(defaults), ...Object.keys(given)]);
  return Object.fromEntries(
    [...keys].map((key) => {
      const [byDefault, value] = [defaults[key], given[key]];
      if (value === undefined) return [key, byDefault];
      const at = path === '' ? key : `${path}.${key}`;
      const hasSettings = known.get(at)?.keys !== undefined;
      return [key, hasSettings && isTree(byDefault) && isTree(value) ? merge(byDefault, value, at) : value];
    }),
  );
}

const has = (tree: Tree, path: string): boolean =>
  path.split('.').reduce<unknown>((of, part) => (isTree(of) ? of[part] : undefined), tree) !== undefined;

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) freeze(inner);
    Object.freeze(value);
  }
  return value;
}
