import type { Case, CasesByRule } from '../../support/cases';
import { unknownStringValue as unknown } from '../../support/unknown';
import { namespace } from '../../support/make';
import { added } from './changes';

/** A ConfigMap with a file. */
const file = (text: string, key = 'file.conf', field = 'data') =>
  added('kubernetes:core/v1:ConfigMap', { metadata: { name: 'more', namespace }, [field]: { [key]: text } });

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Texts in a ConfigMap that are refused, each for what it is said to hold. */
const holds = (what: string, texts: readonly string[]): Record<string, Case> =>
  Object.fromEntries(
    texts.map((text) => [
      `${what}: ${text.trim().split('\n')[0]?.slice(0, 40)}`,
      { change: file(text), says: new RegExp(`^data\\[file.conf\\] holds ${what}\\. Put it into a Secret`) },
    ]),
  );

const harmless = (texts: readonly string[]): Record<string, Case> =>
  Object.fromEntries(texts.map((text) => [text, { change: file(text) }]));

export const secretInConfigMap: CasesByRule = {
  'no-secret-in-configmap': {
    refused: {
      ...Object.fromEntries(
        [
          ...[
            'password',
            'redis-password',
            'PASSWORDS',
            'db.passwd',
            'client_secret',
            'secret',
            'secret-key',
          ],
          ...['token', 'refresh.tokens', 'credentials', 'tls.key', 'store.p12', 'store.jks'],
        ].map((key): [string, Case] => [
          `a file called ${key}`,
          { change: file('', key), says: `data[${key}] is, by its name, a secret. Put it` },
        ]),
      ),
      ...holds('a private key', [
        'first\n-----BEGIN PRIVATE KEY-----\n',
        '-----BEGIN RSA PRIVATE KEY-----\n',
        '-----BEGIN OPENSSH PRIVATE KEY-----\n',
      ]),
      ...holds('a password', [
        'password=hunter2',
        'Password: hunter2',
        'db_passwd = "hunter2"',
        '{"password": "hunter2"}',
        "passphrase: 'hunter2'",
        'secret_key=hunter2',
        'secret-key=hunter2',
        'secretKey: hunter2',
        'api_key=hunter2',
        'apikey: hunter2',
        'client-secret: hunter2',
        'clientSecret=hunter2',
        'password=four',
        'password=nothing',
      ]),
      ...holds('a password of Redis', [
        'port 0\nrequirepass hunter2',
        '  masterauth hunter2',
        'tls-key-file-pass hunter2',
        'tls-client-key-file-pass hunter2',
        'sentinel auth-pass sessions hunter2',
        'sentinel  sentinel-pass "hunter2"',
        'REQUIREPASS hunter2',
      ]),
      ...holds('the password of an ACL user', [
        'user application on >hunter2 +get',
        'port 0\n  user application on #fadf8672d79e',
      ]),
      ...holds('a login in an address', [
        'redis://application:hunter2@redis:6379',
        'rediss://:hunter2@redis:6379',
        'https+git://people:hunter2@host/',
      ]),
      ...holds('a web token', ['bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl']),
      ...holds('an access key', [
        'AKIAIOSFODNN7EXAMPLE',
        `ghp_${'a1B2'.repeat(9)}`,
        'xoxb-1234567890',
        `AIza${'x_-1B'.repeat(7)}`,
      ]),
      ...holds('the address of a webhook', [
        'https://hooks.slack.com/services/T0/B0/x',
        'https://hooks.slack.com/workflows/T0',
      ]),
      'a file as bytes': {
        change: file(base64('requirepass hunter2'), 'redis.conf', 'binaryData'),
        says: 'binaryData[redis.conf] holds a password of Redis',
      },
      'a patch': {
        change: added('kubernetes:core/v1:ConfigMapPatch', {
          metadata: { name: 'more', namespace },
          data: { 'redis.conf': 'requirepass hunter2' },
        }),
      },
    },
    passed: {
      ...harmless([
        'password=$(cat "$credentials/password")',
        'password: {{ .Password }}',
        'password_file: /etc/password',
        '"password_file": "/etc/password"',
        'password: /etc/password',
        'password = <none>',
        'password: %d',
        'password: &anchor',
        'password: *anchor',
        'password=# none',
        'password: true',
        'password: false',
        'password: null',
        'password: nil',
        'password: none',
        'password: yes',
        'password: no',
        'password=abc',
        'password=""',
        'password=',
        'Its password is long',
        'the password, which',
        'echo "requirepass $password"',
        'requirepass $password',
        'masterauth ""',
        '# requirepass hunter2',
        'user default off resetpass ~* &* -@all',
        'user application on # first',
        'user application on >$password',
        'superuser x >hunter2',
        'rediss://127.0.0.1:6379',
        'https://host/path:with@sign',
        'https://$user:$password@host',
        '-----BEGIN CERTIFICATE-----',
        '-----BEGIN PUBLIC KEY-----',
        'eyJhbGciOiJIUzI1NiJ9',
        'AKIAIOSFODNN7',
        'xAKIAIOSFODNN7EXAMPLE',
        'https://hooks.slack.com/',
        'https://hooks.slack.com/services/<id>',
      ]),
      'files whose names only look alike': {
        change: (program) => {
          file('', 'tokenizer.conf')(program);
          file('', 'mytoken')(program);
          file('', 'tls.keys')(program);
          file('', 'token.lua')(program);
        },
      },
      'bytes that are nothing': { change: file(base64('port 0'), 'redis.conf', 'binaryData') },
      'what is in a Secret': {
        change: added('kubernetes:core/v1:Secret', {
          metadata: { name: 'more', namespace },
          data: { password: 'requirepass hunter2' },
        }),
      },
      'a file that is not known yet': { change: file(unknown) },
      'a ConfigMap of which nothing is known yet': {
        change: added('kubernetes:core/v1:ConfigMap', {
          metadata: { name: 'more', namespace },
          data: unknown,
        }),
      },
      'a ConfigMap without files': {
        change: added('kubernetes:core/v1:ConfigMap', { metadata: { name: 'more', namespace } }),
      },
    },
  },
};
