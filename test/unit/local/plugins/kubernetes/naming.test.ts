import { assignName, newFieldManager } from '../../../../../local/plugins/kubernetes/naming';
import { nameOf } from '../../../../../local/plugins/kubernetes/objects';
import { UNKNOWN } from '../../../../../local/plugins/protocol';

const SEED = Buffer.from('seed');
const AUTONAMED = { annotations: { 'pulumi.com/autonamed': 'true' } };

it('gives eight hex digits that follow from the seed', () => {
  const named = assignName({}, undefined, 'redis', SEED, undefined) ?? {};
  expect(nameOf(named)).toMatch(/^redis-[0-9a-f]{8}$/);
  expect(named).toEqual({ metadata: { name: nameOf(named), ...AUTONAMED } });
  expect(assignName({}, undefined, 'redis', SEED, undefined)).toEqual(named);
  expect(assignName({}, undefined, 'redis', Buffer.from('other'), undefined)).not.toEqual(named);
});

it('gives another name each time without a seed', () => {
  const name = (): string => nameOf(assignName({}, undefined, 'x', new Uint8Array(), undefined) ?? {});
  expect(name()).not.toBe(name());
});

it('keeps the automatic name that the resource has, and makes one where it had a given one', () => {
  const olds = { metadata: { name: 'x-12345678', ...AUTONAMED } };
  expect(assignName({ data: {} }, olds, 'x', SEED, undefined)).toEqual({ data: {}, ...olds });
  expect(nameOf(assignName({}, { metadata: { name: 'given' } }, 'x', SEED, undefined) ?? {})).toMatch(
    /^x-[0-9a-f]{8}$/,
  );
});

it('leaves names that are given or not known yet', () => {
  for (const inputs of [
    { metadata: { name: 'given' } },
    { metadata: { name: UNKNOWN } },
    { metadata: UNKNOWN },
  ]) {
    expect(assignName(inputs, undefined, 'x', SEED, undefined)).toBe(inputs);
  }
});

it("follows the project's configuration", () => {
  const proposed = assignName({}, undefined, 'x', SEED, { mode: 'propose', proposedName: 'proposed' });
  expect(proposed).toEqual({ metadata: { name: 'proposed', ...AUTONAMED } });
  expect(assignName({}, undefined, 'x', SEED, { mode: 'disable' })).toBeUndefined();
});

it('gives every resource a field manager of its own', () => {
  expect(newFieldManager()).toMatch(/^pulumi-kubernetes-[0-9a-f]{8}$/);
  expect(newFieldManager()).not.toBe(newFieldManager());
});
