import { z } from 'zod';
import { type SettingText, stackSchema } from './schema';

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
    const self = { path, keys, description: '', allowed: `a mapping of ${keys.join(', ')}` };
    return [self, ...keys.flatMap((key) => settings(shape[key], path === '' ? key : `${path}.${key}`))];
  }
  if (inner instanceof z.ZodArray) {
    return [
      { path, description: '', allowed: 'a list' },
      ...settings(inner.element as z.ZodType, `${path}[]`),
    ];
  }
  return [{ path, ...(inner.meta() as unknown as SettingText) }];
}

/** A path of a value as `pulumi config set --path` writes it. */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, at) => (typeof part === 'number' ? `[${part}]` : `${at === 0 ? '' : '.'}${String(part)}`))
    .join('');
}
