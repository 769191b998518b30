import { isUnknownValue } from './unknown';

/**
 * What a function reads, or undefined where a preview does not know it yet.
 *
 * Only for values that a program may well compute, as keys and addresses, and of which rules forbid something: what a preview
 * skips is judged by the update, before the resource is made. What rules demand must be known.
 */
export function whenKnown<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (isUnknownValue(error)) return undefined;
    throw error;
  }
}
