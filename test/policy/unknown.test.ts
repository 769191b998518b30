import { judgeResource, judgeStack } from '../../policy/pack/judge';
import { unknownCheckingProxy } from '../../policy/model/unknown';
import type { Resource } from '../../policy/model/resource';
import { resourceRule, type Rule, stackRule } from '../../policy/model/rule';
import { rules } from '../../policy/rules';
import { cases } from './cases';
import { described } from './support/described';
import type { Case } from './support/cases';
import { profileOf, today } from './support/judge';
import { type Changeable, type Program, programOf } from './support/program';
import { copied } from './support/program';
import { unknownsOf, unknownStringValue } from './support/unknown';

let prod: Program;
beforeAll(async () => {
  prod = await programOf('prod');
});

const seen = (resource: Changeable) => ({
  ...resource,
  props: unknownCheckingProxy(copied(resource.props) as object),
});

function configurationOf({ id }: Rule, { configuration }: Case) {
  const own = profileOf('prod')[id] ?? {};
  return (configuration ?? (typeof own === 'string' ? {} : own)) as never;
}

/** What of a changed stack a rule refuses, and what it says when one of those resources has other properties. */
function changed(rule: Rule, one: Case) {
  const program = prod.copy();
  one.change(program);
  const configuration = configurationOf(rule, one);
  const all = program.resources.map(seen);
  const verdicts = (resources: readonly Changeable[]) =>
    rule.scope === 'resource'
      ? resources.flatMap((of) => judgeResource(rule, of as never, configuration, today))
      : judgeStack(rule, resources, configuration, today);
  const urns = new Set(
    verdicts(all).flatMap(({ resource }) => (resource === undefined ? [] : [resource.urn])),
  );
  const messages = (resource: Changeable) =>
    verdicts(
      rule.scope === 'resource' ? [resource] : all.map((of) => (of.urn === resource.urn ? resource : of)),
    ).map(({ message }) => message);
  return { refused: program.resources.filter(({ urn }) => urns.has(urn)), messages };
}

/** Places of refused objects that, not being known, make the rule keep silent; and those that it says so of. */
function unknowns(rule: Rule, one: Case, depth?: number) {
  const { refused, messages } = changed(rule, one);
  const silent: string[] = [];
  const undecided: string[] = [];
  for (const resource of refused) {
    for (const { place, props } of unknownsOf(resource.props, depth)) {
      const said = messages({ ...resource, props: unknownCheckingProxy(props as object) });
      if (said.length === 0) silent.push(place);
      if (said.some((message) => message.startsWith(`cannot be decided: ${place} is not known`)))
        undecided.push(place);
    }
  }
  return { silent, undecided };
}

// These read types, options and providers only, which are always known, or nothing but what is judged later.
const neverUndecided: readonly string[] = [
  ...['no-bare-pod', 'protect-stateful', 'no-deprecated-api', 'stable-api'],
  ...['no-helm-release', 'explicit-provider', 'no-secret-in-configmap', 'am-secrets-by-file'],
];

// Data that programs compute, as of Secrets: no first preview knows it, and these rules judge it in the update.
const judgedLater = (id: string, place: string) =>
  ['no-secret-in-configmap', 'am-secrets-by-file', 'acl'].includes(id) &&
  /^(data|binaryData|stringData)\b/.test(place);

const named = <Of extends Rule>(of: readonly Of[]) => of.map((rule): [string, Of] => [rule.id, rule]);

test.each(named(rules.filter(({ scope }) => scope === 'resource')))(
  '%s keeps silent on no object that it refuses, whichever of its values is not known yet',
  (id, rule) => {
    const all = Object.values(cases[id]?.refused ?? {}).map((one) => unknowns(rule, one));
    expect(all.flatMap(({ silent }) => silent).filter((place) => !judgedLater(id, place))).toEqual([]);
    expect(all.every(({ undecided }) => undecided.length === 0)).toBe(neverUndecided.includes(id));
  },
  60_000,
);

// The whole stack is judged anew for each value: one case of each rule, and no deeper than its specs.
test.each(named(rules.filter(({ scope }) => scope === 'stack')))(
  '%s keeps silent on no stack that it refuses, whichever value of the refused object is not known yet',
  (id, rule) => {
    const all = Object.values(cases[id]?.refused ?? {}).slice(0, 1);
    const silent = all.flatMap((one) => unknowns(rule, one, 2).silent);
    expect(silent.filter((place) => !judgedLater(id, place))).toEqual([]);
  },
  60_000,
);

describe('a rule that reads what is not known yet', () => {
  const sky = seen({
    type: 'kubernetes:core/v1:ConfigMap',
    name: 'sky',
    urn: 'sky',
    props: { data: { colours: ['red', unknownStringValue], size: 1 } },
    protect: false,
    ignoreChanges: [],
    timeouts: { create: 0, update: 0, delete: 0 },
  }) as unknown as Resource;
  const colours = ({ props }: Resource) => (props as { data: { colours: string[] } }).data.colours;
  const message =
    'cannot be decided: data.colours.1 is not known before the update. Give it a value that the program knows. Paint it.';

  test('says which value that is, and of which resource', () => {
    const rule = resourceRule({ ...described, check: (resource) => [...colours(resource)] });
    expect(judgeResource(rule, sky, {}, today)).toEqual([{ message, resource: sky }]);
  });

  test('says so of a stack, too, which is no single resource', () => {
    const rule = stackRule({
      ...described,
      check: (resources) => resources.flatMap(colours).map((problem) => ({ problem })),
    });
    expect(judgeStack(rule, [sky], {}, today)).toEqual([{ message }]);
  });

  test('is decided where it reads no further than it must', () => {
    const rule = resourceRule({ ...described, check: (resource) => [colours(resource)[0]!] });
    expect(judgeResource(rule, sky, {}, today)).toEqual([{ message: 'red. Paint it.', resource: sky }]);
  });

  test('is waived where the object says so', () => {
    const annotations = { 'waiver.session-database/blue': 'until 2026-12-31: the colour comes later' };
    const waived = seen({
      ...(sky as Changeable),
      props: { metadata: { annotations }, a: unknownStringValue },
    });
    const rule = resourceRule({ ...described, check: ({ props }) => [props['a'] as string] });
    expect(judgeResource(rule, waived as never, { waivable: true }, today)).toEqual([]);
  });

  test('fails with what else is thrown', () => {
    const check = () => {
      throw new TypeError('a mistake');
    };
    expect(() => judgeResource(resourceRule({ ...described, check }), sky, {}, today)).toThrow('a mistake');
    expect(() => judgeStack(stackRule({ ...described, check }), [sky], {}, today)).toThrow('a mistake');
  });
});
