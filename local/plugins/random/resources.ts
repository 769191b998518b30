import { randomBytes, randomUUID } from 'node:crypto';
import { UNKNOWN, type CheckFailure, type Properties, type ResourceType, type Value } from '../protocol';
import { stateOnlyType, type StateOnlyResource } from '../state-only/resource';
import type { PropertySpec, Schema } from '../state-only/schema';
import { bcryptHash } from './bcrypt';
import { integerBetween } from './sampling';
import { randomText, type TextOptions } from './text';

/** Any values: a change of one makes a new random value. */
const keepers: PropertySpec = { type: 'stringMap' };

const switchedOn: PropertySpec = { type: 'boolean', default: true };
const noMinimum: PropertySpec = { type: 'integer', default: 0, minimum: 0 };

const textSchema: Schema = {
  keepers,
  length: { type: 'integer', required: true, minimum: 1 },
  lower: switchedOn,
  minLower: noMinimum,
  minNumeric: noMinimum,
  minSpecial: noMinimum,
  minUpper: noMinimum,
  number: { type: 'boolean' },
  numeric: { type: 'boolean' },
  overrideSpecial: { type: 'string' },
  special: switchedOn,
  upper: switchedOn,
};

/** `number` is the old name of `numeric`: whichever is given, both are kept. */
function withNumeric(inputs: Properties): Properties {
  const numeric = inputs['numeric'] ?? inputs['number'] ?? true;
  return { ...inputs, numeric, number: inputs['number'] ?? numeric };
}

function textFailures(inputs: Properties): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const { length, number, numeric } = inputs;
  const minima = ['minLower', 'minNumeric', 'minSpecial', 'minUpper'].map((name) => inputs[name]);
  if (isNumber(length) && minima.every(isNumber)) {
    const sum = minima.reduce((total, minimum) => total + minimum, 0);
    if (sum > length) {
      const reason = `length is ${length}, less than the sum ${sum} of minLower, minNumeric, minSpecial and minUpper`;
      failures.push({ property: 'length', reason });
    }
  }
  if (typeof number === 'boolean' && typeof numeric === 'boolean' && number !== numeric) {
    const reason = `number is ${String(number)} and numeric is ${String(numeric)}; they are the same: leave number out`;
    failures.push({ property: 'number', reason });
  }
  if (['lower', 'numeric', 'special', 'upper'].every((name) => inputs[name] === false)) {
    failures.push({
      property: 'lower',
      reason: 'lower, numeric, special and upper are all false; one must be true',
    });
  }
  return failures;
}

function isNumber(value: Value | undefined): value is number {
  return typeof value === 'number';
}

const password: StateOnlyResource<TextOptions> = {
  schema: textSchema,
  generatedOutputs: ['bcryptHash', 'result'],
  secretOutputs: ['bcryptHash', 'result'],
  schemaVersion: '3',
  complete: withNumeric,
  failures: textFailures,
  generate(options) {
    const result = randomText(options);
    // An id is not encrypted in the state, so that of a password says nothing.
    return { id: 'none', outputs: { bcryptHash: bcryptHash(result), result } };
  },
};

const string: StateOnlyResource<TextOptions> = {
  ...password,
  generatedOutputs: ['result'],
  secretOutputs: [],
  schemaVersion: '2',
  generate(options) {
    const result = randomText(options);
    return { id: result, outputs: { result } };
  },
};

const id: StateOnlyResource<{ readonly byteLength: number; readonly prefix?: string }> = {
  schema: {
    byteLength: { type: 'integer', required: true, minimum: 1 },
    keepers,
    prefix: { type: 'string' },
  },
  generatedOutputs: ['b64Std', 'b64Url', 'dec', 'hex'],
  secretOutputs: [],
  generate({ byteLength, prefix = '' }) {
    const bytes = randomBytes(byteLength);
    const hex = bytes.toString('hex');
    const b64Url = bytes.toString('base64url');
    const outputs = {
      b64Std: prefix + bytes.toString('base64'),
      b64Url: prefix + b64Url,
      dec: prefix + BigInt(`0x${hex}`).toString(),
      hex: prefix + hex,
    };
    return { id: b64Url, outputs };
  },
};

const bytes: StateOnlyResource<{ readonly length: number }> = {
  schema: { keepers, length: { type: 'integer', required: true, minimum: 1 } },
  generatedOutputs: ['base64', 'hex'],
  secretOutputs: ['base64', 'hex'],
  generate({ length }) {
    const value = randomBytes(length);
    const base64 = value.toString('base64');
    // The official plugin takes the value itself for the id, which the state keeps unencrypted.
    return { id: base64, outputs: { base64, hex: value.toString('hex') } };
  },
};

const integer: StateOnlyResource<{ readonly min: number; readonly max: number }> = {
  schema: {
    keepers,
    max: { type: 'integer', required: true },
    min: { type: 'integer', required: true },
    seed: {
      type: 'string',
      refused: 'is not supported by the embedded plugin: a value from a seed is not random',
    },
  },
  generatedOutputs: ['result'],
  secretOutputs: [],
  failures({ min = UNKNOWN, max = UNKNOWN }) {
    if (!isNumber(min) || !isNumber(max) || min <= max) return [];
    return [{ property: 'min', reason: `min is ${min}, more than max, which is ${max}` }];
  },
  generate({ min, max }) {
    const result = integerBetween(min, max);
    return { id: String(result), outputs: { result } };
  },
};

const uuid: StateOnlyResource<object> = {
  schema: { keepers },
  generatedOutputs: ['result'],
  secretOutputs: [],
  generate() {
    const result = randomUUID();
    return { id: result, outputs: { result } };
  },
};

/** The resource types of the random package that this plugin knows, by type token. */
export const randomTypes: Readonly<Record<string, ResourceType>> = {
  'random:index/randomBytes:RandomBytes': stateOnlyType(bytes),
  'random:index/randomId:RandomId': stateOnlyType(id),
  'random:index/randomInteger:RandomInteger': stateOnlyType(integer),
  'random:index/randomPassword:RandomPassword': stateOnlyType(password),
  'random:index/randomString:RandomString': stateOnlyType(string),
  'random:index/randomUuid:RandomUuid': stateOnlyType(uuid),
};
