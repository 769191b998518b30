import {
  isObject,
  UNKNOWN,
  type CheckFailure,
  type CreateResult,
  type DiffResult,
  type Properties,
  type ResourceType,
  type Value,
} from '../protocol';
import { schemaFailures, withDefaults, type Schema } from './schema';

/** A type of resource that exists nowhere but in the state: something generated once from its inputs. */
export interface StateOnlyResource<Inputs> {
  readonly schema: Schema;
  /** Outputs that are neither inputs nor the id; not known in a preview of a creation. */
  readonly generatedOutputs: readonly string[];
  /** Top-level outputs that are secret whatever the inputs were. */
  readonly secretOutputs: readonly string[];
  /** Version of the state's layout, for the official plugin to go on with it. Default: the first, not written. */
  readonly schemaVersion?: string;
  /** What follows from the inputs with their defaults, any of which may be unknown. Default: nothing more. */
  complete?(inputs: Properties): Properties;
  /** What is wrong with properties together, when each by itself is right; any may be unknown. */
  failures?(inputs: Properties): readonly CheckFailure[];
  /** The id and the generated outputs. Only called with inputs that passed every check and are all known. */
  generate(inputs: Inputs): { readonly id: string; readonly outputs: Properties };
  /**
   * Whether the resource has come to an age at which it must be replaced; its output `readyForRenewal` says so. Given
   * the outputs as they would be with the new inputs, any of which may be unknown. Default: never.
   */
  readyForRenewal?(outputs: Properties): boolean;
}

/** What the engine asks of a resource type, for one that exists in the state only. */
export function stateOnlyType<Inputs>(resource: StateOnlyResource<Inputs>): ResourceType {
  const planned = (news: Properties): Properties => {
    const inputs = withDefaults(resource.schema, news);
    return resource.complete?.(inputs) ?? inputs;
  };
  const meta: Properties =
    resource.schemaVersion === undefined
      ? {}
      : { __meta: JSON.stringify({ schema_version: resource.schemaVersion }) };
  return {
    secretOutputs: resource.secretOutputs,

    check({ news }) {
      const failures = schemaFailures(resource.schema, news);
      // Rules between properties would only repeat, less clearly, what is wrong with one of them.
      const further = failures.length === 0 ? (resource.failures?.(planned(news)) ?? []) : [];
      return { inputs: news, failures: [...failures, ...further] };
    },

    diff({ olds, news }): DiffResult {
      const inputs = planned(news);
      const before = planned(pick(olds, Object.keys(resource.schema)));
      const changed = Object.keys(resource.schema).filter((name) => !equal(before[name], inputs[name]));
      const due = resource.readyForRenewal?.({ ...olds, ...inputs }) ?? false;
      const renewal = due || olds['readyForRenewal'] === true ? ['readyForRenewal'] : [];
      const diffs = [...changed, ...renewal].sort();
      const replaces = diffs.filter((name) =>
        name === 'readyForRenewal' ? due : !resource.schema[name]?.changesInPlace,
      );
      return { changes: diffs.length > 0, diffs, replaces };
    },

    create({ inputs: news, preview }): CreateResult {
      const inputs = planned(news);
      if (preview) {
        const unknown = Object.fromEntries(resource.generatedOutputs.map((name) => [name, UNKNOWN as Value]));
        return { id: '', outputs: { ...inputs, ...unknown, ...meta } };
      }
      const { id, outputs } = resource.generate(inputs as Inputs);
      return { id, outputs: { ...inputs, ...outputs, ...meta, id } };
    },

    read({ id, type, state, inputs }) {
      if (state === undefined || inputs === undefined) {
        throw new Error(`the embedded plugin cannot import ${type}; import it with the official plugin`);
      }
      return {
        id,
        inputs,
        outputs: resource.readyForRenewal?.(state) ? { ...state, readyForRenewal: true } : state,
      };
    },

    update({ olds, news }) {
      const outputs: Properties = { ...olds, ...planned(news) };
      return resource.readyForRenewal === undefined ? outputs : { ...outputs, readyForRenewal: false };
    },

    delete() {
      // What was generated ends with the state's entry.
    },
  };
}

function pick(properties: Properties, names: readonly string[]): Properties {
  return Object.fromEntries(
    names.flatMap((name) => (properties[name] === undefined ? [] : [[name, properties[name]]])),
  );
}

/** Whether two property values are the same; nothing, null and what is empty are, an unknown value never is. */
function equal(left: Value | undefined, right: Value | undefined): boolean {
  if (isEmpty(left) && isEmpty(right)) return true;
  if (left === UNKNOWN || right === UNKNOWN) return false;
  if (Array.isArray(left) && Array.isArray(right)) {
    return (
      left.length === right.length && left.every((item: Value, index) => equal(item, right[index] as Value))
    );
  }
  if (isObject(left) && isObject(right)) {
    const names = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...names].every((name) => equal(left[name], right[name]));
  }
  return left === right;
}

function isEmpty(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.values(value).every(isEmpty);
}
