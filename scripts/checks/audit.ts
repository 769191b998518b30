import { command, type Gate, judged } from './gate';

interface Report {
  readonly auditReportVersion?: number;
  readonly vulnerabilities?: Readonly<
    Record<string, { readonly severity: string; readonly via: readonly unknown[] }>
  >;
  readonly message?: string;
  readonly error?: { readonly summary?: string; readonly detail?: string };
}

// A mistake in a package that only a package's own author can make use of is no reason to stop.
const counts = ['moderate', 'high', 'critical'];

/** Known weaknesses of the npm packages. Not every registry can be asked; then nothing was checked, and that is said. */
export const audit: Gate = {
  name: 'audit',
  about: 'npm packages for known weaknesses',
  check: async (root) => {
    const { stdout, output } = await command('npm', ['audit', '--json'], root);
    let report: Report = {};
    try {
      report = JSON.parse(stdout) as Report;
    } catch {
      // No report at all: as one that says nothing.
    }
    if (report.auditReportVersion === undefined) {
      const why = [report.error?.summary, report.message].find((text) => text) ?? output.trim();
      return { state: 'unchecked', output: `the npm registry does not tell of weaknesses here: ${why}` };
    }
    const bad = Object.entries(report.vulnerabilities ?? {}).filter(([, { severity }]) =>
      counts.includes(severity),
    );
    return judged(
      bad.map(([name, { severity, via }]) => {
        const titles = via.map((one) => (typeof one === 'string' ? one : (one as { title: string }).title));
        return `${name}: ${severity}: ${titles.join('; ')}`;
      }),
    );
  },
};
