import { configBlock, reference } from './configuration';
import { connecting } from './connecting';
import { pictures } from './pictures';
import { policies } from './policies';
import { runbooks } from './runbooks';

const begin = '# The block below is made from stacks/schema.ts by scripts/generate.ts.\nconfig:\n';

/**
 * Each generated file by its path. Of Pulumi.yaml only the `config:` block is made, of docs/connecting.md its blocks.
 * @param read - gives a file of the repository, as it is, by its path
 */
export async function generatedFiles(read: (path: string) => string): Promise<Record<string, string>> {
  const [head] = read('Pulumi.yaml').split(begin);
  return {
    'Pulumi.yaml': `${head}${begin}${configBlock()}`,
    'docs/configuration.md': reference(),
    'docs/runbooks/README.md': runbooks(),
    'docs/policies.md': policies(read),
    'docs/architecture.md': await pictures(read('docs/architecture.md'), read),
    'docs/connecting.md': connecting(read('docs/connecting.md'), read),
  };
}
