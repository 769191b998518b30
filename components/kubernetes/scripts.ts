import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Texts of files that a ConfigMap holds, by their names. */
export type Scripts = Readonly<Record<string, string>>;

/** The files of a folder that have these names. @throws when one is not there */
export const readScripts = (folder: string, names: readonly string[]): Scripts =>
  Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
