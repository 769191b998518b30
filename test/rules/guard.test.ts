import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { alerts } from '../../components/monitoring/rules';
import { rulesFile } from '../../components/monitoring/rules/render';
import { raisedBy } from '../chaos/analysis/runbooks';
import { cases as faults } from '../chaos/cases';
import { alarms } from '../chaos/cases/alarms';
import { all } from './cases';
import { checkRules } from './support/promtool';
import { settings } from './support/settings';

const root = join(__dirname, '..', '..');
const folder = join(root, 'docs', 'runbooks');
const known = [
  ...new Set(Object.values(settings).flatMap((stack) => alerts(stack).map(({ alert }) => alert))),
].sort();
const cases = all.flatMap((family) => family.cases);
const pages = readdirSync(folder)
  .filter((name) => name.endsWith('.md') && name !== 'README.md')
  .map((name) => name.slice(0, -'.md'.length));
const textOf = (page: string): string => readFileSync(join(folder, `${page}.md`), 'utf8');

const alertsWith = (fires: boolean): string[] =>
  [
    ...new Set(
      cases.flatMap((one) => (Object.keys(one.fires ?? {}).length > 0 === fires ? [one.alert] : [])),
    ),
  ].sort();

test('every alert has a case in which it fires', () => {
  expect(alertsWith(true)).toEqual(known);
});

test('every alert has a case in which it stays silent to the end', () => {
  // The watchdog never does.
  expect(alertsWith(false)).toEqual(known.filter((alert) => alert !== 'Watchdog'));
});

test('every case looks at a time at least', () => {
  const looks = cases.map(({ silent = [], fires = {} }) => silent.length + Object.keys(fires).length);
  expect(Math.min(...looks)).toBeGreaterThan(0);
});

test('every alert has a page, and every page an alert', () => {
  expect([...pages].sort()).toEqual(known);
});

test.each(Object.entries(alarms))('%s is on the page of the alert that tells of it', (name, { alert }) => {
  expect(raisedBy(textOf(alert))).toContain(name);
});

test('Prometheus understands every expression of a page', async () => {
  const rules = pages.flatMap((page) =>
    [...textOf(page).matchAll(/```promql\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
      block
        .trim()
        .split('\n')
        .map((expr, at) => ({ record: `page:${page}:line${at}`, expr, labels: { page: block } })),
    ),
  );
  expect(rules.length).toBeGreaterThan(100);
  expect(await checkRules(rulesFile([{ name: 'pages', rules }], ''))).toBe('');
});

describe.each(known)('the page of %s', (alert) => {
  test('has all that somebody needs who was just woken', () => {
    const text = textOf(alert);
    const lines = text.trimEnd().split('\n');
    expect(lines[0]).toBe(`# ${alert}`);
    const parts = ['Raised by: ', '**Check**', '**Causes**', '**Do**', '**After**'];
    const places = parts.map((part) => lines.findIndex((line) => line.startsWith(part)));
    expect(places).toEqual([...places].sort((one, other) => one - other));
    expect(places).not.toContain(-1);
    expect(lines.length).toBeLessThanOrEqual(55);
  });

  test('names faults that there are', () => {
    const named = raisedBy(textOf(alert));
    const known = { ...faults, ...alarms, random: true };
    expect(named.filter((name) => !(name in known))).toEqual([]);
    expect(named.length > 0 || textOf(alert).includes('\nRaised by: no case of `make chaos`')).toBe(true);
  });

  test('names commands, stacks and alerts that there are', () => {
    const text = textOf(alert);
    const targets = [...text.matchAll(/(?:^|`)make ([a-z-]+)/gm)].map(([, target]) => target!);
    const makefile = readFileSync(join(root, 'Makefile'), 'utf8');
    expect(targets.filter((target) => !new RegExp(`^${target}:`, 'm').test(makefile))).toEqual([]);
    const links = [...text.matchAll(/\]\(([^)#]+)\.md\)/g)].map(([, link]) => link!);
    expect(links.filter((link) => !link.startsWith('..') && ![...known, 'README'].includes(link))).toEqual(
      [],
    );
    const namespaces = [...text.matchAll(/kubectl (?:top pods )?-n (\S+)/g)].map(
      ([, namespace]) => namespace!,
    );
    const { config } = parse(readFileSync(join(root, 'Pulumi.prod.yaml'), 'utf8')) as {
      config: Record<string, string>;
    };
    const own = config['session-database:namespace']!;
    expect(namespaces.filter((namespace) => ![own, 'kube-system'].includes(namespace))).toEqual([]);
  });
});
