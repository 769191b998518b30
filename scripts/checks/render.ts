// Writes what each stack would register as YAML, one file a stack, secrets with made-up values:
// `node --import tsx scripts/checks/render.ts FOLDER`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { checkout } from '../../local/paths';
import { resourcesOf } from '../resources';

type Values = Readonly<Record<string, unknown>>;

/** Stack → what it is set to beside its own file, for what no stack of ours has. */
const stacks: Readonly<Record<string, { readonly file: string; readonly values?: Values }>> = {
  dev: { file: 'dev' },
  staging: { file: 'staging' },
  prod: { file: 'prod' },
  'prod-operator': { file: 'prod', values: { 'session-database:monitoring': { mode: 'operator' } } },
};

const read = (path: string) => readFileSync(join(checkout, path), 'utf8');

async function main(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const [name, { file, values }] of Object.entries(stacks)) {
    const resources = await resourcesOf(file, read, values);
    const objects = resources.filter(({ type }) => type.startsWith('kubernetes:'));
    const documents = objects.map(({ name, inputs }) => {
      // A chart, or a patch of what others made, has to be rendered another way.
      if (typeof inputs['apiVersion'] !== 'string' || typeof inputs['kind'] !== 'string')
        throw new Error(`${name} is no object of Kubernetes`);
      return stringify(inputs, { aliasDuplicateObjects: false });
    });
    writeFileSync(join(folder, `${name}.yaml`), documents.join('---\n'));
  }
}

void main(process.argv[2] ?? '').catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
