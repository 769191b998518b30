import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildTool, tools } from '../../local/tools/build';
import { command, type Gate, judged } from './gate';
import { location, releases, schemaFolder } from './schemas';

const rendered = new Map<string, Promise<string>>();

/** The folder with what a checkout's stacks register, a file each: rendered once, for all gates that ask. */
export function manifestsOf(root: string): Promise<string> {
  const already = rendered.get(root);
  if (already !== undefined) return already;
  const folder = mkdtempSync(join(tmpdir(), 'session-database-manifests-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  // A process of its own: Pulumi's mocks are global.
  const script = join(root, 'scripts', 'checks', 'render.ts');
  const rendering = command(process.execPath, ['--import', 'tsx', script, folder], root).then(
    ({ status, output }) => {
      if (status !== 0) throw new Error(`the stacks cannot be rendered:\n${output}`);
      return folder;
    },
  );
  rendered.set(root, rendering);
  return rendering;
}

interface Report {
  readonly resources?: readonly {
    readonly filename: string;
    readonly kind: string;
    readonly name: string;
    readonly status: string;
    readonly msg: string;
  }[];
}

/** What kubeconform says without the steps on the way: `at '/spec/replicas': got string, want integer`. */
function shortened(message: string): string {
  const details = [...message.matchAll(/- (at '[^']*': .*?)\s*(?=- at '|$)/gs)].map(
    ([, detail = '']) => detail,
  );
  const last = details.filter((detail) => !/: (validation|'allOf') failed$/.test(detail));
  return last.length > 0 ? last.join('; ') : message;
}

/** What the API servers of all releases would say of manifests in a folder. @throws Error where there are none */
async function problemsOf(folder: string): Promise<string[]> {
  const tool = join(await buildTool(tools.kubeconform, () => undefined), 'kubeconform');
  const schemas = await schemaFolder();
  const problems: string[] = [];
  for (const release of releases) {
    const options = ['-strict', '-output', 'json', '-verbose', '-kubernetes-version', release];
    const { stdout, output } = await command(
      tool,
      [...options, '-schema-location', join(schemas, location), folder],
      folder,
    );
    if (!stdout.startsWith('{')) throw new Error(output);
    const report = JSON.parse(stdout) as Report;
    const resources = report.resources ?? [];
    if (resources.length === 0) throw new Error(`no stack was rendered to ${folder}`);
    const bad = resources.filter(({ status }) => status !== 'statusValid');
    for (const { filename, kind, name, msg } of bad)
      problems.push(
        `${filename.slice(folder.length + 1)}: ${kind} ${name}, Kubernetes ${release}: ${shortened(msg)}`,
      );
  }
  return problems;
}

/** Every object of every stack against the schemas of Kubernetes' last three releases. */
export const manifests: Gate = {
  name: 'manifests',
  about: `what the stacks render, against Kubernetes ${releases.join(', ')}`,
  check: async (root) => judged(await problemsOf(await manifestsOf(root))),
};
