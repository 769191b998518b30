import { closeSync, openSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { command, excepting, exceptionsOf, filesOf, type Found, type Gate, judged } from './gate';
import { pythonTools } from './python';

/** First line of a file, as far as it matters. */
function firstLine(file: string): string {
  const bytes = Buffer.alloc(64);
  const descriptor = openSync(file, 'r');
  const read = readSync(descriptor, bytes);
  closeSync(descriptor);
  return bytes.toString('utf8', 0, read).split('\n')[0] ?? '';
}

const startsWithShell = (line: string): boolean => /^#!.*\b(ba|da)?sh\b/.test(line);

async function findingsOf(root: string, options: readonly string[], files: readonly string[]) {
  if (files.length === 0) return [];
  const tool = join(await pythonTools(), 'bin', 'shellcheck');
  const { stdout, output } = await command(tool, ['--format', 'json', ...options, ...files], root);
  if (!stdout.startsWith('[')) throw new Error(output);
  const comments = JSON.parse(stdout) as { file: string; line: number; code: number; message: string }[];
  return comments.map(({ file, line, code, message }): Found => {
    return { rule: `SC${code}`, at: file, text: `${file}:${line}: ${message} [SC${code}]` };
  });
}

/** All shell scripts by shellcheck, and what they read as part of them. */
export const shell: Gate = {
  name: 'shell',
  about: 'shell scripts, by shellcheck',
  check: async (root) => {
    const files = await filesOf(root);
    const scripts = files.filter((file) => startsWithShell(firstLine(join(root, file))));
    // Without a first line that names a shell: read by scripts, which set the variables it reads and use those it sets.
    const parts = files.filter((file) => file.endsWith('.sh') && !scripts.includes(file));
    const folders = [...new Set(parts.map((file) => `--source-path=${dirname(file)}`))];
    const found = [
      ...(await findingsOf(root, ['--external-sources', '--source-path=SCRIPTDIR', ...folders], scripts)),
      ...(await findingsOf(root, ['--shell=sh', '--exclude=SC2034,SC2154'], parts)),
    ];
    return judged(excepting(found, exceptionsOf(root, 'shell')));
  },
};
