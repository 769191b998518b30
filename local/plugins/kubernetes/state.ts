import { isObject, Secret, type Properties, type Value } from '../protocol';
import { ANNOTATIONS } from './annotations';
import { newFieldManager } from './naming';
import { annotation, textAt, withAt, type KubeObject } from './objects';

/** What a resource's state holds besides the live object. */
export interface Bookkeeping {
  /** The inputs that made the object. */
  readonly inputs: KubeObject;
  /** Whose name its fields are under in server-side apply. */
  readonly fieldManager: string;
  /** The API version that it was created with. */
  readonly initialApiVersion: string;
}

/** The parts of a state as {@link toState} makes it; of one without bookkeeping, `fallback` is what made it. */
export function parseState(
  state: Properties,
  fallback: KubeObject = {},
): Bookkeeping & { readonly live: KubeObject } {
  const { __inputs, __fieldManager, __initialApiVersion, ...live } = state;
  return {
    inputs: isObject(__inputs) ? __inputs : fallback,
    fieldManager: typeof __fieldManager === 'string' ? __fieldManager : newFieldManager(),
    initialApiVersion:
      typeof __initialApiVersion === 'string' ? __initialApiVersion : (textAt(live, 'apiVersion') ?? ''),
    live,
  };
}

/** The name that the program asks for, or the one that the state has, or a new one. */
export function fieldManagerOf(inputs: KubeObject, state?: Properties): string {
  const own = annotation(inputs, ANNOTATIONS.patchFieldManager);
  return own !== undefined && own !== '' ? own : parseState(state ?? {}).fieldManager;
}

/** Inputs with a Secret's content marked secret, whether the program says so or not. */
export function sealSecret(object: KubeObject): KubeObject {
  if (object['apiVersion'] !== 'v1' || object['kind'] !== 'Secret') return object;
  return ['data', 'stringData'].reduce<KubeObject>((sealed, key) => {
    const value: Value | undefined = sealed[key];
    return value === undefined || value instanceof Secret ? sealed : withAt(sealed, [key], new Secret(value));
  }, object);
}

/** A resource's outputs: the live object, with what later operations need to know. */
export function toState(
  live: KubeObject,
  { inputs, fieldManager, initialApiVersion }: Bookkeeping,
): Properties {
  return {
    ...withAt(live, ['metadata', 'managedFields'], undefined),
    __inputs: sealSecret(inputs),
    __fieldManager: fieldManager,
    __initialApiVersion: initialApiVersion,
  };
}
