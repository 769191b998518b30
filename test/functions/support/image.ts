import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { paths } from '../../../local/paths';
import versions from '../../../versions.json';

/** A program and the arguments it always has. */
export type Program = readonly [path: string, ...args: string[]];

// The platform's images that tests run, and where their programs lie.
const images = {
  'redis-server': ['redis', 'usr/bin'],
  'redis-cli': ['redis', 'usr/bin'],
  'redis-check-aof': ['redis', 'usr/bin'],
  haproxy: ['haproxy', 'usr/sbin'],
  redis_exporter: ['redisExporter', ''],
  prometheus: ['prometheus', 'usr/bin'],
  promtool: ['prometheus', 'usr/bin'],
  alertmanager: ['alertmanager', 'usr/bin'],
  amtool: ['alertmanager', 'usr/bin'],
  // Statically linked: a loader cannot start it.
  busybox: ['prometheus', 'usr/bin'],
} as const;
type Image = (typeof images)[keyof typeof images][0];

const rootOf = (folder: string): string => join(folder, 'root');

/**
 * Programs of the platform's images, run without a container: by the image's own loader and libraries.
 * @throws when the image has not been built
 */
export function imageProgram(name: keyof typeof images): Program {
  const [image, place] = images[name];
  const root = rootOf(unpacked(image));
  const loader = execFileSync('find', [root, '-name', 'ld-linux-*.so.*'], { encoding: 'utf8' }).split(
    '\n',
  )[0]!;
  const libraries = ['usr/lib', 'lib']
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => [folder, ...readdirSync(folder).map((sub) => join(folder, sub))])
    .filter((folder) => /-linux-gnu$|lib$/.test(folder));
  return [loader, '--library-path', libraries.join(':'), join(root, place, name)];
}

function archive(image: Image): string {
  const [of = '', tag = ''] = basename(versions.images[image]).split(':');
  const name = new RegExp(`^${of}-${tag.replaceAll('.', '\\.')}-[0-9a-f]+\\.tar$`);
  const built = existsSync(paths.images) ? readdirSync(paths.images).filter((file) => name.test(file)) : [];
  const newest = built
    .map((file) => join(paths.images, file))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
  if (newest === undefined) {
    throw new Error(
      `these tests run the image ${versions.images[image]}, which is not in ${paths.images}; build it with: make up`,
    );
  }
  return newest;
}

// Under its archive's name, which tells its content: unpacked once, used by all suites.
function unpacked(image: Image): string {
  const from = archive(image);
  const folder = join(tmpdir(), `session-database-${basename(from, '.tar')}`);
  if (existsSync(folder)) return folder;
  const temporary = mkdtempSync(`${folder}-`);
  try {
    const entry = (name: string) => execFileSync('tar', ['-xOf', from, name], { maxBuffer: 2 ** 30 });
    const json = (name: string) => JSON.parse(entry(name).toString()) as Record<string, unknown>;
    const blob = ({ digest }: { digest: string }) => `blobs/${digest.replace(':', '/')}`;
    const [manifest] = json('index.json')['manifests'] as [{ digest: string }];
    const layers = json(blob(manifest))['layers'] as { digest: string }[];
    mkdirSync(rootOf(temporary));
    for (const layer of layers) {
      execFileSync('tar', ['-x', '--no-same-owner', '-C', rootOf(temporary)], { input: entry(blob(layer)) });
    }
    renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return folder;
}
