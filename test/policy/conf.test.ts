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
  ].join('\n');
  expect([...settingsOf(text)]).toEqual([
    ['instance', 'one'],
    ['server.http_port', '3000'],
    ['auth.anonymous.enabled', 'false'],
    ['auth.anonymous.name', 'it'],
    ['auth.anonymous.empty', ''],
    ['auth.anonymous.url', 'a=b'],
  ]);
});
