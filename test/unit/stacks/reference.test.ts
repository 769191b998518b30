import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configBlock, reference } from '../../../scripts/configuration';

const read = (path: string) => readFileSync(join(__dirname, '..', '..', '..', path), 'utf8');

test('every setting is as its reference says: what it is, what is allowed, and what each environment has', () => {
  expect(reference()).toBe(read('docs/configuration.md'));
});

test("Pulumi's configuration of the project has every setting, and nothing else", () => {
  expect(read('Pulumi.yaml')).toContain(configBlock());
});
