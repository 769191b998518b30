import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { run } from '../exec';
import { hashOf } from '../files';
import { buildDebianRoot } from './debianRoot';
import { readDigest, sha256OfFile, writeArchive } from './layout';
import { recipes } from './recipes';
import type { ImageBinary, Recipe } from './recipes';
import { writeTar } from './tar';

export { clusterImages } from './recipes';
export type { ImageBinary, Recipe } from './recipes';

/** An image as an OCI archive, ready for `ctr images import`. */
export interface BuiltImage {
  /** Full reference, which the archive carries as containerd's name annotation. */
  readonly reference: string;
  readonly archivePath: string;
  /** Of the manifest: `sha256:…`. */
  readonly digest: string;
}

/** Options of {@link buildImages}. */
export interface BuildImagesOptions {
  /** Archives are kept here by content; several builds may share it at the same time. */
  readonly cacheDir: string;
  /** Paths of the static executables that are packed. */
  readonly binaries: Readonly<Partial<Record<ImageBinary, string>>>;
  /** Gets a line for each image that had to be made. */
  readonly log: (line: string) => void;
  /** @default every image of the platform */
  readonly recipes?: readonly Recipe[];
}

// Raised when the way of building changes what comes out.
const format = 2;
const stagingPrefix = 'staging-';
const staleAfterMs = 60 * 60 * 1000;

const architecture = process.arch === 'x64' ? 'amd64' : process.arch;

/** File name of a recipe's archive: the image's own name and a key of everything that decides the content. */
export function archiveName(recipe: Recipe, binarySha256 = ''): string {
  const key = hashOf(JSON.stringify({ format, architecture, recipe, binarySha256 })).slice(0, 16);
  return `${basename(recipe.reference).replace(':', '-')}-${key}.tar`;
}

// A build that was killed leaves its folder; one file system only, as a mount may have been left in it, too.
async function removeStale(cacheDir: string): Promise<void> {
  for (const name of await readdir(cacheDir)) {
    if (!name.startsWith(stagingPrefix)) continue;
    const path = join(cacheDir, name);
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > staleAfterMs) await run('rm', ['-rf', '--one-file-system', path]);
  }
}

async function makeLayer(
  recipe: Recipe,
  binary: string | undefined,
  staging: string,
  log: (line: string) => void,
): Promise<string> {
  if (recipe.root.kind === 'debian') return buildDebianRoot(recipe.root, staging, log);
  if (binary === undefined) throw new Error(`no path given for its executable ${recipe.root.binary}`);
  const layer = join(staging, 'layer.tar');
  const parts = recipe.root.path.split('/').slice(1);
  const folders = parts.slice(0, -1).map((_, index) => ({ name: `${parts.slice(0, index + 1).join('/')}/` }));
  await writeTar(layer, [...folders, { name: parts.join('/'), mode: 0o755, content: { file: binary } }]);
  return layer;
}

async function buildImage(recipe: Recipe, options: BuildImagesOptions): Promise<BuiltImage> {
  const { cacheDir, log } = options;
  const { reference, config, root } = recipe;
  const binary = root.kind === 'binary' ? options.binaries[root.binary] : undefined;
  const archivePath = join(cacheDir, archiveName(recipe, binary && (await sha256OfFile(binary))));
  if (existsSync(archivePath)) {
    const digest = await readDigest(archivePath);
    if (digest) return { reference, archivePath, digest };
  }
  const begun = Date.now();
  const staging = await mkdtemp(join(cacheDir, stagingPrefix));
  try {
    await chmod(staging, 0o755); // apt's own user has to reach it
    const layer = await makeLayer(recipe, binary, staging, log);
    const finished = join(staging, 'image.tar');
    const digest = await writeArchive(finished, { reference, architecture, config, layer });
    const megabytes = ((await stat(finished)).size / 1e6).toFixed(0);
    await rename(finished, archivePath);
    log(`${reference}: ${megabytes} MB, made in ${((Date.now() - begun) / 1000).toFixed(1)} s`);
    return { reference, archivePath, digest };
  } finally {
    await run('rm', ['-rf', '--one-file-system', staging]);
  }
}

/**
 * Makes the images that are not in the cache yet, each written whole or not at all. Debian's packages come from the
 * machine's own mirror; nothing else is fetched.
 *
 * @returns one entry for each recipe, in their order
 * @throws Error naming every image that could not be made, and why
 */
export async function buildImages(options: BuildImagesOptions): Promise<BuiltImage[]> {
  await mkdir(options.cacheDir, { recursive: true });
  await removeStale(options.cacheDir);
  const wanted = options.recipes ?? recipes;
  const results = await Promise.allSettled(wanted.map((recipe) => buildImage(recipe, options)));
  const problems = results.flatMap((result, index) =>
    result.status === 'rejected'
      ? [
          `image ${wanted[index]?.reference}: ${result.reason instanceof Error ? result.reason.message : String(result.reason)}`,
        ]
      : [],
  );
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}
