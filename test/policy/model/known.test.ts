import { whenKnown } from '../../../policy/model/known';
import { unknownCheckingProxy } from '../../../policy/model/unknown';
import { unknownStringValue } from '../support/unknown';

const data = unknownCheckingProxy({ known: 'a', later: unknownStringValue });

test('what is known is what was read', () => {
  expect(whenKnown(() => data.known)).toBe('a');
});

test('what is not known yet is undefined', () => {
  expect(whenKnown(() => data.later)).toBeUndefined();
});

test('a mistake of the one who reads is not taken for a value that is not known', () => {
  expect(() =>
    whenKnown(() => {
      throw new TypeError('a mistake');
    }),
  ).toThrow('a mistake');
});
