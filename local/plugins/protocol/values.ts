import { Struct } from 'google-protobuf/google/protobuf/struct_pb';

/** A value that is not known yet: the engine sends it in previews for outputs of resources that do not exist. */
export const UNKNOWN: unique symbol = Symbol('unknown');

/** A value that the engine must encrypt in the state and hide in its output. */
export class Secret {
  constructor(readonly value: Value) {}
}

/**
 * A property value as the engine knows them. {@link UNKNOWN} is the only symbol among them; assets and archives are not
 * values that these plugins take.
 */
export type Value =
  null | boolean | number | string | symbol | Secret | readonly Value[] | { readonly [key: string]: Value };

/** A resource's inputs or outputs. */
export type Properties = Readonly<Record<string, Value>>;

/** A property value as it travels. */
type Wire = null | boolean | number | string | Wire[] | { [key: string]: Wire };

const SIGNATURE = '4dabf18193072939515e22adb298388d';
const SIGNATURE_SECRET = '1b47061264138c4ac30d75fd1eb44270';
const SIGNATURE_OUTPUT = 'd0e6a833031e9bbcd3f4e8bde6ca49a4';
const SIGNATURE_RESOURCE = '5cf8f73096256a8f31e491e813e4eb8e';
const UNKNOWN_SENTINEL = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';
/** The protocol has a sentinel for every type of unknown value; which one it was makes no difference. */
const UNKNOWN_SENTINELS: ReadonlySet<string> = new Set([
  UNKNOWN_SENTINEL,
  '1c4a061d-8072-4f0a-a4cb-0ff528b18fe7',
  '3eeb2bf0-c639-47a8-9e75-3b44932eb421',
  '6a19a0b0-7e62-4c92-b797-7f8e31da9cc2',
  '030794c1-ac77-496b-92df-f27374a8bd58',
  'e48ece36-62e2-4504-bad9-02848725956a',
  'dd056dcd-154b-4c76-9bd3-c8f88648b5ff',
]);

/** Whether the value is an object with named properties: not null, a list, a secret or a scalar. */
export function isObject(value: unknown): value is Record<string, Value> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Secret);
}

function decode(value: Wire): Value {
  if (typeof value === 'string') return UNKNOWN_SENTINELS.has(value) ? UNKNOWN : value;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(decode);
  const signature = value[SIGNATURE];
  switch (signature) {
    case undefined:
      return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, decode(child)]));
    case SIGNATURE_SECRET:
      return new Secret(decode(value['value'] ?? null));
    case SIGNATURE_OUTPUT: {
      const inner = 'value' in value ? decode(value['value'] ?? null) : UNKNOWN;
      return value['secret'] === true ? new Secret(inner) : inner;
    }
    case SIGNATURE_RESOURCE:
      return decode(value['id'] ?? value['urn'] ?? null);
    default:
      throw new Error('assets and archives are not values that this plugin takes; use the official plugin');
  }
}

function encode(value: Value): Wire {
  if (value === UNKNOWN) return UNKNOWN_SENTINEL;
  if (value instanceof Secret) return { [SIGNATURE]: SIGNATURE_SECRET, value: encode(value.value) };
  if (Array.isArray(value)) return value.map((item: Value | undefined) => encode(item ?? null));
  if (isObject(value)) {
    const entries = Object.entries(value as Record<string, Value | undefined>);
    return Object.fromEntries(
      entries.flatMap(([key, child]) => (child === undefined ? [] : [[key, encode(child)]])),
    );
  }
  return value as Wire;
}

/** Reads a message's properties; a missing struct is one without properties. */
export function decodeStruct(struct: Struct | undefined): Properties {
  return struct === undefined ? {} : (decode(struct.toJavaScript()) as Properties);
}

/** Writes properties into a message; keys whose value is undefined are left out. */
export function encodeStruct(properties: Properties): Struct {
  return Struct.fromJavaScript(encode(properties) as Record<string, Wire>);
}

/** The value with every secret unwrapped, however deep. */
export function plain(value: Value): Value {
  if (value instanceof Secret) return plain(value.value);
  if (Array.isArray(value)) return value.map(plain);
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, plain(child)]));
  return value;
}

/** {@link plain} for a resource's properties. */
export function plainProperties(properties: Properties): Properties {
  return plain(properties) as Properties;
}

function contains(value: Value, test: (leaf: Value) => boolean): boolean {
  if (test(value)) return true;
  if (value instanceof Secret) return contains(value.value, test);
  if (Array.isArray(value)) return (value as readonly Value[]).some((item) => contains(item, test));
  return isObject(value) && Object.values(value).some((child) => contains(child, test));
}

/** Whether any part of the value is not known yet. */
export function containsUnknown(value: Value): boolean {
  return contains(value, (leaf) => leaf === UNKNOWN);
}

/** Whether any part of the value is secret. */
export function containsSecret(value: Value): boolean {
  return contains(value, (leaf) => leaf instanceof Secret);
}

/**
 * Marks in `value` what is secret in `like`, by name: objects are compared property by property; of a list that
 * holds a secret all is secret, because its order may have changed.
 */
export function markSecrets(value: Properties, like: Properties): Properties {
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => {
      const original = like[key];
      if (original === undefined || child instanceof Secret) return [key, child];
      if (isObject(child) && isObject(original)) return [key, markSecrets(child, original)];
      return [key, containsSecret(original) ? new Secret(child) : child];
    }),
  );
}
