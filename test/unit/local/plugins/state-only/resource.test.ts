import { UNKNOWN, type Properties } from '../../../../../local/plugins/protocol';
import { stateOnlyType } from '../../../../../local/plugins/state-only/resource';
import { Asker } from './request';

const thing = new Asker(
  stateOnlyType<{ readonly size: number }>({
    schema: {
      colour: { type: 'string', default: 'red', allowed: ['red', 'blue'] },
      label: { type: 'string', changesInPlace: true },
      list: { type: 'strings', allowed: ['a', 'b'] },
      map: { type: 'stringMap' },
      nested: { type: { inner: { type: 'string' }, many: { type: 'strings' } } },
      old: { type: 'string', refused: 'is not supported' },
      size: { type: 'integer', required: true, minimum: 1, maximum: 9 },
      strict: { type: 'boolean', default: false },
    },
    generatedOutputs: ['made'],
    secretOutputs: ['made'],
    schemaVersion: '4',
    failures: ({ size, colour }) =>
      size === 9 && colour === 'blue' ? [{ property: 'size', reason: 'no blue 9' }] : [],
    generate: ({ size }) => ({ id: `id-${size}`, outputs: { made: 'x'.repeat(size) } }),
    readyForRenewal: ({ label }) => label === 'due',
  }),
);

const state = thing.create({ size: 3 }).outputs;

describe('check', () => {
  it('gives the inputs back as they are, without defaults', () => {
    expect(thing.check({ size: 3 })).toEqual({ inputs: { size: 3 }, failures: [] });
  });

  it('takes every kind of value that the properties allow, null meaning that nothing is given', () => {
    const inputs = {
      colour: 'blue',
      list: ['a', 'b'],
      map: { any: 'thing', none: null },
      nested: { inner: 'x', many: ['y'] },
      old: null,
      size: 9 - 1,
      strict: true,
    };
    expect(thing.failures(inputs)).toEqual({});
  });

  it('names everything that is wrong at once, with what is allowed', () => {
    const inputs = {
      colour: 'green',
      label: 1,
      list: ['a', 'c', 2],
      map: { key: 3 },
      nested: { innner: 'x', many: 'y' },
      old: 'x',
      sise: 4,
      strict: 'yes',
    };
    expect(thing.failures(inputs)).toEqual({
      colour: 'colour is "green", allowed are red, blue',
      label: 'label is not a text',
      'list[1]': 'list[1] is "c", allowed are a, b',
      'list[2]': 'list[2] is not a text',
      'map.key': 'map.key is not a text',
      'nested.innner': 'nested.innner is not a property; allowed are inner, many',
      'nested.many': 'nested.many is not a list',
      old: 'old is not supported',
      sise: 'sise is not a property; allowed are colour, label, list, map, nested, size, strict',
      size: 'size is missing',
      strict: 'strict is not true or false',
    });
  });

  it.each([
    [0, 'size is 0, allowed is 1 or more'],
    [10, 'size is 10, allowed is 9 or less'],
    [1.5, 'size is not a whole number'],
    ['3', 'size is not a whole number'],
    [2 ** 53, 'size is not a whole number'],
  ])('refuses %p as a whole number from 1 to 9', (size, reason) => {
    expect(thing.failures({ size })).toEqual({ size: reason });
  });

  it('refuses what is wrong only together', () => {
    expect(thing.failures({ size: 9, colour: 'blue' })).toEqual({ size: 'no blue 9' });
  });

  it('lets pass what is not known yet, at any depth', () => {
    const inputs = {
      colour: UNKNOWN,
      list: [UNKNOWN, 'a'],
      map: { a: UNKNOWN },
      nested: UNKNOWN,
      size: UNKNOWN,
    } as const;
    expect(thing.failures(inputs)).toEqual({});
  });
});

