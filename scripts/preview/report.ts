import { table } from '../table';
import { type Change, operations, type Preview, type Violation } from './events';

const escape = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ');

const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  table(
    head,
    rows.map((row) => row.map(escape)),
  )
    .trimEnd()
    .split('\n');

/** What previews found, as one page of Markdown. @param previews - at least one */
export function report(previews: readonly Preview[]): string {
  const failed = previews.filter(({ passed }) => !passed).map(({ stack }) => stack);
  return [
    '## Preview',
    '',
    failed.length === 0 ? 'Every stack passes.' : `**Refused: ${failed.join(', ')}.**`,
    '',
    ...tableOf(
      ['stack', ...operations, 'same', 'policy', 'result'],
      previews.map((preview) => [
        preview.stack,
        ...operations.map((operation) =>
          String(preview.changes.filter((change) => change.operation === operation).length),
        ),
        String(preview.same),
        policyOf(preview.violations),
        preview.passed ? '✔' : '✖',
      ]),
    ),
    '',
    ...previews.flatMap(details),
  ].join('\n');
}

function policyOf(violations: readonly Violation[]): string {
  const undecided = violations.filter((one) => one.undecided).length;
  const mandatory = violations.filter((one) => one.mandatory && !one.undecided).length;
  const advice = violations.length - undecided - mandatory;
  const parts = [
    [mandatory, 'broken'],
    [undecided, 'undecided'],
    [advice, 'advice'],
  ] as const;
  return parts.flatMap(([count, what]) => (count > 0 ? [`${count} ${what}`] : [])).join(', ') || 'kept';
}

function details(preview: Preview): string[] {
  const lost = preview.changes.filter(({ operation }) => operation === 'replace' || operation === 'delete');
  const others = preview.changes.filter((change) => !lost.includes(change));
  const sections = [
    ...section(
      'What ends the preview',
      preview.errors.map((error) => `- ${escape(error)}`),
    ),
    ...section(
      'Policy',
      preview.violations.length === 0
        ? []
        : tableOf(
            ['rule', 'level', 'resource', 'what'],
            preview.violations.map(({ rule, mandatory, undecided, resource, message }) => [
              rule,
              undecided ? 'undecided' : mandatory ? 'mandatory' : 'advice',
              resource,
              message,
            ]),
          ),
    ),
    ...section('Replaced or deleted', lost.length === 0 ? [] : changeTable(lost)),
    ...(others.length === 0
      ? []
      : [
          '<details>',
          `<summary>${others.length} created or updated</summary>`,
          '',
          ...changeTable(others),
          '',
          '</details>',
          '',
        ]),
  ];
  return sections.length === 0 ? [] : [`### ${preview.stack}`, '', ...sections];
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`**${title}**`, '', ...lines, ''];

const changeTable = (changes: readonly Change[]): string[] =>
  tableOf(
    ['what', 'resource', 'because of'],
    changes.map(({ operation, type, name, because, deletedFirst }) => [
      deletedFirst ? `${operation}, the old one is deleted first` : operation,
      `${type} ${name}`,
      because.join(', '),
    ]),
  );
