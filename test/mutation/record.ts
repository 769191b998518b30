// Writes what the stacks register into a folder: `record.ts FOLDER`. Mutation tests of the policy pack read it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { resourcesOf } from '../../scripts/resources';
import { environments } from '../policy/support/program';

async function main(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const read = (path: string) => readFileSync(resolve(__dirname, '..', '..', path), 'utf8');
  for (const environment of environments)
    writeFileSync(join(folder, `${environment}.json`), JSON.stringify(await resourcesOf(environment, read)));
}

void main(process.argv[2]!);
