import { join } from 'node:path';
import { command, filesOf, type Gate, judged } from './gate';
import { pythonTools } from './python';

/** YAML files by yamllint: what a parser takes and a reader does not see, such as a key that is there twice. */
export const yaml: Gate = {
  name: 'yaml',
  about: 'YAML files, by yamllint',
  check: async (root) => {
    const files = await filesOf(root, '*.yaml', '*.yml');
    if (files.length === 0) return judged(['there are no YAML files']);
    const python = join(await pythonTools(), 'bin', 'python');
    const { status, output } = await command(
      python,
      ['-m', 'yamllint', '--strict', '--format', 'parsable', ...files],
      root,
    );
    return { state: status === 0 ? 'passed' : 'failed', output };
  },
};
