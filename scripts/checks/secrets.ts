import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildTool, tools } from '../../local/tools/build';
import { command, filesOf, type Gate, judged } from './gate';

interface Leak {
  readonly RuleID: string;
  readonly File: string;
  readonly StartLine: number;
  readonly Commit: string;
}

/** Secrets in what is there, committed or not, and in everything that ever was, by gitleaks. Values are never shown. */
export const secrets: Gate = {
  name: 'secrets',
  about: 'files and history for secrets, by gitleaks',
  check: async (root) => {
    const tool = join(await buildTool(tools.gitleaks, () => undefined), 'gitleaks');
    const settings = join(root, '.gitleaks.toml');
    const config = existsSync(settings) ? ['--config', settings] : [];
    const options = ['--no-banner', '--redact', '--report-format', 'json', '--report-path', '-', ...config];
    const leaks = async (what: readonly string[]): Promise<readonly Leak[]> => {
      const { status, stdout, output } = await command(tool, [...what, ...options], root);
      // 1 is for leaks as for errors, which give no report.
      if (status > 1 || !stdout.trimStart().startsWith('[')) throw new Error(output);
      return JSON.parse(stdout) as Leak[];
    };
    const copy = mkdtempSync(join(tmpdir(), 'session-database-secrets-'));
    try {
      // Only what is, or would be, committed: the checkout's own keys and passwords are in folders that git ignores.
      for (const file of await filesOf(root)) cpSync(join(root, file), join(copy, file));
      const inFiles = (await leaks(['dir', copy])).map((leak) => ({
        ...leak,
        File: leak.File.replace(`${copy}/`, ''),
      }));
      const here = new Set(inFiles.map(({ File: file, RuleID: rule }) => `${file} ${rule}`));
      const before = (await leaks(['git', root])).filter(
        ({ File: file, RuleID: rule }) => !here.has(`${file} ${rule}`),
      );
      return judged(
        [...inFiles, ...before].map(
          ({ File: file, StartLine: line, RuleID: rule, Commit: commit }) =>
            `${file}:${line}: ${rule}${commit ? `, in commit ${commit.slice(0, 12)}` : ''}`,
        ),
      );
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  },
};
