import { encoded, endOf } from '../../load/raw';

const end = (text: string) => endOf(Buffer.from(text), 0);

test('commands are encoded by their bytes, one after the other', () => {
  expect(encoded([['SET', 'ключ', 7], ['PING']]).toString()).toBe(
    '*3\r\n$3\r\nSET\r\n$8\r\nключ\r\n$1\r\n7\r\n*1\r\n$4\r\nPING\r\n',
  );
});

test.each([
  '+OK\r\n',
  ':12\r\n',
  '$-1\r\n',
  '$0\r\n\r\n',
  '$4\r\na\r\nb\r\n',
  '*0\r\n',
  '*2\r\n:1\r\n*1\r\n$1\r\nx\r\n',
])('the reply %j ends where it ends, and is not whole before', (reply) => {
  expect(end(`${reply}+OK\r\n`)).toBe(reply.length);
  for (let length = 0; length < reply.length; length++) expect(end(reply.slice(0, length))).toBe(-1);
});

test.each(['-NOPERM no\r\n', '*2\r\n+OK\r\n-NOPERM no\r\n'])(
  'an error is thrown, also inside: %j',
  (reply) => {
    expect(() => end(reply)).toThrow('NOPERM no');
  },
);
