import { bytes, bytesOf, formatBytes, millicoresOf } from '../../../components/kubernetes/quantity';

test.each([
  ['256Mi', 268435456],
  ['1.5Gi', 1610612736],
  ['2G', 2000000000],
  ['4096', 4096],
  ['1Ki', 1024],
])('%s is %d bytes', (quantity, value) => {
  expect(bytesOf(quantity)).toBe(value);
});

test.each(['', 'lots', '0', '0Mi', '-1Gi', '1.5', '1 Gi', '256mb', '256m', '1e3', '.5Gi', '9000000Ti'])(
  '"%s" is no quantity of bytes',
  (text) => {
    expect(bytesOf(text)).toBeUndefined();
    expect(() => bytes(text)).toThrow(`"${text}" is no quantity of bytes`);
  },
);

test.each([
  ['250m', 250],
  ['0.5', 500],
  ['2', 2000],
  ['1.001', 1001],
])('%s of CPU is %d millicores', (quantity, value) => {
  expect(millicoresOf(quantity)).toBe(value);
});

test.each(['', '0', '0m', '-1', '1Gi', '0.0001', '1.5m'])('"%s" is no quantity of CPU', (text) => {
  expect(millicoresOf(text)).toBeUndefined();
});

test('bytes are written in whole Gi where that is exact, else in Mi, rounded as told', () => {
  expect(formatBytes(2 ** 31, 'down')).toBe('2Gi');
  expect(formatBytes(192 * 2 ** 20, 'down')).toBe('192Mi');
  expect(formatBytes(750e6, 'down')).toBe('715Mi');
  expect(formatBytes(750e6, 'up')).toBe('716Mi');
});
