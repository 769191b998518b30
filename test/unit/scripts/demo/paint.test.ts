import { coloured, paint } from '../../../../scripts/demo/paint';

test('only a terminal gets colours, and none with NO_COLOR', () => {
  expect(coloured(true, undefined)).toBe(true);
  expect(coloured(true, '')).toBe(true);
  expect(coloured(true, '1')).toBe(false);
  expect(coloured(false, undefined)).toBe(false);
});

test('a line is painted as what it is, plain text and empty lines are not', () => {
  expect(paint('1. Alice', 'heading')).toBe('\u001b[1m1. Alice\u001b[0m');
  expect(paint('FCALL', 'call')).toBe('\u001b[36mFCALL\u001b[0m');
  expect(paint('text', 'text')).toBe('text');
  expect(paint('', 'keys')).toBe('');
});
