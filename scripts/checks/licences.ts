import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Gate, judged } from './gate';

/** Licences (SPDX) that ask for no more than to be named. */
const allowed = new Set([
  ...[
    '0BSD',
    'Apache-2.0',
    'BlueOak-1.0.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'CC0-1.0',
    'ISC',
    'MIT',
    'MIT-0',
  ],
  ...['Python-2.0', 'Unlicense'],
]);

/** Packages under other terms, and why they may be used all the same. */
const excepted: Readonly<Record<string, string>> = {
  '@logdna/tail-file': 'its file LICENSE, to which its manifest refers, is the MIT licence',
  'caniuse-lite': 'CC-BY-4.0: data about browsers, which only tools read',
  'spdx-exceptions': 'CC-BY-3.0: a list of names, which only tools read',
};

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string | { readonly type?: string };
  readonly licenses?: readonly { readonly type?: string }[];
}

/** Whether an SPDX expression can be met with allowed licences alone. */
export function permits(expression: string): boolean {
  const text = expression.trim().replace(/^\((.*)\)$/, '$1');
  if (/[()]/.test(text)) return false; // deeper than any package has been yet
  return text
    .split(/ OR /)
    .some((choice) => choice.split(/ AND /).every((licence) => allowed.has(licence.trim())));
}

/** Older manifests have lists, of which one may be chosen, or objects. */
function licenceOf({ license, licenses }: Manifest): string {
  if (typeof license === 'string') return license;
  return license?.type ?? licenses?.map(({ type = '' }) => type).join(' OR ') ?? '';
}

/** Licences of all npm packages that are installed, those of the tools, too. */
export const licences: Gate = {
  name: 'licences',
  about: 'the licences of npm packages',
  check: (root) => {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      readonly packages: Readonly<Record<string, { readonly link?: boolean; readonly optional?: boolean }>>;
    };
    const problems = new Set<string>();
    for (const [folder, { link, optional }] of Object.entries(lock.packages)) {
      // The project's own, which are not from a registry.
      if (!folder.includes('node_modules/') || link === true) continue;
      const file = join(root, folder, 'package.json');
      if (!existsSync(file)) {
        // One for another kind of machine.
        if (optional !== true) problems.add(`${folder} is not installed: npm ci`);
        continue;
      }
      const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
      const licence = licenceOf(manifest);
      if (!permits(licence) && !(manifest.name in excepted))
        problems.add(`${manifest.name} ${manifest.version}: ${licence || 'no licence'}`);
    }
    return Promise.resolve(judged([...problems]));
  },
};
