import { quantityOf } from '../../../policy/model/quantity';

test.each([
  ['0', 0],
  ['1', 1],
  ['+1', 1],
  ['-1', -1],
  ['12', 12],
  ['1.', 1],
  ['.25', 0.25],
  ['.5', 0.5],
  ['1.5', 1.5],
  ['250m', 0.25],
  ['5u', 5e-6],
  ['5n', 5e-9],
  ['2k', 2000],
  ['2M', 2e6],
  ['2G', 2e9],
  ['2T', 2e12],
  ['2P', 2e15],
  ['2E', 2e18],
  ['2Ki', 2048],
  ['2Mi', 2 * 2 ** 20],
  ['2Gi', 2 * 2 ** 30],
  ['2Ti', 2 * 2 ** 40],
  ['2Pi', 2 * 2 ** 50],
  ['2Ei', 2 * 2 ** 60],
  ['1.5Gi', 1.5 * 2 ** 30],
  ['1e3', 1000],
  ['1E+3', 1000],
  ['15e-1', 1.5],
  ['1e12', 1e12],
])('%s is %d', (text, number) => {
  expect(quantityOf(text)).toBe(number);
});

test('a number is one, too', () => {
  expect(quantityOf(2)).toBe(2);
});

test.each(['', 'm', '1Kib', '1K', '1 Gi', 'x1', '1x', '1.2.3', '--1', 'Gi'])(
  "'%s' is no quantity",
  (text) => {
    expect(quantityOf(text)).toBeUndefined();
  },
);
