import { join } from 'node:path';
import { run, succeeds } from '../exec';
import { paths } from '../paths';
import { unchanged, type Unchanged } from '../steps';

/** Debian packages: what the cluster's machines run on, what images are made with, and what tests need: openssh-client, python3 and its venv. */
const packages = [
  'conntrack',
  'containernetworking-plugins',
  'iproute2',
  'iptables',
  'mmdebstrap',
  'nftables',
  'openssh-client',
  'openssl',
  'procps',
  'python3',
  'python3-venv',
  'runc',
  's6',
  'util-linux',
];

/** Installs the Debian packages that are missing. @param names - which there should be, @default all of the platform's */
export async function installPackages(
  progress: (line: string) => void,
  names: readonly string[] = packages,
): Promise<void | Unchanged<undefined>> {
  const missing: string[] = [];
  for (const name of names) {
    const status = await run('dpkg-query', ['-W', '-f=${Status}', name]).catch(() => '');
    if (status !== 'install ok installed') missing.push(name);
  }
  if (missing.length === 0) return unchanged();
  const options = {
    logFile: join(paths.logs, 'apt.log'),
    env: { DEBIAN_FRONTEND: 'noninteractive' },
    onLine: progress,
  };
  // What is installed stays: Debian's runc, say, would take the place of Docker's own packages.
  const install = ['install', '-y', '--no-install-recommends', '--no-remove', ...missing];
  if (!(await succeeds('apt-get', install, options))) {
    await run('apt-get', ['update'], options);
    await run('apt-get', install, options);
  }
}
