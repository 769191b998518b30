import { join } from 'node:path';
import { command, filesOf, type Gate } from './gate';

/** Links of Markdown files to files and headings of the repository. Nothing is asked of other sites. */
export const links: Gate = {
  name: 'links',
  about: 'links between the documents, and to their headings',
  check: async (root) => {
    // A process of its own: what reads Markdown is a module of another kind than this project's, which jest cannot load.
    const script = ['--import', 'tsx', join(__dirname, 'markdown.mts')];
    const files = await filesOf(root);
    const { status, output } = await command(process.execPath, script, root, JSON.stringify(files));
    return { state: status === 0 ? 'passed' : 'failed', output };
  },
};
