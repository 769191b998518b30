import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { identify } from './exec';

/** Writes a file whole or not at all; makes its folder. @param mode permission bits, @default 0o644 */
export function writeAtomic(file: string, content: string, mode = 0o644): void {
  mkdirSync(dirname(file), { recursive: true });
  const beside = `${file}.${randomBytes(4).toString('hex')}`;
  writeFileSync(beside, content, { mode });
  renameSync(beside, file);
}

/** Writes a file only where its content differs. @returns whether it was written */
export function writeIfChanged(file: string, content: string, mode = 0o644): boolean {
  if (existsSync(file) && readFileSync(file, 'utf8') === content) return false;
  writeAtomic(file, content, mode);
  return true;
}

/** SHA-256 in hex of the parts, each marked off from the next. */
export function hashOf(...parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex');
}

/**
 * SHA-256 of a folder's files: their paths and contents, in order.
 *
 * @param counts tells by its name whether a file or folder counts, @default all do
 */
export function hashOfFolder(folder: string, counts: (name: string) => boolean = () => true): string {
  const parts: (string | Buffer)[] = [];
  const visit = (path: string) => {
    for (const entry of readdirSync(path).sort()) {
      if (!counts(entry)) continue;
      const full = join(path, entry);
      if (statSync(full).isDirectory()) visit(full);
      else parts.push(relative(folder, full), readFileSync(full));
    }
  };
  visit(folder);
  return hashOf(...parts);
}

/**
 * Makes a folder's content in a temporary folder beside it and puts it in place when whole. Also removes what builds
 * that were killed have left there.
 */
export async function buildFolder(
  folder: string,
  build: (temporary: string) => Promise<void>,
): Promise<void> {
  const parent = dirname(folder);
  mkdirSync(parent, { recursive: true });
  for (const name of readdirSync(parent)) {
    const builder = /\.(\d+)-[0-9a-f]{6}\.partial$/.exec(name)?.[1];
    if (builder !== undefined && !identify(Number(builder)))
      rmSync(join(parent, name), { recursive: true, force: true });
  }
  const temporary = `${folder}.${process.pid}-${randomBytes(3).toString('hex')}.partial`;
  mkdirSync(temporary);
  try {
    await build(temporary);
    rmSync(folder, { recursive: true, force: true });
    renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
