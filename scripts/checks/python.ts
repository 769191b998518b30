import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, succeeds } from '../../local/exec';
import { buildFolder, hashOf } from '../../local/files';
import { installPackages } from '../../local/host/packages';
import { paths } from '../../local/paths';

const requirements = join(__dirname, 'requirements.txt');

let made: Promise<string> | undefined;

/**
 * The virtual environment with shellcheck and yamllint in the versions of requirements.txt: made once, kept in the cache.
 * @returns its folder
 * @throws Error that says what to install where there is no Python that can do it, and none can be installed
 */
export const pythonTools = (): Promise<string> => (made ??= make());

async function make(): Promise<string> {
  // Any Python will do. Debian's comes without the part that makes environments.
  const able = ['-c', 'import ensurepip, venv'];
  if (!(await succeeds('python3', able))) {
    if (process.getuid?.() === 0 && (await succeeds('dpkg', ['--version'])))
      await installPackages(() => undefined, ['python3', 'python3-venv']);
    if (!(await succeeds('python3', able)))
      throw new Error('Python 3 with its venv is needed: apt-get install python3 python3-venv');
  }
  const version = await run('python3', ['--version']);
  const folder = join(paths.tools, `checks-${hashOf(readFileSync(requirements), version).slice(0, 12)}`);
  // An interpreter that was removed since leaves a link to nothing.
  if (existsSync(join(folder, 'built')) && existsSync(join(folder, 'bin', 'python'))) return folder;
  await buildFolder(folder, async (temporary) => {
    await run('python3', ['-m', 'venv', temporary]);
    const install = ['-m', 'pip', 'install', '--quiet', '--require-hashes', '--only-binary', ':all:'];
    await run(join(temporary, 'bin', 'python'), [...install, '--requirement', requirements]);
    writeFileSync(join(temporary, 'built'), version);
  });
  return folder;
}
