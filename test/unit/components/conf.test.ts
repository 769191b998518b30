import { type RedisConf, redisConf } from '../../../components/redis/conf';

const given: RedisConf = {
  maxmemory: '160Mi',
  maxClients: 1000,
  port: 6379,
  socket: '/run/redis/redis.sock',
  aclFile: '/etc/acl/users.acl',
  dataFolder: '/data',
};
const directivesOf = (conf: RedisConf) =>
  redisConf(conf)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
const directives = directivesOf(given);

test('redis.conf says how sessions are kept, and nothing else', () => {
  expect(directives).toEqual([
    'bind * -::*',
    'port 6379',
    'unixsocket /run/redis/redis.sock',
    'unixsocketperm 700',
    'protected-mode yes',
    'tcp-backlog 511',
    'tcp-keepalive 60',
    'timeout 0',
    'maxclients 1000',
    'daemonize no',
    'supervised no',
    'logfile ""',
    'loglevel notice',
    'databases 1',
    'aclfile /etc/acl/users.acl',
    'acllog-max-len 128',
    'enable-debug-command no',
    'enable-module-command no',
    'enable-protected-configs no',
    'maxmemory 167772160',
    'maxmemory-policy volatile-lru',
    'maxmemory-samples 10',
    'hash-max-listpack-entries 32',
    'hash-max-listpack-value 512',
    'lazyfree-lazy-eviction yes',
    'lazyfree-lazy-expire yes',
    'lazyfree-lazy-server-del yes',
    'lazyfree-lazy-user-del yes',
    'lazyfree-lazy-user-flush yes',
    'dir /data',
    'appendonly yes',
    'appendfsync everysec',
    'no-appendfsync-on-rewrite no',
    'aof-use-rdb-preamble yes',
    'aof-load-truncated yes',
    'auto-aof-rewrite-percentage 100',
    'auto-aof-rewrite-min-size 64mb',
    'save 3600 1',
    'dbfilename dump.rdb',
    'rdbcompression yes',
    'rdbchecksum yes',
    'stop-writes-on-bgsave-error yes',
    'shutdown-on-sigterm nosave',
    'shutdown-timeout 10',
    'slowlog-log-slower-than -1',
    'slowlog-max-len 0',
    'latency-monitor-threshold 100',
  ]);
});

const withTls = (clientCertificates: 'required' | 'optional') =>
  directivesOf({ ...given, tls: { folder: '/etc/tls', clientCertificates } });

test.each([
  ['required', 'yes'],
  ['optional', 'optional'],
] as const)('with TLS and certificates %s the port speaks nothing else', (clientCertificates, auth) => {
  const secure = withTls(clientCertificates);
  expect(secure.filter((line) => !directives.includes(line))).toEqual([
    'port 0',
    'tls-port 6379',
    'tls-cert-file /etc/tls/tls.crt',
    'tls-key-file /etc/tls/tls.key',
    'tls-ca-cert-file /etc/tls/ca.crt',
    `tls-auth-clients ${auth}`,
    'tls-protocols "TLSv1.2 TLSv1.3"',
    'tls-prefer-server-ciphers yes',
    'tls-session-caching yes',
    'tls-replication yes',
  ]);
  expect(directives.filter((line) => !secure.includes(line))).toEqual(['port 6379']);
});

test.each([[directives], [withTls('required')]])('no directive is given twice', (lines) => {
  const names = lines.map((line) => line.split(' ')[0]);
  expect(new Set(names).size).toBe(names.length);
});

test('an impossible size is an error, not a server without a limit', () => {
  expect(() => redisConf({ ...given, maxmemory: 'lots' })).toThrow('"lots" is no quantity of bytes');
});
