import { isObject, type Value } from '../../protocol';
import { ANNOTATIONS } from '../annotations';
import { annotation, condition, type KubeObject } from '../objects';
import type { Readiness } from './readiness';

interface Expectation {
  readonly text: string;
  isMet(object: KubeObject): boolean;
}

/** One step of a JSONPath: a name, an index, any item, or the items whose field equals something. */
type Step = string | number | { readonly field: readonly string[]; readonly equals: string };

const STEP =
  /^(?:\.([\w-]+)|\[(\d+)\]|\[\*\]|\['([^']+)'\]|\[\?\(@((?:\.[\w-]+)+)\s*==\s*["']([^"']*)["']\)\])/;

function parseJsonPath(path: string): readonly Step[] {
  const steps: Step[] = [];
  let rest = path;
  while (rest !== '') {
    const match = STEP.exec(rest);
    if (match === null) throw new Error(`the JSONPath {${path}} is not understood from "${rest}" on`);
    const [whole, name, index, quoted, field, equals] = match;
    if (name !== undefined) steps.push(name);
    else if (quoted !== undefined) steps.push(quoted);
    else if (index !== undefined) steps.push(Number(index));
    else if (field !== undefined) steps.push({ field: field.slice(1).split('.'), equals: equals ?? '' });
    else steps.push('*');
    rest = rest.slice(whole.length);
  }
  return steps;
}

function follow(values: readonly Value[], step: Step): readonly Value[] {
  return values.flatMap((value): readonly Value[] => {
    if (Array.isArray(value)) {
      const items = value as readonly Value[];
      if (typeof step === 'number') return items.slice(step, step + 1);
      if (step === '*') return items;
      if (typeof step === 'object') {
        return items.filter((item) => step.field.reduce(follow1, [item])[0] === step.equals);
      }
      return [];
    }
    if (!isObject(value)) return [];
    if (step === '*') return Object.values(value);
    const child = typeof step === 'string' ? value[step] : undefined;
    return child === undefined ? [] : [child];
  });
}

const follow1 = (values: readonly Value[], name: string): readonly Value[] => follow(values, name);

function jsonPathExpectation(text: string): Expectation {
  const match = /^jsonpath=\{(\.?.*?)\}(?:=(.*))?$/s.exec(text);
  if (match === null)
    throw new Error(`"${text}" is not of the form jsonpath={.path} or jsonpath={.path}=value`);
  const [, path = '', wanted] = match;
  const steps = parseJsonPath(path);
  const expected = wanted?.replace(/^(["'])(.*)\1$/s, '$2');
  return {
    text,
    isMet: (object) => {
      const found = steps.reduce(follow, [object] as readonly Value[]);
      if (expected === undefined) return found.some((value) => value !== null);
      return found.some((value) => (typeof value === 'string' ? value : JSON.stringify(value)) === expected);
    },
  };
}

function conditionExpectation(text: string): Expectation {
  const [type = '', wanted = 'True'] = text.slice('condition='.length).split('=');
  if (type === '') throw new Error(`"${text}" is not of the form condition=Type or condition=Type=Status`);
  return {
    text,
    isMet: (object) => {
      const status = condition(object, type)?.['status'];
      return typeof status === 'string' && status.toLowerCase() === wanted.toLowerCase();
    },
  };
}

function parse(text: string): Expectation {
  if (text.startsWith('jsonpath=')) return jsonPathExpectation(text);
  if (text.startsWith('condition=')) return conditionExpectation(text);
  throw new Error(`"${text}" must begin with jsonpath= or condition=`);
}

/**
 * What the annotation `pulumi.com/waitFor` says to wait for: one expression or a JSON list of them that must all be
 * met. Undefined without the annotation; throws when it is not understood.
 */
export function customReadiness(inputs: KubeObject): ((object: KubeObject) => Readiness) | undefined {
  const text = annotation(inputs, ANNOTATIONS.waitFor);
  if (text === undefined || text === '') return undefined;
  let expectations: readonly Expectation[];
  try {
    const texts = text.trimStart().startsWith('[') ? (JSON.parse(text) as readonly string[]) : [text];
    expectations = texts.map((entry) => parse(String(entry)));
    if (expectations.length === 0) throw new Error('the list is empty');
  } catch (error) {
    throw new Error(`the annotation ${ANNOTATIONS.waitFor} is not understood: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return (object) => {
    const open = expectations.filter((expectation) => !expectation.isMet(object));
    return { ready: open.length === 0, message: `Waiting for ${open.map((entry) => entry.text).join(', ')}` };
  };
}
