import { join } from 'node:path';
import { buildTool, tools } from '../../local/tools/build';
import { filesOf, type Gate, judged, succeeding } from './gate';

/** GitHub's workflows by actionlint: keys, expressions and inputs that GitHub would refuse when it is too late. */
export const workflows: Gate = {
  name: 'workflows',
  about: "GitHub's workflows, by actionlint",
  check: async (root) => {
    const files = await filesOf(root, '.github/workflows/*.yml');
    if (files.length === 0) return judged(['there are no workflows']);
    const tool = join(await buildTool(tools.actionlint, () => undefined), 'actionlint');
    // Shell in them is for the gate of shell scripts, which has a version of its own.
    return succeeding(tool, ['-shellcheck=', '-pyflakes=', ...files], root);
  },
};
