import { defaultsOf, judgeResource, judgeStack, type Configuration } from '../../policy/pack/judge';
import { unknownCheckingProxy } from '../../policy/model/unknown';
import { expired, waiversOf } from '../../policy/pack/waivers';
import type { Resource } from '../../policy/model/resource';
import { resourceRule, stackRule } from '../../policy/model/rule';
import { described } from './support/described';
import { unknownStringValue } from './support/unknown';

interface Settings {
  readonly colour: string;
  readonly shades: readonly string[];
}
const settings = {
  colour: { description: 'The colour.', default: 'red' },
  shades: { description: 'Its shades.', default: ['dark'] },
};

const rule = resourceRule<Settings>({
  ...described,
  settings,
  check: (_, { colour, shades }) => [`it is ${shades.join(' or ')} ${colour}`],
});

const objectOf = (annotations?: unknown): Resource => ({
  type: 'kubernetes:core/v1:ConfigMap',
  name: 'sky',
  urn: 'urn:pulumi:test::test::kubernetes:core/v1:ConfigMap::sky',
  props: unknownCheckingProxy({ metadata: { ...(annotations === undefined ? {} : { annotations }) } }),
  protect: false,
  ignoreChanges: [],
  timeouts: { create: 0, update: 0, delete: 0 },
});
const waived = (text: string, id = 'blue') => objectOf({ [`waiver.session-database/${id}`]: text });

const noon = new Date('2026-11-27T12:00:00Z');
const messages = (resource: Resource, configuration: Configuration = {}, now = noon) =>
  judgeResource(rule, resource, configuration, now).map(({ message }) => message);

const verdict = 'it is dark red. Paint it.';
const waivable = { waivable: true } as Configuration;
const good = 'until 2026-11-27: repainted next week';

test('a problem is told with the place, the remedy and the resource', () => {
  const resource = objectOf();
  expect(judgeResource(rule, resource, {}, noon)).toEqual([{ message: verdict, resource }]);
});

describe('settings', () => {
  test('are the defaults where nobody configures them', () => {
    expect(defaultsOf(rule)).toEqual({ colour: 'red', shades: ['dark'] });
    expect(defaultsOf({ ...rule, settings: undefined as never })).toEqual({});
  });

  test('override the defaults one by one', () => {
    expect(messages(objectOf(), { colour: 'green' })).toEqual(['it is dark green. Paint it.']);
    expect(messages(objectOf(), { shades: ['pale', 'light'] })).toEqual([
      'it is pale or light red. Paint it.',
    ]);
  });

  test('override them for stack rules, too', () => {
    const whole = stackRule<Settings>({
      ...described,
      settings,
      check: (_, { colour, shades }) => [{ problem: `all is ${shades.join(' or ')} ${colour}` }],
    });
    expect(judgeStack(whole, [], { colour: 'green' }, noon)).toEqual([
      { message: 'all is dark green. Paint it.' },
    ]);
  });
});

describe('a waiver', () => {
  test('excuses where the configuration lets waivers be', () => {
    expect(messages(waived(good), waivable)).toEqual([]);
  });

  test.each([
    ['not configured', {}],
    ['configured not to be', { waivable: false }],
  ])('is refused where it is %s', (_, configuration) => {
    expect(messages(waived(good), configuration)).toEqual([
      `${verdict} Its waiver is not heeded: the configuration of the pack allows none for this rule.`,
    ]);
  });

  test.each([
    ['the day before the last', '2026-11-26T00:00:00Z'],
    ['the beginning of its last day', '2026-11-27T00:00:00Z'],
    ['the end of its last day, in UTC', '2026-11-27T23:59:59.999Z'],
    ['the end of its last day, elsewhere', '2026-11-28T01:59:59+02:00'],
  ])('holds on %s', (_, now) => {
    expect(messages(waived(good), waivable, new Date(now))).toEqual([]);
  });

  test.each([
    ['the first moment after it', '2026-11-28T00:00:00Z'],
    ['its last day elsewhere, which is over in UTC', '2026-11-27T23:00:00-02:00'],
    ['the next year', '2027-01-01T00:00:00Z'],
  ])('has ended at %s', (_, now) => {
    expect(messages(waived(good), waivable, new Date(now))).toEqual([
      `${verdict} Its waiver ended with 2026-11-27.`,
    ]);
  });

  test('excuses from no other rule, and an object without one from none', () => {
    expect(messages(waived(good, 'blues'), waivable)).toEqual([verdict]);
    expect(messages(objectOf({ blue: good, 'waiver.session-database': good }), waivable)).toEqual([verdict]);
    expect(messages(objectOf(), waivable)).toEqual([verdict]);
  });

  test('that is not known yet excuses from nothing', () => {
    expect(messages(objectOf(unknownStringValue), waivable)).toEqual([verdict]);
    expect(messages(waived(unknownStringValue), waivable)).toEqual([verdict]);
  });

  test('excuses from a stack rule the object that it is on, and nothing that is missing', () => {
    const [excused, other] = [waived(good), objectOf()];
    const whole = stackRule({
      ...described,
      check: (resources) => [
        { problem: 'one is missing' },
        ...resources.map((resource) => ({ problem: 'red', resource })),
      ],
    });
    expect(judgeStack(whole, [excused, other], waivable, noon)).toEqual([
      { message: 'one is missing. Paint it.' },
      { message: 'red. Paint it.', resource: other },
    ]);
  });
});

describe('an annotation', () => {
  const key = 'waiver.session-database/blue';

  test('is read as rule, last day and reason', () => {
    expect(waiversOf({ [key]: 'until 2028-02-29:  leap year: fine ', other: 'x' })).toEqual({
      waivers: [{ rule: 'blue', until: '2028-02-29', reason: 'leap year: fine' }],
      unreadable: [],
    });
    expect(waiversOf({ [key]: 'until 2027-01-31: x' }).waivers).toEqual([
      { rule: 'blue', until: '2027-01-31', reason: 'x' },
    ]);
    expect(waiversOf()).toEqual({ waivers: [], unreadable: [] });
  });

  test.each([
    '',
    'until 2026-12-31',
    'until 2026-12-31:',
    'until 2026-12-31: ',
    'until 2026-12-31:   ',
    'until 2026-12-31 reason',
    '2026-12-31: reason',
    'Until 2026-12-31: reason',
    'it is until 2026-12-31: reason',
    'until 26-12-31: reason',
    'until 12026-12-31: reason',
    'until 2026-1-31: reason',
    'until 2026-12-31T00:00:00Z: reason',
    'until 31.12.2026: reason',
    'until for ever: reason',
    'until 2026-02-30: no such day',
    'until 2027-02-29: no leap year',
    'until 2026-13-01: no such month',
    'until 2026-00-10: no such month',
    'until 2026-11-31: no such day',
    'until 2026-11-00: no such day',
    'until 2026-12-31: a reason\nof two lines',
  ])('that nobody can read is told and excuses from nothing: %s', (text) => {
    expect(waiversOf({ [key]: text })).toEqual({ waivers: [], unreadable: [key] });
    expect(messages(waived(text), waivable)).toEqual([verdict]);
  });

  test('ends with its day', () => {
    const waiver = { rule: 'blue', until: '2026-12-31', reason: 'x' };
    expect(expired(waiver, new Date('2026-12-31T23:59:59Z'))).toBe(false);
    expect(expired(waiver, new Date('2027-01-01T00:00:00Z'))).toBe(true);
  });
});
