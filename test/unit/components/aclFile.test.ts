import { aclFile, sentinelAclFile } from '../../../components/credentials/aclFile';
import { roles as commonRoles, sentinelRoles, tlsRoles } from '../../../components/credentials/roles';

const roles = [...commonRoles, ...tlsRoles];
const passwords = {
  reloader: 'f',
  application: 'a',
  admin: 'b',
  probe: 'c',
  cleanup: 'd',
  deployer: 'e',
  metrics: 'g',
};

const records = '~session:* ~refresh_token:* ~deletion_token:*';
const users = '~user_sessions:* ~user_refresh_tokens:* ~user_deletion_tokens:*';
const indexes =
  '~session_cleanup ~session_cleanup:* ~refresh_token_cleanup ~refresh_token_cleanup:* ' +
  '~deletion_token_cleanup ~deletion_token_cleanup:*';
const stats = '~session_stats ~session_stats:*';
const readOnly = (patterns: string) => patterns.replaceAll('~', '%R~');

test('the ACL file turns the default user off and gives each role its hash, keys and commands only', () => {
  expect(aclFile(roles).text(passwords)).toBe(
    [
      'user default off resetpass ~* &* +@all',
      'user application on #ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb resetkeys ' +
        'resetchannels -@all +time +ping +info +wait +client|setname +client|setinfo ' +
        `(${records} ${users} ${indexes} ${stats} ` +
        '+fcall|session_create +fcall|session_get +fcall|session_touch +fcall|session_update ' +
        '+fcall|session_unset +fcall|session_revoke +fcall|session_list +fcall|session_revoke_all ' +
        '+fcall|refresh_issue +fcall|refresh_get +fcall|refresh_rotate +fcall|refresh_revoke ' +
        '+fcall|refresh_list +fcall|refresh_revoke_all +fcall|deletion_issue +fcall|deletion_get ' +
        '+fcall|deletion_consume +fcall|deletion_revoke_all +fcall_ro|session_get +fcall_ro|session_list ' +
        '+fcall_ro|refresh_get +fcall_ro|refresh_list +fcall_ro|deletion_get) ' +
        `(${records} +hset +hget +hmget +hgetall +hdel +exists +unlink +pexpireat +pexpiretime) ` +
        `(${users} +sadd +srem +smembers +scard) (${indexes} +zadd +zrem) (${stats} +hincrby)`,
      'user cleanup on #18ac3e7343f016890c510e93f935261169d9e3f565436429830faf0934f4f8e4 resetkeys ' +
        `${records} ${users} ${indexes} ${stats} resetchannels -@all +fcall|sessions_cleanup +fcall|sessions_stats ` +
        '+time +pexpiretime +hget +unlink +srem +zrange +zrem +zadd +zcard +zcount +hincrby +hgetall +ping ' +
        '(~maintenance:cleanup:* +set)',
      'user deployer on #3f79bb7b435b05321651daefd374cdc681dc06faa65e374e38337b88ca046dea resetkeys ' +
        'resetchannels -@all +function|load +function|list +ping',
      'user admin on #3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d resetkeys ~* ' +
        'resetchannels -@all +@read +@write +@keyspace +@transaction +@connection +@admin +@dangerous ' +
        '-@scripting -debug -module -migrate -cluster -replicaof -slaveof -failover -psync -sync -replconf',
      'user probe on #2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6 resetkeys ' +
        'resetchannels -@all +ping +info',
      'user metrics on #cd0aa9856147b6c5b4ff2b7dfee5da20aa38253099ef1b4a64aced233c9afe29 resetkeys ' +
        `${readOnly(`${indexes} ${stats} ~maintenance:*`)} resetchannels -@all +ping +info +client|setname ` +
        '+slowlog|get +slowlog|len +latency|latest +latency|histogram +eval +zcard +zcount +hgetall +get +time',
      'user reloader on #252f10c83610ebca1a059c0bae8255eba2f95be4d1d7bcfa89d7248a82d9f111 resetkeys ' +
        'resetchannels -@all +config|set +ping',
      '',
    ].join('\n'),
  );
});

test('what everybody may know of the ACL file is the file without passwords', () => {
  for (const file of [aclFile(roles), sentinelAclFile([...roles, ...sentinelRoles])])
    expect(file.rights).toBe(file.text(new Proxy({}, { get: () => 'x' })).replace(/ #[0-9a-f]{64}/g, ''));
  expect(aclFile(roles).rights).not.toContain('#');
});

test.each([{}, { ...passwords, probe: '' }])(
  'a role without a password is an error, not an open door',
  (given) => {
    expect(() => aclFile(roles).text(given)).toThrow(/^role (application|probe) has no password$/);
  },
);

test('names of roles are unique', () => {
  expect(new Set(roles.map(({ name }) => name)).size).toBe(roles.length);
});

test.each(roles)(
  '$name is given no command by +@all, no password by nopass and no key by allkeys',
  (role) => {
    const rules = [role, { commands: [], keys: role.readKeys ?? [] }, ...(role.selectors ?? [])]
      .flatMap(({ commands, keys }) => [...commands, ...keys])
      .join(' ');
    expect(rules).not.toMatch(/\+@all|nopass|allkeys|allcommands|allchannels/);
  },
);

const rightsOf = (role: string) => {
  const { commands, selectors = [] } = roles.find(({ name }) => name === role)!;
  return [...commands, ...selectors.flatMap((right) => right.commands)];
};

test('functions are called by name only, each by the roles it is for', () => {
  const calls = roles.flatMap(({ name }) =>
    rightsOf(name)
      .filter((rule) => rule.startsWith('+fcall'))
      .map((rule) => [name, /^\+fcall(_ro)?\|(session|refresh|deletion)_\w+$/.test(rule) ? 'one' : rule]),
  );
  expect([...new Set(calls.map((call) => call.join(' ')))]).toEqual([
    'application one',
    'cleanup +fcall|sessions_cleanup',
    'cleanup +fcall|sessions_stats',
  ]);
});

test.each([
  'flushall',
  'flushdb',
  'config',
  'keys',
  'scan',
  'eval',
  'function',
  'acl',
  'shutdown',
  'debug',
  'script',
])('the application may not %s', (command) => {
  const granted = rightsOf('application');
  expect(granted.filter((rule) => rule.startsWith('+@') || rule.split('|')[0] === `+${command}`)).toEqual([]);
});

test('metrics are read by who may write nothing, and sees neither a session nor a token nor whose they are', () => {
  const { keys, readKeys, selectors } = roles.find(({ name }) => name === 'metrics')!;
  expect([keys, selectors]).toEqual([[], undefined]);
  const reads = (key: string) =>
    readKeys!.some((pattern) =>
      pattern.endsWith('*') ? key.startsWith(pattern.slice(0, -1)) : key === pattern,
    );
  const named = ['session:a', 'refresh_token:a', 'deletion_token:a'];
  const ofUsers = ['user_sessions:a', 'user_refresh_tokens:a', 'user_deletion_tokens:a'];
  expect([...named, ...ofUsers].filter(reads)).toEqual([]);
  expect(['session_cleanup', 'session_stats', 'maintenance:cleanup:last_success'].map(reads)).toEqual([
    true,
    true,
    true,
  ]);
});
