import type { Case, CasesByRule } from '../../support/cases';
import { container, patch, redis, shell } from '../../support/pods';
import type { Anything, Program } from '../../support/program';

const cleanup = (program: Program): Anything => program.container('CronJob', 'sessions-cleanup');
const inCleanup = 'spec.jobTemplate.spec.template.spec.containers[sessions-cleanup]';

/** A variable of a pod that may take its secrets from the environment. */
const variable =
  (name: string, of: Anything = { value: 'hunter2' }): Case['change'] =>
  (program) =>
    (cleanup(program).env = [{ name, ...of }]);
const command =
  (...words: string[]): Case['change'] =>
  (program) =>
    (cleanup(program).command = words);

const fromSecret = { valueFrom: { secretKeyRef: { name: 'redis', key: 'password' } } };

/** A message with a place and without the secret. */
const told = (place: string, what: string) =>
  new RegExp(`^(?![^]*hunter2)[^]*${escaped(`${place} has ${what}. `)}`);
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Cases of the rules about secrets in the environment and in command lines. */
export const secrets: CasesByRule = {
  'no-secret-env': {
    refused: {
      ...Object.fromEntries(
        [
          'REDIS_PASSWORD',
          'api_token',
          'ClientSecret',
          'SIGNING_KEY',
          'PASS',
          'TOKEN_OF_THE_DAY',
          'FILE_KEY',
        ].map((name) => [
          `a literal ${name}`,
          { change: variable(name), says: told(`${inCleanup}.env[${name}]`, 'a literal value') },
        ]),
      ),
      'an empty literal, which a preview cannot tell from others': {
        change: variable('REDIS_PASSWORD', { value: '' }),
      },
      'a literal in a sidecar': {
        change: (program) =>
          (program.container('StatefulSet', 'redis', 'exporter').env = [
            { name: 'A' },
            { name: 'REDIS_PASSWORD', value: 'hunter2' },
          ]),
        says: told('spec.template.spec.initContainers[exporter].env[REDIS_PASSWORD]', 'a literal value'),
      },
      'a literal in an added container': {
        change: shell((added) => (added.env = [{ name: 'KEY', value: 'hunter2' }])),
      },
      'a literal in a patch': {
        change: patch({ containers: [{ env: [{ name: 'KEY', value: 'hunter2' }] }] }),
      },
      'a variable from a Secret where files are read': {
        change: (program) => (container(program).env = [{ name: 'ANY', ...fromSecret }]),
        says: `${redis}.env[ANY] is from a Secret. `,
      },
      'a whole Secret where files are read': {
        change: (program) =>
          (container(program).envFrom = [{ configMapRef: { name: 'a' } }, { secretRef: { name: 'a' } }]),
        says: `${redis}.envFrom[1] is a Secret. `,
      },
      ...Object.fromEntries(
        (
          [
            ['StatefulSet', 'sentinel'],
            ['Deployment', 'grafana'],
            ['StatefulSet', 'alertmanager'],
            ['StatefulSet', 'prometheus'],
          ] as const
        ).map(([kind, name]) => [
          `a variable of ${name} from a Secret`,
          {
            change: (program: Program) =>
              (program.container(kind, name).env = [{ name: 'ANY', ...fromSecret }]),
            says: `spec.template.spec.containers[${name}].env[ANY] is from a Secret. `,
          },
        ]),
      ),
      'a variable from a Secret in a pod that is listed': {
        change: variable('ANY', fromSecret),
        configuration: { files: ['sessions-cleanup'] },
      },
    },
    passed: {
      ...Object.fromEntries(
        [
          'REDIS_PASSWORD_FILE',
          'GF_SECURITY_ADMIN_PASSWORD__FILE',
          'KEY_PATH',
          'secret_dir',
          'KEYSPACE',
          'A',
        ].map((name) => [`a literal ${name}`, { change: variable(name) }]),
      ),
      'a variable from a Secret where no files are read': { change: variable('REDIS_PASSWORD', fromSecret) },
      'a whole Secret where no files are read': {
        change: (program) => (cleanup(program).envFrom = [{ secretRef: { name: 'a' } }]),
      },
      'a variable from a ConfigMap where files are read': {
        change: (program) => {
          container(program).env = [
            { name: 'ANY', valueFrom: { configMapKeyRef: {} } },
            { name: 'A', value: '1' },
          ];
          container(program).envFrom = [{ configMapRef: { name: 'a' } }];
        },
      },
      'a name in the list': { change: variable('TOKEN_TTL'), configuration: { allowed: ['TOKEN_TTL'] } },
      'no name': { change: patch({ containers: [{ env: [{ value: 'a' }] }] }) },
    },
  },
  'no-secret-args': {
    refused: {
      'a password for Redis': {
        change: command('redis-server', '--requirepass', 'hunter2'),
        says: told(`${inCleanup}.command or args`, 'a value of requirepass'),
      },
      "a master's password": {
        change: command('redis-server', '--masterauth', 'hunter2'),
        says: told(`${inCleanup}.command or args`, 'a value of masterauth'),
      },
      'a password of redis-cli': {
        change: command('/usr/bin/redis-cli', '-a', 'hunter2'),
        says: told(`${inCleanup}.command or args`, 'a value of a'),
      },
      'a value after =': {
        change: command('exporter', '-redis.password=hunter2'),
        says: told(`${inCleanup}.command or args`, 'a value of redis.password'),
      },
      'a value that begins the arguments': {
        change: (program) => {
          cleanup(program).command = ['app', '--token'];
          cleanup(program).args = ['hunter2'];
        },
        says: told(`${inCleanup}.command or args`, 'a value of token'),
      },
      'arguments alone': {
        change: (program) => {
          delete cleanup(program).command;
          cleanup(program).args = ['--secret=hunter2'];
        },
        says: told(`${inCleanup}.command or args`, 'a value of secret'),
      },
      'a value from a variable, which is in the list of processes': {
        change: command('redis-server', '--requirepass', '$(REDIS_PASSWORD)'),
      },
      'a value in a script': {
        change: command('sh', '-c', "exec redis-server  --requirepass 'hunter2' --port 0"),
        says: told(`${inCleanup}.command or args`, 'a value of requirepass'),
      },
      'a variable in a script': {
        change: command('sh', '-c', '"REDISCLI_PASS=hunter2 redis-cli ping"'),
        says: told(`${inCleanup}.command or args`, 'a value of REDISCLI_PASS'),
      },
      'an address with a password': {
        change: command('app', '--redis', 'redis://user:hunter2@redis:6379'),
        says: told(`${inCleanup}.command or args`, 'an address with a password'),
      },
      'an address with a password and no user': {
        change: command('app', '--redis=redis://:hunter2@redis:6379'),
        says: told(`${inCleanup}.command or args`, 'an address with a password'),
      },
      ...Object.fromEntries(
        ['livenessProbe', 'readinessProbe', 'startupProbe'].map((kind) => [
          `a ${kind}`,
          {
            change: (program: Program) =>
              (cleanup(program)[kind] = { exec: { command: ['redis-cli', '--pass', 'hunter2'] } }),
            says: told(`${inCleanup}.${kind}`, 'a value of pass'),
          },
        ]),
      ),
      ...Object.fromEntries(
        ['preStop', 'postStart'].map((kind) => [
          `a hook ${kind}`,
          {
            change: (program: Program) =>
              (cleanup(program).lifecycle = {
                [kind]: { exec: { command: ['redis-cli', '--pass', 'hunter2'] } },
              }),
            says: told(`${inCleanup}.lifecycle.${kind}`, 'a value of pass'),
          },
        ]),
      ),
      'a sidecar': {
        change: (program) =>
          program.container('StatefulSet', 'redis', 'exporter').command.push('-redis.password', 'hunter2'),
        says: told(
          'spec.template.spec.initContainers[exporter].command or args',
          'a value of redis.password',
        ),
      },
      'an added container': { change: shell((added) => (added.args = ['--key=hunter2'])) },
      'a patch': { change: patch({ containers: [{ args: ['--key=hunter2'] }] }) },
    },
    passed: {
      'files with secrets': {
        change: command(
          ...['redis-cli', '--cacert', '/tls/ca.crt', '--key', '/tls/tls.key', '--tls-key=/tls/tls.key'],
          ...['-redis.password-file=passwords.json', '--token-path', 'token', '--secrets-dir', 'secrets'],
        ),
      },
      'nothing as a password': { change: command('redis-server', '--requirepass', '""', '--port', '0') },
      'nothing after =': { change: command('app', '--password=') },
      'a flag without a value': { change: command('app', '--no-token', '--quiet') },
      'a flag at the end': { change: command('app', '--askpass') },
      'events of keys': { change: command('redis-server', '--notify-keyspace-events', 'Ex') },
      'all keys of ls': { change: command('ls', '-a', 'files') },
      'words that are no flags': { change: command('app', 'password', 'hunter2', 'a-key=b', '-') },
      'a variable that a shell fills': { change: command('sh', '-c', 'TOKEN=$(cat /run/token) app') },
      'a variable with the name of a file': { change: command('sh', '-c', 'KEY=/tls/tls.key app') },
      'another variable': { change: command('sh', '-c', 'PORT=6379 app') },
      'an address without a password': { change: command('app', 'redis://user@redis:6379/a:b@c') },
      'a name in the list': {
        change: command('app', '--token-ttl', '3600'),
        configuration: { allowed: ['token-ttl'] },
      },
    },
  },
  'no-duplicate-env': {
    refused: {
      'a variable twice': {
        change: (program) =>
          (cleanup(program).env = [
            { name: 'A', value: '1' },
            { name: 'B', value: '1' },
            { name: 'A', value: '2' },
            { name: 'A', value: '3' },
          ]),
        says: new RegExp(
          `^${escaped(`${inCleanup}.env[A] is there more than once. Leave one of them out.`)}$`,
        ),
      },
      'in an added container': {
        change: shell((added) => (added.env = [{ name: 'A' }, { name: 'A' }])),
        says: 'spec.template.spec.ephemeralContainers[shell].env[A] is there more than once. ',
      },
    },
    passed: {
      'two variables': {
        change: (program) => (cleanup(program).env = [{ name: 'A' }, { name: 'a' }]),
      },
      'the same in two containers': {
        change: (program) => {
          container(program).env = [{ name: 'A', value: '1' }];
          program.container('StatefulSet', 'redis', 'exporter').env = [{ name: 'A', value: '2' }];
        },
      },
    },
  },
};
