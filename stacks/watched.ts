import type { StackConfig } from './schema';
import { settings } from './settings';

const holders: ReadonlySet<string> = new Set(
  settings()
    .filter(({ keys }) => keys !== undefined)
    .map(({ path }) => path),
);

/** A configuration, and the paths of those of its settings that have been read of it so far. */
export function watched(config: StackConfig): { readonly config: StackConfig; readonly read: Set<string> } {
  const read = new Set<string>();
  const watch = <Holder extends object>(holder: Holder, path: string): Holder =>
    new Proxy(holder, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        const at = path === '' ? String(key) : `${path}.${String(key)}`;
        if (holders.has(at)) return watch(value as object, at);
        read.add(at);
        return value;
      },
    });
  return { config: watch(config, ''), read };
}
