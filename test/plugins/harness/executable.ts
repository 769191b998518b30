import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildPlugins } from '../../../local/plugins/build';

const built = new Map<string, Promise<string>>();
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

async function build(name: string): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), `plugin-${name}-`));
  folders.push(folder);
  await buildPlugins(folder, [name]);
  const manifest = path.resolve(__dirname, '../../../node_modules/@pulumi', name, 'package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  return path.join(folder, `resource-${name}-v${version}`, `pulumi-resource-${name}`);
}

/**
 * The plugin that the suite is to be run against: the executable that `PLUGIN_UNDER_TEST_<NAME>` names, so that the
 * suite can be pointed at an official plugin, or the embedded one, built once.
 */
export async function executableOf(name: string): Promise<string> {
  const given = process.env[`PLUGIN_UNDER_TEST_${name.toUpperCase()}`];
  if (given !== undefined && given !== '') return given;
  const existing = built.get(name);
  if (existing !== undefined) return existing;
  const building = build(name);
  built.set(name, building);
  return building;
}

/** Whether the suite runs against the embedded plugin, for what only that one promises. */
export function isEmbedded(name: string): boolean {
  return (process.env[`PLUGIN_UNDER_TEST_${name.toUpperCase()}`] ?? '') === '';
}
