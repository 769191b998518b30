import { directivesOf } from '../../policy/model/conf';
import { settingsOf } from '../../policy/rules/application/ini';

test('the last of a directive counts, by its name in lower case, without quotes and space around it', () => {
  const text = [
    'port 1',
    '# port 2',
    '  PORT   6379  ',
    'logfile ""',
    "dir '/data'",
    'save 3600 1',
    'daemonize',
    'proc-title "a" "b"',
    'maxmemory 1 # not a comment',
    `rename-command "" a' 'b'`,
    `requirepass 'a' b`,
    'a#b c',
    '',
    'appendonly yes\r',
  ].join('\n');
  expect([...directivesOf(text)]).toEqual([
    ['port', '6379'],
    ['logfile', ''],
    ['dir', '/data'],
    ['save', '3600 1'],
    ['daemonize', ''],
    ['proc-title', '"a" "b"'],
    ['maxmemory', '1 # not a comment'],
    ['rename-command', `"" a' 'b'`],
    ['requirepass', `'a' b`],
    ['a#b', 'c'],
    ['appendonly', 'yes'],
  ]);
});

test('an INI file gives its values by section and key, in lower case', () => {
  const text = [
    'instance = one',
    '[Server]',
    ' Http_Port =3000 ',
    '; protocol = http',
    '# protocol = http',
    '[ auth.anonymous ]',
    'enabled = "false"',
    'name = `it`',
    'empty =',
    'url = a=b',
    'early = "a" b',
    'late = a "b"',
    '\t[paths]',
    'a=1',
    'two words  =  2',
    'see [server]',
    '[[x]]',
    '= 3',
  ].join('\n');
  expect([...settingsOf(text)]).toEqual([
    ['instance', 'one'],
    ['server.http_port', '3000'],
    ['auth.anonymous.enabled', 'false'],
    ['auth.anonymous.name', 'it'],
    ['auth.anonymous.empty', ''],
    ['auth.anonymous.url', 'a=b'],
    ['auth.anonymous.early', '"a" b'],
    ['auth.anonymous.late', 'a "b"'],
    ['paths.a', '1'],
    ['paths.two words', '2'],
  ]);
});
