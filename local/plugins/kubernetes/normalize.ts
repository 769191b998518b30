import { containsUnknown, isObject, type Value } from '../protocol';
import { at, objectAt, withAt, type KubeObject } from './objects';
import { canonicalQuantity } from './quantity';

/** Set by the server only. */
const READ_ONLY_METADATA = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'uid',
];

/** Objects whose every value is a quantity. */
const QUANTITY_MAPS = new Set([
  'requests',
  'limits',
  'hard',
  'max',
  'min',
  'default',
  'defaultRequest',
  'maxLimitRequestRatio',
  'capacity',
  'overhead',
]);
const QUANTITIES = new Set(['sizeLimit', 'divisor', 'averageValue']);

/** Fields that the API server does not keep when they hold their zero value. */
const DROPPED_WHEN_ZERO: Readonly<Record<string, Value>> = {
  hostNetwork: false,
  hostPID: false,
  hostIPC: false,
  readOnly: false,
  stdin: false,
  stdinOnce: false,
  tty: false,
  paused: false,
  publishNotReadyAddresses: false,
  minReadySeconds: 0,
};
const DROPPED_WHEN_EMPTY = new Set([
  'annotations',
  'args',
  'command',
  'data',
  'env',
  'envFrom',
  'imagePullSecrets',
  'initContainers',
  'labels',
  'nodeSelector',
  'stringData',
  'tolerations',
  'topologySpreadConstraints',
  'volumeMounts',
  'volumes',
]);

function isEmpty(value: Value): boolean {
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

function quantity(value: Value): Value {
  return typeof value === 'string' || typeof value === 'number' ? canonicalQuantity(String(value)) : value;
}

/** Labels, annotations and data are the user's own words: nothing in them has a meaning to the API. */
const OPAQUE = new Set(['annotations', 'labels', 'matchLabels', 'data', 'stringData', 'binaryData']);

function canonical(value: Value, key: string, parent: string): Value {
  if (Array.isArray(value)) return (value as readonly Value[]).map((item) => canonical(item, '', key));
  if (isObject(value)) {
    if (OPAQUE.has(key)) return withoutNulls(value);
    const entries = Object.entries(value).filter(
      ([name, child]) =>
        child !== null &&
        !(name in DROPPED_WHEN_ZERO && DROPPED_WHEN_ZERO[name] === child) &&
        !(DROPPED_WHEN_EMPTY.has(name) && isEmpty(child)) &&
        !(parent === 'env' && name === 'value' && child === ''),
    );
    return Object.fromEntries(
      entries.map(([name, child]) => [
        name,
        QUANTITY_MAPS.has(key) && !isObject(child) && !Array.isArray(child)
          ? quantity(child)
          : canonical(child, name, key),
      ]),
    );
  }
  return QUANTITIES.has(key) || (key === 'value' && parent === 'target') ? quantity(value) : value;
}

function withoutNulls(value: Readonly<Record<string, Value>>): Value {
  return Object.fromEntries(Object.entries(value).filter(([, child]) => child !== null));
}

/** `stringData` is a convenience of writing only: the server keeps `data`. */
function encodeStringData(object: KubeObject): KubeObject {
  const stringData = at(object, 'stringData');
  if (object['kind'] !== 'Secret' || !isObject(stringData) || containsUnknown(stringData)) return object;
  const encoded = Object.entries(stringData).map(([key, value]): [string, Value] => [
    key,
    typeof value === 'string' ? Buffer.from(value, 'utf8').toString('base64') : value,
  ]);
  const data = { ...objectAt(object, 'data'), ...Object.fromEntries(encoded) };
  return withAt(withAt(object, ['data'], data), ['stringData'], undefined);
}

/**
 * The one form of inputs that mean the same, as the API server would keep them: no nulls, canonical quantities, no
 * read-only metadata, a Secret's `stringData` as `data` (unless a preview does not know it yet).
 */
export function normalize(object: KubeObject): KubeObject {
  let normalized = canonical(encodeStringData(object), '', '') as KubeObject;
  for (const field of READ_ONLY_METADATA) normalized = withAt(normalized, ['metadata', field], undefined);
  return normalized;
}

/**
 * What of the live object the inputs speak of: the fields that are in both. Of lists, items beyond those of the
 * inputs are kept, so that one more is seen as a difference.
 */
export function prune(live: KubeObject, inputs: KubeObject): KubeObject {
  return pruneValue(live, inputs) as KubeObject;
}

function pruneValue(live: Value, inputs: Value): Value {
  if (isObject(live) && isObject(inputs)) {
    return Object.fromEntries(
      Object.entries(live).flatMap(([key, child]) => {
        const wanted = inputs[key];
        return wanted === undefined ? [] : [[key, pruneValue(child, wanted)]];
      }),
    );
  }
  if (Array.isArray(live) && Array.isArray(inputs)) {
    const wanted = inputs as readonly Value[];
    return (live as readonly Value[]).map((item, index) => pruneValue(item, wanted[index] ?? item));
  }
  return live;
}
