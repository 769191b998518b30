/**
 * Writes what is made from other files: the `config:` block of Pulumi.yaml and docs/configuration.md from the
 * configuration schema; docs/runbooks/README.md from the alerts; docs/policies.md from the policy pack; pictures in docs/architecture.md; examples and tables in docs/connecting.md.
 * With --check it writes nothing and fails when a file is not what would be written.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedFiles } from './generated';

const root = join(__dirname, '..');
const check = process.argv.includes('--check');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

async function main(): Promise<void> {
  const stale = Object.entries(await generatedFiles(read)).filter(([path, text]) => {
    try {
      return read(path) !== text;
    } catch {
      return true;
    }
  });
  for (const [path, text] of stale) {
    if (check) console.error(`${path} is not what would be made; run: npx tsx scripts/generate.ts`);
    else writeFileSync(join(root, path), text);
  }
  process.exitCode = check && stale.length > 0 ? 1 : 0;
}

void main();
