import { isObject, UNKNOWN, type PropertyDiff, type PropertyDiffKind, type Value } from '../protocol';
import type { KubeObject } from './objects';

type Step = string | number;

interface Change {
  readonly path: readonly Step[];
  readonly kind: 'add' | 'delete' | 'update';
  readonly inputDiff: boolean;
  /** The new value; undefined for what is deleted or not known. */
  readonly value: Value | undefined;
}

/** `spec.ports[0].name`; names with characters of the path's own syntax are quoted: `data["redis.conf"]`. */
export function formatPath(path: readonly Step[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    if (/[."[\]]/.test(step)) return `${text}["${step.replaceAll('"', '\\"')}"]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

/** The steps of a path as {@link formatPath} writes it; `[*]` is the step `*`. */
export function parsePath(text: string): readonly Step[] {
  const steps: Step[] = [];
  for (const [, quoted, index, name] of text.matchAll(/\["((?:\\"|[^"])*)"\]|\[(\d+|\*)\]|([^.[\]]+)/g)) {
    if (quoted !== undefined) steps.push(quoted.replaceAll('\\"', '"'));
    else if (index !== undefined) steps.push(index === '*' ? '*' : Number(index));
    else if (name !== undefined) steps.push(name);
  }
  return steps;
}

/** Whether the path lies at or below the pattern. */
export function isWithin(path: readonly Step[], pattern: readonly Step[]): boolean {
  return (
    path.length >= pattern.length &&
    pattern.every((step, index) => step === path[index] || (step === '*' && path[index] !== undefined))
  );
}

/** Whether the value has anything at the rest of a pattern. */
function reaches(value: Value | undefined, pattern: readonly Step[]): boolean {
  const [step, ...rest] = pattern;
  if (step === undefined) return value !== undefined;
  if (step === '*') return Array.isArray(value) && value.some((item: Value) => reaches(item, rest));
  return isObject(value) && typeof step === 'string' && reaches(value[step], rest);
}

/** A change concerns a pattern when it is at or below it, or adds something that holds it. */
function concerns({ path, value }: Change, pattern: readonly Step[]): boolean {
  if (isWithin(path, pattern)) return true;
  return isWithin(pattern, path) && reaches(value, pattern.slice(path.length));
}

function changesOf(path: readonly Step[], old: Value | undefined, next: Value | undefined): Change[] {
  if (next === undefined) return [{ path, kind: 'delete', inputDiff: true, value: undefined }];
  if (next === UNKNOWN) {
    // A value to come shows as the old one going: that is what can be said of it.
    const kind = old === undefined ? 'add' : 'delete';
    return [{ path, kind, inputDiff: kind === 'delete', value: undefined }];
  }
  if (old === undefined) return [{ path, kind: 'add', inputDiff: false, value: next }];
  if (isObject(old) && isObject(next)) {
    const keys = new Set([...Object.keys(next), ...Object.keys(old)]);
    return [...keys].flatMap((key) => changesOf([...path, key], old[key], next[key]));
  }
  if (Array.isArray(old) && Array.isArray(next)) {
    const [before, after] = [old as readonly Value[], next as readonly Value[]];
    const length = Math.max(before.length, after.length);
    return Array.from({ length }).flatMap((_, i) => changesOf([...path, i], before[i], after[i]));
  }
  return old === next ? [] : [{ path, kind: 'update', inputDiff: false, value: next }];
}

/**
 * The differences between what is deployed (`old`, the live object as far as the inputs spoke of it) and the new
 * inputs, by property path.
 *
 * @param live the whole live object: an input that says nothing new (an empty list, `false`) and that the server
 *   does not keep is no difference
 * @param replacedOn paths whose change is a replacement
 * @param ignored paths that the program does not want compared
 */
export function diffObjects(
  old: KubeObject,
  next: KubeObject,
  live: KubeObject,
  replacedOn: readonly string[],
  ignored: readonly string[] = [],
): Record<string, PropertyDiff> {
  const patterns = replacedOn.map(parsePath);
  const excluded = ignored.map(parsePath);
  const diffs: Record<string, PropertyDiff> = {};
  for (const change of changesOf([], old, next)) {
    if (excluded.some((pattern) => isWithin(change.path, pattern))) continue;
    if (change.kind === 'add' && isZero(change.value) && valueAt(live, change.path) === undefined) continue;
    const replaces = patterns.some((pattern) => concerns(change, pattern));
    const kind: PropertyDiffKind = replaces ? `${change.kind}-replace` : change.kind;
    diffs[formatPath(change.path)] = { kind, inputDiff: change.inputDiff };
  }
  return diffs;
}

function isZero(value: Value | undefined): boolean {
  if (value === false || value === 0 || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.values(value).every(isZero);
}

function valueAt(value: Value, path: readonly Step[]): Value | undefined {
  return path.reduce<Value | undefined>((current, step) => {
    if (typeof step === 'number')
      return Array.isArray(current) ? (current as readonly Value[])[step] : undefined;
    return isObject(current) ? current[step] : undefined;
  }, value);
}
