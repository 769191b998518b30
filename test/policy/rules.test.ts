import { rules } from '../../policy/rules';
import { cases } from './cases';
import type { Case } from './support/cases';
import { type Answer, judge, profileOf } from './support/judge';
import { environments, type Program, programOf } from './support/program';

const programs = new Map<string, Program>();
beforeAll(async () => {
  for (const environment of environments) programs.set(environment, await programOf(environment));
});

test.each(environments)('stack %s keeps every rule, as its profile has them', (environment) => {
  const answers = judge(programs.get(environment)!, profileOf(environment));
  expect(answers.filter(({ advisory }) => !advisory)).toEqual([]);
  // What is the cluster's to decide, and no program's.
  expect([...new Set(answers.map(({ rule }) => rule))]).toEqual(['priority-class']);
});

test('every rule has programs that it refuses and neighbours that pass, and no case is without a rule', () => {
  const told = ({ id }: { id: string }) =>
    Object.keys(cases[id]?.refused ?? {}).length > 0 && Object.keys(cases[id]?.passed ?? {}).length > 0;
  expect(rules.filter((rule) => !told(rule)).map(({ id }) => id)).toEqual([]);
  expect(Object.keys(cases).filter((id) => !rules.some((rule) => rule.id === id))).toEqual([]);
});

/** What a rule says of a case; nothing else is asked. */
function answers(id: string, { change, configuration }: Case): Answer[] {
  const program = programs.get('prod')!.copy();
  change(program);
  const profile = profileOf('prod');
  return judge(
    program,
    configuration === undefined ? profile : { ...profile, [id]: configuration },
    rules.filter((rule) => rule.id === id),
  );
}

const table = (side: 'refused' | 'passed') =>
  Object.entries(cases).flatMap(([id, of]) =>
    Object.entries(of[side]).map(([title, one]): [string, string, Case] => [id, title, one]),
  );

test.each(table('refused'))('%s refuses: %s', (id, _, one) => {
  const found = answers(id, one);
  expect(found.map(({ rule }) => rule)).toContain(id);
  expect(found.map(({ message }) => message).join('\n')).toMatch(one.says ?? /./);
});

test.each(table('passed'))('%s lets pass: %s', (id, _, one) => {
  expect(answers(id, one)).toEqual([]);
});
