import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../exec';
import type { DebianRoot } from './recipes';

// Not for running: documentation and translations; licences stay, as Debian's terms ask.
const unpackOptions = [
  'path-exclude=/usr/share/doc/*',
  'path-include=/usr/share/doc/*/copyright',
  ...['man', 'info', 'locale', 'lintian', 'doc-base', 'bash-completion'].map(
    (folder) => `path-exclude=/usr/share/${folder}/*`,
  ),
  'path-exclude=/usr/lib/*-linux-gnu/gconv/*',
  'path-exclude=/usr/lib/systemd/*',
];

/** Repositories as apt's index targets name them: `URI LABEL`, one a line. */
export function debianSources(indexTargets: string, suite: string): string[] {
  const lines = indexTargets.split('\n').flatMap((line) => {
    const [, uri = '', label = ''] = /^(\S+) (.*)$/.exec(line.trim()) ?? [];
    if (label === 'Debian') return [`deb ${uri} ${suite} main`];
    if (label === 'Debian-Security') return [`deb ${uri} ${suite}-security main`];
    return [];
  });
  return [...new Set(lines)];
}

/** Whether a version of numbers and dots is later than another. */
export const isLater = (version: string, than: string): boolean =>
  version.localeCompare(than, 'en', { numeric: true }) > 0;

/** Wraps the recipe's script: errors end it, the host's own names are taken out, and the version is noted. */
function hookScript(root: DebianRoot, note: string): string {
  const command = root.check.command.map((word) => `'${word}'`).join(' ');
  return `#!/bin/sh
set -eu
${root.setup}
rm -rf "$1/etc/hostname" "$1/etc/resolv.conf" "$1/etc/fstab" "$1/etc/init.d" "$1"/etc/rc?.d "$1/boot" "$1/media" "$1/srv"
rm -rf "$1/var/lib/apt" "$1/var/cache/apt"
chroot "$1" ${command} > '${note}' 2>&1 || { cat '${note}'; exit 1; }
`;
}

/**
 * Unpacks Debian packages into a tar archive of a root file system, from the mirror that the machine's apt uses (or,
 * where apt names none, the one that mmdebstrap knows). Needs root and mmdebstrap.
 *
 * @param staging folder of this build alone
 * @param log gets a line when a later version than the recipe expects is packed
 * @returns the archive's path
 * @throws Error when mmdebstrap fails, or when the archive has another version than the recipe expects
 */
export async function buildDebianRoot(
  root: DebianRoot,
  staging: string,
  log: (line: string) => void,
): Promise<string> {
  const layer = join(staging, 'layer.tar');
  const note = join(staging, 'version');
  const hook = join(staging, 'setup');
  await writeFile(hook, hookScript(root, note), { mode: 0o755 });
  const targets = await run('apt-get', [
    'indextargets',
    '--format',
    '$(REPO_URI) $(LABEL)',
    'Created-By: Packages',
  ]);
  await run(
    'mmdebstrap',
    [
      '--mode=root',
      '--variant=extract',
      '--format=tar',
      '--aptopt=Acquire::Languages "none"',
      // A mirror that stands still is welcome: it is signed all the same, and what it has is compared below.
      '--aptopt=Acquire::Check-Valid-Until "false"',
      ...unpackOptions.map((option) => `--dpkgopt=${option}`),
      `--include=${root.packages.join(',')}`,
      `--extract-hook=${hook}`,
      // Devices come from the container's runtime.
      '--skip=output/dev',
      // Taken away above, with the owners that the place of this folder gave it.
      '--skip=cleanup/apt',
      root.suite,
      layer,
      ...debianSources(targets, root.suite),
    ],
    { env: { TMPDIR: staging, SOURCE_DATE_EPOCH: '0' } },
  );
  const said = await readFile(note, 'utf8');
  const found = new RegExp(root.check.pattern).exec(said)?.[1];
  const { expected, key, orLater } = root.check;
  if (found === expected) return layer;
  if (orLater && found !== undefined && isLater(found, expected)) {
    log(`Debian ${root.suite} now has ${key} ${found}, which is packed as ${expected}`);
    return layer;
  }
  throw new Error(
    found === undefined
      ? `${root.check.command.join(' ')} printed no version: ${said.trim().slice(0, 200)}`
      : `Debian ${root.suite} now has ${key} ${found}, versions.json says ${expected}: ` +
          `set "${key}" and the image tags that hold it to ${found} there`,
  );
}
