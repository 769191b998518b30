import { isObject, UNKNOWN, type CheckFailure, type Properties, type Value } from '../protocol';

/** What a property of a resource may be. Types are JSON's; `integer` is a whole number that a double holds exactly. */
export interface PropertySpec {
  readonly type: 'boolean' | 'integer' | 'string' | 'strings' | 'stringMap' | Schema;
  readonly required?: boolean;
  /** Used where the program says nothing, and written into the outputs. */
  readonly default?: Value;
  readonly minimum?: number;
  readonly maximum?: number;
  /** The texts allowed, or those allowed in a list. */
  readonly allowed?: readonly string[];
  /** Whether a change leaves what was generated as it is. Default false: a change replaces the resource. */
  readonly changesInPlace?: boolean;
  /** Why a property of the official plugin is not taken by this one: the end of a sentence that begins with its name. */
  readonly refused?: string;
}

/** Properties by name. */
export interface Schema {
  readonly [name: string]: PropertySpec;
}

/** The inputs without what is null, and with the defaults of what is left out. */
export function withDefaults(schema: Schema, inputs: Properties): Properties {
  const defaults = Object.entries(schema).flatMap(([name, spec]) =>
    spec.default === undefined ? [] : [[name, spec.default] as const],
  );
  const given = Object.entries(inputs).filter(([, value]) => value !== null);
  return { ...Object.fromEntries(defaults), ...Object.fromEntries(given) };
}

/** Everything wrong with each property by itself; what is not known yet is taken to be right. */
export function schemaFailures(schema: Schema, inputs: Properties, prefix = ''): CheckFailure[] {
  const given = new Map(Object.entries(inputs).filter(([, value]) => value !== null));
  const unknownNames = [...given.keys()].filter((name) => !Object.hasOwn(schema, name));
  const allowedNames = Object.keys(schema).filter((name) => schema[name]?.refused === undefined);
  return [
    ...unknownNames.map((name) => ({
      property: prefix + name,
      reason: `${prefix}${name} is not a property; allowed are ${allowedNames.join(', ')}`,
    })),
    ...Object.entries(schema).flatMap(([name, spec]) => {
      const value = given.get(name);
      const path = prefix + name;
      if (value === undefined) {
        return spec.required ? [{ property: path, reason: `${path} is missing` }] : [];
      }
      if (spec.refused !== undefined) return [{ property: path, reason: `${path} ${spec.refused}` }];
      return valueFailures(spec, value, path);
    }),
  ];
}

function valueFailures(spec: PropertySpec, value: Value, path: string): CheckFailure[] {
  if (value === UNKNOWN) return [];
  const fail = (reason: string, property = path): CheckFailure[] => [
    { property, reason: `${property} ${reason}` },
  ];
  if (isSchema(spec.type)) {
    return isObject(value) ? schemaFailures(spec.type, value, `${path}.`) : fail('is not an object');
  }
  switch (spec.type) {
    case 'boolean':
      return typeof value === 'boolean' ? [] : fail('is not true or false');
    case 'integer':
      return integerFailures(spec, value).flatMap((reason) => fail(reason));
    case 'string':
      return textFailures(spec, value).flatMap((reason) => fail(reason));
    case 'strings':
      if (!isList(value)) return fail('is not a list');
      return value.flatMap((item, index) =>
        item === UNKNOWN
          ? []
          : textFailures(spec, item).flatMap((reason) => fail(reason, `${path}[${index}]`)),
      );
    case 'stringMap':
      if (!isObject(value)) return fail('is not an object');
      return Object.entries(value).flatMap(([key, item]) =>
        item === UNKNOWN || item === null || typeof item === 'string'
          ? []
          : fail('is not a text', `${path}.${key}`),
      );
  }
}

function integerFailures(spec: PropertySpec, value: Value): string[] {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return ['is not a whole number'];
  if (spec.minimum !== undefined && value < spec.minimum)
    return [`is ${value}, allowed is ${spec.minimum} or more`];
  if (spec.maximum !== undefined && value > spec.maximum)
    return [`is ${value}, allowed is ${spec.maximum} or less`];
  return [];
}

function textFailures(spec: PropertySpec, value: Value): string[] {
  if (typeof value !== 'string') return ['is not a text'];
  if (spec.allowed === undefined || spec.allowed.includes(value)) return [];
  return [`is "${value}", allowed are ${spec.allowed.join(', ')}`];
}

function isSchema(type: PropertySpec['type']): type is Schema {
  return typeof type === 'object';
}

/** Whether the value is a list. */
export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}
