import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { bin, type Gate, succeeding } from './gate';

/** A file in which a tool remembers its last run, where git and the other tools do not look. */
function memory(root: string, name: string): string {
  const folder = join(root, '.platform', 'checks');
  mkdirSync(folder, { recursive: true });
  return join(folder, name);
}

/** Layout, by prettier. */
export const format: Gate = {
  name: 'format',
  about: 'layout, by prettier (make format puts it right)',
  check: (root) =>
    succeeding(
      bin(root, 'prettier'),
      [
        ...['--check', '--log-level', 'warn', '.'],
        // By content: a fresh checkout has new times on old files.
        ...['--cache', '--cache-strategy', 'content', '--cache-location', memory(root, 'prettier')],
      ],
      root,
    ),
};

/** Mistakes in code, by eslint. Without a memory: its rules look across files, and eslint remembers a file by itself. */
export const lint: Gate = {
  name: 'lint',
  about: 'code, by eslint',
  check: (root) => succeeding(bin(root, 'eslint'), ['--max-warnings', '0', '.'], root),
};

/** Types, by the compiler. */
export const types: Gate = {
  name: 'types',
  about: 'types, by tsc',
  check: (root) =>
    succeeding(
      bin(root, 'tsc'),
      ['--project', '.', '--incremental', '--tsBuildInfoFile', memory(root, 'types')],
      root,
    ),
};

/** Files, exports and packages that nothing uses, by knip. Its exceptions are in knip.jsonc, each with a reason. */
export const deadCode: Gate = {
  name: 'dead-code',
  about: 'files, exports and npm packages that nothing uses, by knip',
  check: (root) => succeeding(bin(root, 'knip'), ['--no-progress', '--treat-config-hints-as-errors'], root),
};
