import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { compileFunction } from 'node:vm';
import { transformSync } from 'esbuild';

interface Loaded {
  exports: unknown;
  /** Own files that it has asked for. */
  readonly needs: Set<string>;
}

type Compiled = (
  exports: unknown,
  require: (name: string) => unknown,
  module: Loaded,
  file: string,
  folder: string,
) => void;

/**
 * TypeScript modules that can be loaded again, each compiled once. Node's own cache would keep what it has loaded; and what a
 * planted fault changes while a module is loaded shows only in a module that is.
 */
export class Modules {
  private readonly loaded = new Map<string, Loaded>();
  private readonly compiled = new Map<string, Compiled>();

  /** What a file exports; the file runs if it is not loaded. */
  load(file: string): unknown {
    const known = this.loaded.get(file);
    if (known !== undefined) return known.exports;
    const module: Loaded = { exports: {}, needs: new Set() };
    this.loaded.set(file, module);
    const others = createRequire(file);
    const require = (name: string): unknown => {
      if (!name.startsWith('.')) return others(name);
      const own = resolved(join(dirname(file), name));
      module.needs.add(own);
      return own.endsWith('.json') ? others(own) : this.load(own);
    };
    try {
      this.compile(file)(module.exports, require, module, file, dirname(file));
    } catch (error) {
      this.loaded.delete(file);
      throw error;
    }
    return module.exports;
  }

  /** The files that are loaded. */
  files(): string[] {
    return [...this.loaded.keys()];
  }

  /** A file and those that need it, at whatever distance, of what is loaded. */
  dependents(file: string): ReadonlySet<string> {
    const found = new Set([file]);
    // What is added while the set is walked is walked, too.
    for (const one of found)
      for (const [other, { needs }] of this.loaded) if (needs.has(one)) found.add(other);
    return found;
  }

  /** Makes files run anew when they are asked for. */
  forget(files: Iterable<string>): void {
    for (const file of files) this.loaded.delete(file);
  }

  private compile(file: string): Compiled {
    const known = this.compiled.get(file);
    if (known !== undefined) return known;
    const { code } = transformSync(readFileSync(file, 'utf8'), {
      loader: 'ts',
      format: 'cjs',
      target: 'node20',
    });
    const names = ['exports', 'require', 'module', '__filename', '__dirname'];
    const made = compileFunction(code, names, { filename: file }) as Compiled;
    this.compiled.set(file, made);
    return made;
  }
}

const resolved = (path: string): string =>
  [path, `${path}.ts`, join(path, 'index.ts')].find((one) => /\.(ts|json)$/.test(one) && existsSync(one)) ??
  path;
