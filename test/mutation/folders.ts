import { dirname } from 'node:path';
import type { schema } from '@stryker-mutator/api/core';
import type { Reporter } from '@stryker-mutator/api/report';
import { table } from '../../scripts/table';

const heads = ['folder', 'killed', 'timeout', 'survived', 'no coverage', 'ignored', 'no answer', '% found'];

/** At the end, how many of the planted faults were found, by folder; those that nothing found are listed before. */
export class Folders implements Reporter {
  onMutationTestReportReady({ files }: schema.MutationTestResult): void {
    const statuses = new Map<string, string[]>();
    for (const [file, { mutants }] of Object.entries(files)) {
      const folder = dirname(file);
      statuses.set(folder, [...(statuses.get(folder) ?? []), ...mutants.map(({ status }) => status)]);
    }
    const rows = [...statuses].sort(([one], [other]) => one.localeCompare(other));
    rows.push(['all', rows.flatMap(([, all]) => all)]);
    console.log(
      `\n${table(
        heads,
        rows.map(([folder, all]) => rowOf(folder, all)),
      )}`,
    );
  }
}

function rowOf(folder: string, statuses: readonly string[]): string[] {
  const count = (...of: string[]) => statuses.filter((status) => of.includes(status)).length;
  const found = count('Killed', 'Timeout');
  const all = found + count('Survived', 'NoCoverage');
  return [
    folder,
    ...[count('Killed'), count('Timeout'), count('Survived'), count('NoCoverage'), count('Ignored')].map(
      String,
    ),
    String(count('RuntimeError', 'CompileError')),
    all === 0 ? '' : ((found / all) * 100).toFixed(1),
  ];
}
