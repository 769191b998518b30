import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

const PLUGINS: readonly string[] = ['kubernetes', 'random', 'tls'];

/** The folder's name is what the engine looks for, so no path in it may depend on where it is. */
const EXECUTABLE = "#!/usr/bin/env node\nrequire('./index.js');\n";

/** Replaces the file in one step: an engine that starts the plugin meanwhile finds the old or the new one. */
async function replaceFile(file: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  const beside = `${file}.${process.pid}.new`;
  await writeFile(beside, content);
  await chmod(beside, mode);
  await rename(beside, file);
}

async function buildPlugin(name: string, pluginsDir: string): Promise<void> {
  const root = path.resolve(__dirname, '../..');
  const manifest = await readFile(path.join(root, 'node_modules/@pulumi', name, 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const folder = path.join(pluginsDir, `resource-${name}-v${version}`);
  const result = await build({
    entryPoints: [path.join(__dirname, name, 'main.ts')],
    absWorkingDir: root,
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    define: { PLUGIN_VERSION: JSON.stringify(version) },
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'silent',
  });
  const [bundle] = result.outputFiles;
  if (bundle === undefined) throw new Error(`esbuild gave no output for the ${name} plugin`);
  await mkdir(folder, { recursive: true });
  await replaceFile(path.join(folder, 'index.js'), bundle.contents);
  await replaceFile(path.join(folder, `pulumi-resource-${name}`), EXECUTABLE, 0o755);
}

/**
 * Bundles the embedded plugins into `pluginsDir`, each as
 * `resource-<name>-v<version of @pulumi/<name>>/pulumi-resource-<name>`, where the engine finds them when `pluginsDir`
 * is `$PULUMI_HOME/plugins`. `names` limits it to some of them. Rejects with esbuild's errors when the sources do not
 * build.
 */
export async function buildPlugins(pluginsDir: string, names: readonly string[] = PLUGINS): Promise<void> {
  await mkdir(pluginsDir, { recursive: true });
  await Promise.all(names.map((name) => buildPlugin(name, pluginsDir)));
}
