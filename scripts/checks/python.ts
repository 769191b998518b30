import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildFolder, hashOf } from '../../local/files';
import { run } from '../../local/exec';
import { paths } from '../../local/paths';

const requirements = join(__dirname, 'requirements.txt');

let made: Promise<string> | undefined;

/**
 * The virtual environment with shellcheck and yamllint in the versions of requirements.txt: made once, kept in the cache.
 * @returns its folder
 * @throws Error that says what to install where Python cannot do it
 */
export const pythonTools = (): Promise<string> => (made ??= make());

async function make(): Promise<string> {
  // Debian's is not always there, and any Python will do.
  const version = await run('python3', ['--version']).catch(() => {
    throw new Error('python3 is not here: apt-get install python3 python3-venv');
  });
  const folder = join(paths.tools, `checks-${hashOf(readFileSync(requirements), version).slice(0, 12)}`);
  // An interpreter that was removed since leaves a link to nothing.
  if (existsSync(join(folder, 'built')) && existsSync(join(folder, 'bin', 'python'))) return folder;
  await buildFolder(folder, async (temporary) => {
    await run('python3', ['-m', 'venv', temporary]).catch((error: Error) => {
      throw new Error(`${error.message}\nPython's venv is needed: apt-get install python3-venv`);
    });
    const install = ['-m', 'pip', 'install', '--quiet', '--require-hashes', '--only-binary', ':all:'];
    await run(join(temporary, 'bin', 'python'), [...install, '--requirement', requirements]);
    writeFileSync(join(temporary, 'built'), version);
  });
  return folder;
}
