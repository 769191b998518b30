import type { CaseResult } from './analysis/report';

const columns: readonly (readonly [title: string, width: number, of: (result: CaseResult) => unknown])[] = [
  ['runs', 5, ({ runs }) => runs],
  ['p50 s', 7, ({ p50_s }) => p50_s.toFixed(2)],
  ['p95 s', 7, ({ p95_s }) => p95_s.toFixed(2)],
  ['errors', 7, ({ errors }) => errors],
  ['unmended', 9, ({ unmended }) => unmended],
  ['acked', 8, ({ acked }) => acked],
  ['lost: waited', 13, ({ lost_waited }) => lost_waited],
  ['others', 7, ({ lost_unwaited }) => lost_unwaited],
  ['masters', 8, ({ masters_max }) => masters_max],
  ['to bare', 8, ({ ratio_to_bare }) => ratio_to_bare ?? '-'],
];
const first = 18;

/** Head of the table of cases. */
export const tableHead =
  'case'.padEnd(first) + columns.map(([title, width]) => title.padStart(width)).join('');

/** A case's line in the table. */
export const row = (name: string, result: CaseResult): string =>
  name.padEnd(first) + columns.map(([, width, of]) => String(of(result)).padStart(width)).join('');
