import { compareSync } from 'bcryptjs';
import { UNKNOWN, type Properties } from '../../../../../local/plugins/protocol';
import { randomTypes } from '../../../../../local/plugins/random/resources';
import { Asker } from '../state-only/request';

function asker(name: string): Asker {
  const token = `random:index/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`;
  const type = randomTypes[token];
  if (!type) throw new Error(`no type ${token}`);
  return new Asker(type, token);
}

const texts = {
  length: 12,
  lower: true,
  minLower: 0,
  minNumeric: 0,
  minSpecial: 0,
  minUpper: 0,
  number: true,
  numeric: true,
  special: true,
  upper: true,
};

describe('RandomPassword', () => {
  const password = asker('RandomPassword');

  it('writes every default, the layout version and the id "none" into the state', () => {
    const { id, outputs } = password.create({ length: 12 });
    const { result, bcryptHash, ...rest } = outputs;
    expect(id).toBe('none');
    expect(rest).toEqual({ ...texts, __meta: '{"schema_version":"3"}', id: 'none' });
    expect(result).toMatch(/^.{12}$/);
    expect(compareSync(result as string, bcryptHash as string)).toBe(true);
  });

  it('keeps the password and its hash secret', () => {
    expect(password.type.secretOutputs).toEqual(['bcryptHash', 'result']);
  });

  it.each([
    [{ numeric: false }, false],
    [{ number: false }, false],
    [{ number: true, numeric: true }, true],
    [{}, true],
  ])('keeps number and numeric alike for %j', (given, expected) => {
    const { outputs } = password.create({ length: 500, ...given });
    expect([outputs['number'], outputs['numeric']]).toEqual([expected, expected]);
    expect(/\d/.test(outputs['result'] as string)).toBe(expected);
  });

  it.each<[string, Properties, Record<string, string>]>([
    ['no length', {}, { length: 'length is missing' }],
    ['a length of 0', { length: 0 }, { length: 'length is 0, allowed is 1 or more' }],
    ['a negative minimum', { length: 8, minUpper: -1 }, { minUpper: 'minUpper is -1, allowed is 0 or more' }],
    [
      'minima above the length',
      { length: 8, minLower: 4, minNumeric: 3, minSpecial: 2, minUpper: 1 },
      { length: 'length is 8, less than the sum 10 of minLower, minNumeric, minSpecial and minUpper' },
    ],
    [
      'nothing switched on',
      { length: 8, lower: false, number: false, special: false, upper: false },
      { lower: 'lower, numeric, special and upper are all false; one must be true' },
    ],
    [
      'number and numeric at odds',
      { length: 8, number: false, numeric: true },
      { number: 'number is false and numeric is true; they are the same: leave number out' },
    ],
  ])('refuses %s', (_, inputs, failures) => {
    expect(password.failures(inputs)).toEqual(failures);
  });

  it('names every problem of the options at once', () => {
    const inputs = { length: 1, minLower: 2, lower: false, numeric: false, special: false, upper: false };
    expect(Object.keys(password.failures(inputs))).toEqual(['length', 'lower']);
  });

  it('accepts minima that fill the length, and any option that is not known yet', () => {
    expect(password.failures({ length: 2, minLower: 1, minUpper: 1 })).toEqual({});
    expect(password.failures({ length: UNKNOWN, minLower: 9 })).toEqual({});
    expect(password.failures({ length: 2, minLower: UNKNOWN, numeric: UNKNOWN })).toEqual({});
  });

  it('does not know the password in a preview', () => {
    const { outputs } = password.create({ length: 12 }, true);
    expect([outputs['result'], outputs['bcryptHash'], outputs['lower']]).toEqual([UNKNOWN, UNKNOWN, true]);
  });

  it('is replaced when a keeper changes, and left alone when a default is written out', () => {
    const { outputs } = password.create({ length: 12, keepers: { generation: '1' } });
    const same = { length: 12, keepers: { generation: '1' }, numeric: true };
    const other = { length: 12, keepers: { generation: '2' } };
    expect(password.diff(outputs, same)).toEqual({ changes: false, diffs: [], replaces: [] });
    expect(password.diff(outputs, other)).toEqual({
      changes: true,
      diffs: ['keepers'],
      replaces: ['keepers'],
    });
  });
});

describe('RandomString', () => {
  const string = asker('RandomString');

  it('has its text for an id and is not secret', () => {
    const { id, outputs } = string.create({ length: 12, upper: false });
    const expected = { ...texts, __meta: '{"schema_version":"2"}', id, result: id, upper: false };
    expect(outputs).toEqual(expected);
    expect(id).toMatch(/^[^A-Z]{12}$/);
    expect(string.type.secretOutputs).toEqual([]);
  });
});

describe('RandomId', () => {
  it('gives the same bytes in four forms, the prefix before each, and none in the id', () => {
    const { id, outputs } = asker('RandomId').create({ byteLength: 9, prefix: 'p-' });
    const bytes = Buffer.from(id, 'base64url');
    const hex = bytes.toString('hex');
    expect(bytes).toHaveLength(9);
    expect(outputs).toEqual({
      b64Std: `p-${bytes.toString('base64')}`,
      b64Url: `p-${id}`,
      byteLength: 9,
      dec: `p-${BigInt(`0x${hex}`)}`,
      hex: `p-${hex}`,
      id,
      prefix: 'p-',
    });
  });

  it('refuses a length below 1', () => {
    const expected = { byteLength: 'byteLength is 0, allowed is 1 or more' };
    expect(asker('RandomId').failures({ byteLength: 0 })).toEqual(expected);
  });
});

describe('RandomBytes', () => {
  it('gives the same bytes in two forms, both secret', () => {
    const { id, outputs } = asker('RandomBytes').create({ length: 32 });
    const bytes = Buffer.from(outputs['base64'] as string, 'base64');
    expect(bytes).toHaveLength(32);
    expect(outputs).toEqual({ base64: id, hex: bytes.toString('hex'), id, length: 32 });
    expect(asker('RandomBytes').type.secretOutputs).toEqual(['base64', 'hex']);
  });
});

describe('RandomInteger', () => {
  const integer = asker('RandomInteger');

  it('is a number of the range, its id the same in decimal', () => {
    const { id, outputs } = integer.create({ min: 5, max: 5 });
    expect([id, outputs]).toEqual(['5', { id: '5', max: 5, min: 5, result: 5 }]);
  });

  it('refuses a range that is none, and a seed', () => {
    expect(integer.failures({ min: 6, max: 5 })).toEqual({ min: 'min is 6, more than max, which is 5' });
    const seed = 'seed is not supported by the embedded plugin: a value from a seed is not random';
    expect(integer.failures({ min: 1, max: 5, seed: 'x' })).toEqual({ seed });
  });
});

describe('RandomUuid', () => {
  it('is a version 4 UUID', () => {
    const { id, outputs } = asker('RandomUuid').create({});
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(outputs).toEqual({ id, result: id });
  });
});

it('knows no other type of the package', () => {
  expect(Object.keys(randomTypes).map((token) => token.split(':')[2])).toEqual([
    'RandomBytes',
    'RandomId',
    'RandomInteger',
    'RandomPassword',
    'RandomString',
    'RandomUuid',
  ]);
});
