import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkout } from '../../../local/paths';

/** Files by their paths. */
export type Files = Readonly<Record<string, string>>;

// What the gates read of a checkout, as it is here: a fault must be found under the project's own settings.
const settings = [
  '.gitignore',
  '.gitleaks.toml',
  '.prettierignore',
  '.prettierrc.json',
  '.shellcheckrc',
  '.yamllint.yaml',
  'eslint.config.mjs',
  'tsconfig.json',
];

/** In the place of the project's: it copies what is there. */
const render = `import { cpSync } from 'node:fs';
import { join } from 'node:path';

cpSync(join(__dirname, '..', '..', 'manifests'), process.argv[2] ?? '', { recursive: true });
`;

const configMap = `apiVersion: v1
kind: ConfigMap
metadata:
  name: example
  namespace: example
data:
  key: value
`;

/** A project in which there is nothing to find. */
/** A workflow of GitHub. @param runner - the machine that it wants */
export const workflow = (runner: string): string => `name: ci
'on': [push]
jobs:
  test:
    runs-on: ${runner}
    steps:
      - run: make test
`;

const clean: Files = {
  'package.json': '{\n  "name": "miniature",\n  "main": "index.ts"\n}\n',
  'knip.jsonc': '{ "entry": ["scripts/checks/render.ts"], "project": ["**/*.ts"] }\n',
  'index.ts': "import { twice } from './twice';\n\nconsole.log(twice(21));\n",
  'twice.ts': 'export const twice = (value: number): number => 2 * value;\n',
  'run.sh': '#!/bin/sh\n. "${0%/*}/part.sh"\necho "$greeting"\n',
  'part.sh': '# Read by run.sh.\ngreeting=hello\n',
  'README.md':
    '# Miniature\n\nSee [below](#what-it-is) and [the code](index.ts).\n\n## What it is\n\nSmall.\n',
  'manifests/example.yaml': configMap,
  '.github/workflows/ci.yml': workflow('ubuntu-24.04'),
  'scripts/checks/render.ts': render,
};

const made: string[] = [];

/** Makes a checkout of a small project. @param files - beside, or in the place of, those of the clean one @returns its folder */
export function miniature(files: Files = {}, modules = true): string {
  const root = mkdtempSync(join(tmpdir(), 'session-database-gates-'));
  made.push(root);
  for (const name of settings) cpSync(join(checkout, name), join(root, name));
  write(root, { ...clean, ...files });
  if (modules) symlinkSync(join(checkout, 'node_modules'), join(root, 'node_modules'));
  git(root, 'init', '--quiet');
  // A link, which the pattern of .gitignore does not mean.
  writeFileSync(join(root, '.git', 'info', 'exclude'), 'node_modules\n');
  return root;
}

/** Writes files of a checkout. */
export function write(root: string, files: Files): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
}

/** Commits all of it. */
export function commit(root: string): void {
  git(root, 'add', '--all');
  git(root, '-c', 'user.name=test', '-c', 'user.email=test@example.org', 'commit', '--quiet', '-m', 'test');
}

const git = (root: string, ...args: readonly string[]) => execFileSync('git', args, { cwd: root });

/** Removes all that were made. */
export function removeMiniatures(): void {
  for (const root of made.splice(0)) rmSync(root, { recursive: true, force: true });
}
