import { changes, type KeyRow } from '../../../../scripts/demo/keys';

const row = (key: string, content: string, ttl = 300): KeyRow => ({
  key,
  type: 'hash',
  ttl,
  content: [content],
});

test('of keys seen twice it tells what is gone, new or other, and counts the rest', () => {
  const before = [row('a', '1'), row('b', '1'), row('c', '1')];
  const after = [row('b', '2'), row('c', '1', 299), row('d', '1')];
  expect(changes(before, after)).toEqual({
    changed: [
      { sign: '-', row: row('a', '1') },
      { sign: '~', row: row('b', '2') },
      { sign: '+', row: row('d', '1') },
    ],
    same: 1,
  });
});
