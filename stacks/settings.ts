import { z } from 'zod';
import type { SettingText } from './kinds';
import { stackSchema } from './schema';

/** A setting by its path, as `pulumi config set --path` takes it; items of a list stand as `[]`. */
export interface Setting extends SettingText {
  readonly path: string;
  /** Set on what holds other settings: their names. */
  readonly keys?: readonly string[];
}

/** Every setting of the schema, in its order: what holds others first, then those. */
export function settings(schema: z.ZodType = stackSchema, path = ''): Setting[] {
  const inner = schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType) : schema;
  if (inner instanceof z.ZodObject) {
    const shape = inner.shape as Record<string, z.ZodType>;
    const keys = Object.keys(shape);
    const below = keys.flatMap((key) => settings(shape[key], path === '' ? key : `${path}.${key}`));
    const allowed = `a mapping of ${keys.join(', ')}`;
    return [{ path, keys, description: '', allowed, ...hidden(below) }, ...below];
  }
  if (inner instanceof z.ZodArray) {
    const below = settings(inner.element as z.ZodType, `${path}[]`);
    return [{ path, description: '', allowed: 'a list', ...hidden(below) }, ...below];
  }
  return [{ path, ...(inner.meta() as unknown as SettingText) }];
}

// What stands where something confidential belongs a level below may be it.
const hidden = (below: readonly Setting[]): Pick<Setting, 'confidential'> =>
  below.some(({ confidential }) => confidential === true) ? { confidential: true } : {};

/** A path of a value as `pulumi config set --path` writes it. */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, at) => (typeof part === 'number' ? `[${part}]` : `${at === 0 ? '' : '.'}${String(part)}`))
    .join('');
}
