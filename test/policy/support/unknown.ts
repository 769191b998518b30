import * as proxy from '@pulumi/policy/proxy';
import { type Anything, copied } from './program';

/** What the engine hands to a pack in place of a value that a preview does not know. */
export const { unknownStringValue } = proxy as unknown as { readonly unknownStringValue: string };

/**
 * Properties, time and again, with one place of them not known yet; from the outside in, down to a depth. It is one object, whose
 * place gets its value back before the next.
 */
export function* unknownsOf(
  props: Anything,
  depth = Infinity,
): Generator<{ place: string; props: Anything }> {
  const root = copied(props);
  const within = function* (holder: Anything, path: readonly string[]): Generator<string> {
    if (typeof holder !== 'object' || holder === null || path.length >= depth) return;
    for (const key of Object.keys(holder as object)) {
      const value = holder[key];
      holder[key] = unknownStringValue;
      yield [...path, key].join('.');
      holder[key] = value;
      yield* within(value, [...path, key]);
    }
  };
  for (const place of within(root, [])) yield { place, props: root };
}