describe('create', () => {
  it('keeps the inputs, the defaults, what was generated, the id and the layout version', () => {
    expect(thing.create({ size: 3, map: { a: 'b' } })).toEqual({
      id: 'id-3',
      outputs: {
        __meta: '{"schema_version":"4"}',
        colour: 'red',
        id: 'id-3',
        made: 'xxx',
        map: { a: 'b' },
        size: 3,
        strict: false,
      },
    });
  });

  it('generates nothing in a preview: what it would generate is unknown, the defaults are known', () => {
    expect(thing.create({ size: 3 }, true).outputs).toEqual({
      __meta: '{"schema_version":"4"}',
      colour: 'red',
      made: UNKNOWN,
      size: 3,
      strict: false,
    });
  });
});

describe('diff', () => {
  it('sees none between a state and the inputs it was made from', () => {
    expect(thing.diff(state, { size: 3 })).toEqual({ changes: false, diffs: [], replaces: [] });
  });

  it('sees none when a default is written out, or nothing is said in another way', () => {
    const news = {
      size: 3,
      colour: 'red',
      strict: false,
      label: '',
      list: [],
      map: {},
      nested: { inner: null },
    };
    expect(thing.diff(state, news).changes).toBe(false);
  });

  it('sees none in a state that an older version wrote without a default', () => {
    const older = Object.fromEntries(Object.entries(state).filter(([name]) => name !== 'strict'));
    expect(thing.diff(older, { size: 3 }).changes).toBe(false);
  });

  it.each<[string, Properties, string]>([
    ['a scalar', { size: 4 }, 'size'],
    ['a default', { size: 3, colour: 'blue' }, 'colour'],
    ['a value not known yet', { size: UNKNOWN }, 'size'],
    ['a list', { size: 3, list: ['a'] }, 'list'],
    ['a key of a map', { size: 3, map: { a: 'b' } }, 'map'],
    ['something nested', { size: 3, nested: { many: ['x'] } }, 'nested'],
  ])('replaces for %s', (_, news, property) => {
    expect(thing.diff(state, news)).toEqual({ changes: true, diffs: [property], replaces: [property] });
  });

  it('replaces when something given is taken away', () => {
    const before = thing.create({ size: 3, list: ['a', 'b'], map: { a: 'b' } }).outputs;
    const expected = { changes: true, diffs: ['list', 'map'], replaces: ['list', 'map'] };
    expect(thing.diff(before, { size: 3, list: ['a'] })).toEqual(expected);
  });

  it('updates for a property that changes in place', () => {
    expect(thing.diff(state, { size: 3, label: 'new' })).toEqual({
      changes: true,
      diffs: ['label'],
      replaces: [],
    });
  });

  it('replaces what is due, with what changed among the reasons to differ only', () => {
    const expected = { changes: true, diffs: ['label', 'readyForRenewal'], replaces: ['readyForRenewal'] };
    expect(thing.diff(state, { size: 3, label: 'due' })).toEqual(expected);
  });

  it('updates what the state says is due when it no longer is', () => {
    const expected = { changes: true, diffs: ['readyForRenewal'], replaces: [] };
    expect(thing.diff({ ...state, readyForRenewal: true }, { size: 3 })).toEqual(expected);
  });
});

describe('update', () => {
  it('keeps what was generated and takes over the inputs', () => {
    const updated = thing.update({ ...state, readyForRenewal: true }, { size: 3, label: 'new' });
    expect(updated).toEqual({ ...state, label: 'new', readyForRenewal: false });
  });
});

describe('read', () => {
  it('gives the state and the inputs back', () => {
    expect(thing.read(state, { size: 3 })).toEqual({ id: 'id', inputs: { size: 3 }, outputs: state });
  });

  it('says that something is due', () => {
    const due = { ...state, label: 'due', readyForRenewal: false };
    expect(thing.read(due).outputs).toEqual({ ...due, readyForRenewal: true });
  });

  it('refuses to import, and says who can', () => {
    expect(() => thing.read(undefined, undefined)).toThrow(
      'the embedded plugin cannot import test:index/thing:Thing; import it with the official plugin',
    );
  });
});
