import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Properties, Value } from '../../../../local/plugins/protocol/values';
import { urnOf, type Resource } from '../../harness';

interface Recorded {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** A planned change as the official plugin planned it. */
export interface RecordedChange {
  readonly op: 'create' | 'update' | 'replace';
  readonly type: string;
  readonly name: string;
  readonly replaceReasons?: readonly string[];
  readonly detailedDiff?: Readonly<Record<string, { readonly kind: string; readonly inputDiff: boolean }>>;
}

function fixture<T>(name: string): T {
  const file = path.resolve(__dirname, '../../fixtures/kubernetes', name);
  // The recordings' Secrets hold a word in place of their data.
  const text = readFileSync(file, 'utf8').replaceAll('"data": "[secret]"', '"data": {"a": "eA=="}');
  return JSON.parse(text) as T;
}

/** The state that the official plugin left of a program with a resource of most kinds. */
export const recordedState: readonly Recorded[] = fixture<readonly Recorded[]>('state.json');

/** By what was changed: what the official plugin planned. */
export const recordedPreviews = fixture<Readonly<Record<string, readonly RecordedChange[]>>>('previews.json');

/** A recorded resource as the engine would have it. */
export function recorded(name: string, kind: string): Resource {
  const found = recordedState.find((entry) => entry.name === name && entry.type.endsWith(`:${kind}`));
  if (found === undefined) throw new Error(`nothing recorded of ${kind} ${name}`);
  return { urn: urnOf(found.type, found.name), id: found.id, inputs: found.inputs, outputs: found.outputs };
}

/** A copy with the value at the path set. */
export function changed(object: Properties, steps: readonly (string | number)[], value: Value): Properties {
  const copy = structuredClone(object) as Record<string, unknown>;
  let target: Record<string | number, unknown> = copy;
  for (const step of steps.slice(0, -1)) target = target[step] as Record<string | number, unknown>;
  target[steps.at(-1) ?? ''] = value;
  return copy as Properties;
}

/** Every path of names in a value; items of lists are not told apart. */
export function keyPaths(value: unknown, prefix = ''): readonly string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((item) => keyPaths(item, `${prefix}[]`)))];
  if (typeof value !== 'object' || value === null) return [prefix];
  return Object.entries(value).flatMap(([key, child]) => keyPaths(child, `${prefix}.${key}`));
}
