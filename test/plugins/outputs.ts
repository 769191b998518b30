import { plain } from '../../local/plugins/protocol/values';
import type { Resource } from './harness';

/** An output that is a text or a number, as text, secret or not. @throws when it is neither. */
export function textOf(resource: Resource, name: string): string {
  const value = plain(resource.outputs[name] ?? null);
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new Error(`the output ${name} of ${resource.urn} is no text`);
}
