import { compareSync } from 'bcryptjs';
import {
  containsSecret,
  plain,
  Secret,
  UNKNOWN,
  type Properties,
} from '../../../local/plugins/protocol/values';
import { isEmbedded, PluginUnderTest, urnOf, type Resource } from '../harness';
import { textOf } from '../outputs';
import { recordedResources, unchanging } from '../fixtures/recorded';

const recorded = recordedResources('random');

let plugin: PluginUnderTest;

beforeAll(async () => {
  plugin = await PluginUnderTest.start('random');
  await plugin.configure();
});

afterAll(() => plugin.stop());

const token = (name: string): string =>
  `random:index/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`;
const urn = (type: string): string => urnOf(token(type), 'it');

describe.each(recorded)('$urn from the official plugin', (resource) => {
  it('goes on without a change', async () => {
    const news = await plugin.check(resource.urn, resource.inputs, resource.inputs);
    expect(news).toEqual(resource.inputs);
    const { changes, replaces } = await plugin.diff(resource, news);
    expect({ changes, replaces }).toEqual({ changes: 'none', replaces: [] });
  });

  it('is as it was after a refresh', async () => {
    expect(await plugin.read(resource)).toEqual(resource);
  });

  it('has the same layout when it is made anew', async () => {
    const made = await plugin.make(resource.urn, resource.inputs);
    const generated = ['bcryptHash', 'result', 'id', 'b64Std', 'b64Url', 'dec', 'hex'];
    expect(Object.keys(made.outputs).sort()).toEqual(Object.keys(resource.outputs).sort());
    expect(unchanging(made.outputs, generated)).toEqual(unchanging(resource.outputs, generated));
    const secrets = ({ outputs }: Resource): string[] =>
      Object.keys(outputs).filter((name) => containsSecret(outputs[name] ?? null));
    expect(secrets(made).sort()).toEqual(secrets(resource).sort());
  });
});

describe('RandomPassword', () => {
  it('makes another password each time, and a hash that only it fits', async () => {
    const one = await plugin.make(urn('RandomPassword'), { length: 32 });
    const other = await plugin.make(urn('RandomPassword'), { length: 32 });
    expect(one.id).toBe('none');
    expect(textOf(one, 'result')).not.toBe(textOf(other, 'result'));
    expect(textOf(one, 'bcryptHash')).toMatch(/^\$2a\$10\$/);
    expect(compareSync(textOf(one, 'result'), textOf(one, 'bcryptHash'))).toBe(true);
    expect(compareSync(textOf(other, 'result'), textOf(one, 'bcryptHash'))).toBe(false);
  });

  it.each<[Properties, RegExp]>([
    [{ length: 40, lower: false, numeric: false, special: false }, /^[A-Z]{40}$/],
    [{ length: 40, upper: false, number: false, special: false }, /^[a-z]{40}$/],
    [{ length: 40, upper: false, lower: false, special: false }, /^[0-9]{40}$/],
    [{ length: 40, upper: false, lower: false, numeric: false, overrideSpecial: '_-' }, /^[_-]{40}$/],
    [{ length: 40, lower: false, numeric: false, upper: false }, /^[!@#$%&*()\-_=+[\]{}<>:?]{40}$/],
    [
      { length: 4, minLower: 1, minUpper: 1, minNumeric: 1, minSpecial: 1 },
      /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^\w]|.*_)/,
    ],
    [{ length: 100, special: false, minSpecial: 3 }, /^([A-Za-z0-9]*[^A-Za-z0-9]){3}[A-Za-z0-9]*$/],
  ])('respects %j', async (inputs, shape) => {
    const made = await plugin.make(urn('RandomPassword'), inputs);
    expect(textOf(made, 'result')).toHaveLength(inputs['length'] as number);
    expect(textOf(made, 'result')).toMatch(shape);
  });

  it('does not know the password in a preview, but every default', async () => {
    const { outputs } = await plugin.create(urn('RandomPassword'), { length: 12 }, { preview: true });
    const { result, bcryptHash, length, minLower, upper } = outputs;
    const known = { length, minLower, upper };
    expect(known).toEqual({ length: 12, minLower: 0, upper: true });
    expect([result, bcryptHash].map((value) => plain(value ?? null))).toEqual([UNKNOWN, UNKNOWN]);
  });

  it.each<[string, Properties]>([
    ['keepers', { keepers: { generation: '2' } }],
    ['length', { length: 13 }],
    ['minLower', { minLower: 1 }],
    ['overrideSpecial', { overrideSpecial: '_' }],
    ['special', { special: false }],
  ])('is replaced when %s changes, which is the one reason', async (property, change) => {
    const inputs = { length: 12, keepers: { generation: '1' } };
    const made = await plugin.make(urn('RandomPassword'), inputs);
    const { changes, replaces, diffs, deleteBeforeReplace } = await plugin.diff(made, {
      ...inputs,
      ...change,
    });
    expect({ changes, replaces, diffs, deleteBeforeReplace }).toEqual({
      changes: 'some',
      replaces: [property],
      diffs: [property],
      deleteBeforeReplace: false,
    });
  });

  it('is replaced when an option is not known before another resource is made', async () => {
    const made = await plugin.make(urn('RandomPassword'), { length: 12 });
    const { changes, replaces } = await plugin.diff(made, { length: 12, keepers: { of: UNKNOWN } });
    expect({ changes, replaces }).toEqual({ changes: 'some', replaces: ['keepers'] });
  });

  it('keeps secret in the inputs what the program keeps secret', async () => {
    const inputs = await plugin.check(urn('RandomPassword'), {
      length: 12,
      keepers: new Secret({ of: 'x' }),
    });
    expect(inputs['keepers']).toEqual(new Secret({ of: 'x' }));
  });

  it.each<[string, Properties]>([
    ['length', {}],
    ['length', { length: 0 }],
    ['length', { length: 3, minLower: 2, minUpper: 2 }],
    ['lower', { length: 8, lower: false, upper: false, special: false, numeric: false }],
  ])('refuses %s in %j', async (property, inputs) => {
    await expect(plugin.make(urn('RandomPassword'), inputs)).rejects.toThrow(property);
  });
});

