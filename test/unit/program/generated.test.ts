import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { generatedFiles } from '../../../scripts/generated';
import { stackSchema } from '../../../stacks/schema';

const root = join(__dirname, '../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

let made: Readonly<Record<string, string>>;
beforeAll(async () => {
  made = await generatedFiles(read);
});

test.each([
  'Pulumi.yaml',
  'docs/configuration.md',
  'docs/connecting.md',
  'docs/runbooks/README.md',
  'docs/policies.md',
  'docs/architecture.md',
])('%s is what scripts/generate.ts writes', (path) => {
  expect(made[path]).toBe(read(path));
});

test('Pulumi.yaml declares every key with a default, so that the program sees all mistakes and not the engine one', () => {
  const { config } = parse(read('Pulumi.yaml')) as { config: Record<string, Record<string, unknown>> };
  expect(Object.keys(config)).toEqual(Object.keys(stackSchema.shape));
  expect(Object.values(config).map((entry) => Object.keys(entry))).toEqual(
    Object.keys(config).map(() => ['description', 'default']),
  );
});
