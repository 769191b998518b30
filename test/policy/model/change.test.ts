import { changed } from '../../../policy/model/change';
import { unknownCheckingProxy } from '../../../policy/model/unknown';
import { unknownStringValue as unknown } from '../support/unknown';

test('the value at the end of the path is another one, and all beside it is as it was', () => {
  const of = { spec: { a: { b: 1, c: 2 }, d: 3 }, e: 4 };
  expect(changed(of, ['spec', 'a', 'b'], (value) => [value])).toEqual({
    spec: { a: { b: [1], c: 2 }, d: 3 },
    e: 4,
  });
  expect(of).toEqual({ spec: { a: { b: 1, c: 2 }, d: 3 }, e: 4 });
});

test('what is not there is made', () => {
  expect(changed<object>({}, ['a', 'b'], (value) => value === undefined)).toEqual({ a: { b: true } });
});

test('the copy may be changed as any object', () => {
  const copy = changed({ a: 1 }, ['a'], () => 2);
  copy.a = 3;
  expect(Object.keys(copy)).toEqual(['a']);
  expect(copy).toEqual({ a: 3 });
});

test('what a preview does not know is copied and not read', () => {
  const of = unknownCheckingProxy({ image: unknown, context: { user: unknown } });
  const copy = changed(of as object, ['context', 'root'], () => false);
  expect(copy).toEqual({ image: unknown, context: { user: unknown, root: false } });
});