it('makes a RandomId of as many bytes as asked for, in four forms with the prefix', async () => {
  const made = await plugin.make(urn('RandomId'), { byteLength: 9, prefix: 'p-' });
  const bytes = Buffer.from(made.id, 'base64url');
  const hex = bytes.toString('hex');
  expect(bytes).toHaveLength(9);
  expect(['b64Std', 'b64Url', 'dec', 'hex'].map((name) => textOf(made, name))).toEqual([
    `p-${bytes.toString('base64')}`,
    `p-${made.id}`,
    `p-${BigInt(`0x${hex}`)}`,
    `p-${hex}`,
  ]);
});

it('makes RandomBytes in two forms, both secret', async () => {
  const made = await plugin.make(urn('RandomBytes'), { length: 33 });
  const bytes = Buffer.from(textOf(made, 'base64'), 'base64');
  expect(bytes).toHaveLength(33);
  expect(textOf(made, 'hex')).toBe(bytes.toString('hex'));
  expect([made.outputs['base64'], made.outputs['hex']].every((value) => value instanceof Secret)).toBe(true);
});

it('makes a RandomInteger of the range, its ends included', async () => {
  const made = await Promise.all(
    Array.from({ length: 100 }, () => plugin.make(urn('RandomInteger'), { min: 1, max: 3 })),
  );
  expect(new Set(made.map(({ outputs }) => outputs['result']))).toEqual(new Set([1, 2, 3]));
  expect(made.map(({ id }) => id)).toEqual(made.map((resource) => textOf(resource, 'result')));
});

it('makes a RandomUuid of version 4', async () => {
  const made = await plugin.make(urn('RandomUuid'), {});
  expect(made.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(textOf(made, 'result')).toBe(made.id);
});

it('deletes without a word', async () => {
  const made = await plugin.make(urn('RandomId'), { byteLength: 1 });
  await expect(plugin.delete(made)).resolves.toBeUndefined();
});

if (isEmbedded('random')) {
  it('says everything that is wrong at once, with what is allowed', async () => {
    const inputs = { length: 0, lenght: 8, minLower: -1, upper: 'no' };
    await expect(plugin.check(urn('RandomPassword'), inputs)).rejects.toThrow(
      [
        'lenght: lenght is not a property; allowed are keepers, length, lower, minLower, minNumeric, minSpecial, ' +
          'minUpper, number, numeric, overrideSpecial, special, upper',
        'length: length is 0, allowed is 1 or more',
        'minLower: minLower is -1, allowed is 0 or more',
        'upper: upper is not true or false',
      ].join('\n'),
    );
  });

  it('refuses a type that it does not know, by name', async () => {
    await expect(plugin.check(urn('RandomPet'), {})).rejects.toThrow(
      'the embedded random plugin does not know random:index/randomPet:RandomPet; it knows: ' +
        ['RandomBytes', 'RandomId', 'RandomInteger', 'RandomPassword', 'RandomString', 'RandomUuid']
          .map(token)
          .join(', '),
    );
  });
}
