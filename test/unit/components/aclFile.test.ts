import { aclFile } from '../../../components/credentials/aclFile';
import { roles } from '../../../components/credentials/roles';

const passwords = { application: 'a', admin: 'b', probe: 'c' };

test('the ACL file turns the default user off and gives each role its hash, keys and commands only', () => {
  expect(aclFile(roles, passwords)).toBe(
    [
      'user default off resetpass ~* &* +@all',
      'user application on #ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb resetkeys ' +
        '~session:* ~user_sessions:* ~refresh_token:* ~deletion_token:* resetchannels -@all ' +
        '+hset +hget +hmget +hgetall +hdel +sadd +srem +smembers +sismember +scard ' +
        '+expire +ttl +exists +del +unlink +multi +exec +discard +ping +info +client|setname +client|setinfo',
      'user admin on #3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d resetkeys ~* ' +
        'resetchannels -@all +@read +@write +@keyspace +@transaction +@connection +@admin +@dangerous ' +
        '-@scripting -debug -module -migrate -cluster -replicaof -slaveof -failover -psync -sync -replconf',
      'user probe on #2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6 resetkeys ' +
        'resetchannels -@all +ping',
      '',
    ].join('\n'),
  );
});

test.each([{}, { ...passwords, probe: '' }])(
  'a role without a password is an error, not an open door',
  (given) => {
    expect(() => aclFile(roles, given)).toThrow(/^role (application|probe) has no password$/);
  },
);

test('names of roles are unique', () => {
  expect(new Set(roles.map(({ name }) => name)).size).toBe(roles.length);
});

test.each(roles)(
  '$name is given no command by +@all, no password by nopass and no key by allkeys',
  (role) => {
    const rules = [...role.commands, ...role.keys].join(' ');
    expect(rules).not.toMatch(/\+@all|nopass|allkeys|allcommands|allchannels/);
  },
);

test.each([
  'flushall',
  'flushdb',
  'config',
  'keys',
  'scan',
  'eval',
  'fcall',
  'acl',
  'shutdown',
  'debug',
  'script',
])('the application may not %s', (command) => {
  const granted = roles.find(({ name }) => name === 'application')!.commands;
  expect(granted.filter((rule) => rule.startsWith('+@') || rule.split('|')[0] === `+${command}`)).toEqual([]);
});
