import { isObject, type Value } from '../protocol';
import { at, listAt, textAt, withAt, type KubeObject } from './objects';

/**
 * Managers whose fields a resource takes over when it is first applied: its own create (a create is recorded as an
 * update, which server-side apply takes for somebody else), and plugins that did not use server-side apply.
 */
function isPredecessor(entry: Value, fieldManager: string): boolean {
  if (textAt(entry, 'operation') !== 'Update' || (textAt(entry, 'subresource') ?? '') !== '') return false;
  const manager = textAt(entry, 'manager') ?? '';
  return manager === fieldManager || PREDECESSORS.has(manager);
}

const PREDECESSORS = new Set([
  'before-first-apply',
  'kubectl',
  'pulumi-kubernetes',
  'pulumi-resource-kubernetes',
]);

function union(left: Value, right: Value): Value {
  if (!isObject(left) || !isObject(right)) return isObject(right) ? right : left;
  const merged: Record<string, Value> = { ...left };
  for (const [key, value] of Object.entries(right)) {
    const existing = merged[key];
    merged[key] = existing === undefined ? value : union(existing, value);
  }
  return merged;
}

/**
 * The object's `managedFields` with everything of its predecessors owned by `fieldManager`'s apply; undefined when
 * there is nothing to take over.
 */
export function takeOver(live: KubeObject, fieldManager: string): readonly Value[] | undefined {
  const entries = listAt(live, 'metadata', 'managedFields');
  const own = entries.filter((entry) => isPredecessor(entry, fieldManager));
  const [first] = own;
  if (first === undefined) return undefined;
  const isApply = (entry: Value): boolean =>
    textAt(entry, 'manager') === fieldManager && textAt(entry, 'operation') === 'Apply';
  const applied = entries.find(isApply);
  const fields = own.reduce<Value>(
    (merged, entry) => union(merged, at(entry, 'fieldsV1') ?? {}),
    at(applied, 'fieldsV1') ?? {},
  );
  const base = { ...(first as KubeObject), manager: fieldManager, operation: 'Apply' };
  const rest = entries.filter((entry) => !own.includes(entry) && !isApply(entry));
  return [...rest, withAt(base, ['fieldsV1'], fields)];
}

/** Whether a conflict's words blame only managers that {@link takeOver} would have taken from. */
export function isConflictWithPredecessors(managers: readonly string[], fieldManager: string): boolean {
  return managers.length > 0 && managers.every((name) => name === fieldManager || PREDECESSORS.has(name));
}

/** Who owns the field at a path of names (no list items), by the object's `managedFields`. */
export function ownersOf(live: KubeObject, path: readonly string[]): readonly string[] {
  const keys = path.map((name) => `f:${name}`);
  return listAt(live, 'metadata', 'managedFields').flatMap((entry) =>
    at(entry, 'fieldsV1', ...keys) === undefined ? [] : [textAt(entry, 'manager') ?? ''],
  );
}
