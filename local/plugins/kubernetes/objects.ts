import { isObject, type Properties, type Value } from '../protocol';

/** A Kubernetes object, or the inputs that make one: plain JSON, with `UNKNOWN` in previews. */
export type KubeObject = Properties;

/** The value at a path of property names; undefined when any step of it is absent or not an object. */
export function at(value: Value | undefined, ...path: readonly string[]): Value | undefined {
  let current = value;
  for (const key of path) {
    if (!isObject(current)) return undefined;
    current = current[key];
  }
  return current;
}

/** The string at a path; undefined when there is none. */
export function textAt(value: Value | undefined, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** The number at a path; undefined when there is none. */
export function numberAt(value: Value | undefined, ...path: readonly string[]): number | undefined {
  const found = at(value, ...path);
  return typeof found === 'number' ? found : undefined;
}

/** The list at a path; empty when there is none. */
export function listAt(value: Value | undefined, ...path: readonly string[]): readonly Value[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? (found as readonly Value[]) : [];
}

/** The object at a path; empty when there is none. */
export function objectAt(value: Value | undefined, ...path: readonly string[]): Properties {
  const found = at(value, ...path);
  return isObject(found) ? found : {};
}

/** A copy with the value at the path replaced, or removed when `next` is undefined; missing steps are made. */
export function withAt(object: Properties, path: readonly string[], next: Value | undefined): Properties {
  const [key, ...rest] = path;
  if (key === undefined) return object;
  const copy: Record<string, Value> = { ...object };
  if (rest.length > 0) {
    const child = copy[key];
    if (next === undefined && !isObject(child)) return object;
    copy[key] = withAt(isObject(child) ? child : {}, rest, next);
  } else if (next === undefined) {
    delete copy[key];
  } else {
    copy[key] = next;
  }
  return copy;
}

/** The object's name; empty when it has none yet. */
export function nameOf(object: KubeObject): string {
  return textAt(object, 'metadata', 'name') ?? '';
}

/** The object's namespace; undefined for cluster-scoped objects. */
export function namespaceOf(object: KubeObject): string | undefined {
  return textAt(object, 'metadata', 'namespace');
}

/** `namespace/name`, or `name` for cluster-scoped objects: what the state calls the resource's id. */
export function idOf(object: KubeObject): string {
  const namespace = namespaceOf(object);
  return namespace === undefined || namespace === '' ? nameOf(object) : `${namespace}/${nameOf(object)}`;
}

/** The parts of an id. */
export function parseId(id: string): { readonly namespace: string | undefined; readonly name: string } {
  const slash = id.indexOf('/');
  return slash < 0
    ? { namespace: undefined, name: id }
    : { namespace: id.slice(0, slash), name: id.slice(slash + 1) };
}

/** `Kind "namespace/name"`, as messages name objects. */
export function describe(object: KubeObject): string {
  return `${textAt(object, 'kind') ?? 'object'} "${idOf(object)}"`;
}

export function annotation(object: KubeObject, name: string): string | undefined {
  return textAt(object, 'metadata', 'annotations', name);
}

/** Whether the annotation says `true`. */
export function annotated(object: KubeObject, name: string): boolean {
  return annotation(object, name) === 'true';
}

/** The status condition of a type. */
export function condition(object: KubeObject, type: string): Properties | undefined {
  return listAt(object, 'status', 'conditions')
    .filter(isObject)
    .find((entry) => entry['type'] === type);
}
