import type { CasesByRule } from '../../support/cases';
import { all, namespace } from '../../support/make';
import { unknownStringValue as unknown } from '../../support/unknown';
import { type Change, nothing, redis, renamed } from './changes';

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

/** Changes an ACL Secret: its file, and what is told of it. */
const told =
  (change: (text: string) => string, secret = 'redis-acl'): Change =>
  (program) => {
    const { metadata, data } = program.props('Secret', secret);
    const text = change(metadata.annotations['session-database/acl'] as string);
    metadata.annotations['session-database/acl'] = text;
    data['users.acl'] = base64(text);
  };

const withUser = (line: string, secret?: string): Change => told((text) => `${text}${line}\n`, secret);

export const acl: CasesByRule = {
  acl: {
    refused: {
      'a Secret that nobody tells': {
        change: (program) => {
          delete program.props('Secret', 'redis-sentinel-acl').metadata.annotations;
        },
        says: 'users.acl is not told by the annotation session-database/acl. Name an aclfile',
      },
      'a Secret of text that nobody tells': {
        change: (program) =>
          program.add('kubernetes:core/v1:Secret', {
            metadata: { name: 'more', namespace },
            stringData: { 'users.acl': '' },
          }),
        says: 'users.acl is not told',
      },
      'a file that says more than is told': {
        change: (program) => {
          const { data } = program.props('Secret', 'redis-acl');
          const file = Buffer.from(data['users.acl'] as string, 'base64').toString('utf8');
          data['users.acl'] = base64(`${file}user guest on >open +get\n`);
        },
        says: 'users.acl: the annotation session-database/acl tells of other rights than are in it',
      },
      'no line for the default user': {
        change: told((text) => text.replace(/^user default.*\n/, '')),
        says: 'users.acl: user default is not there, and so it is on',
      },
      'a default user that is on': {
        change: told((text) => text.replace('user default off', 'user default on')),
        says: 'users.acl: user default is on',
      },
      'a default user that is turned on again': {
        change: told((text) => text.replace('user default off', 'user default off ON')),
        says: 'user default is on',
      },
      'a user without a password': {
        change: withUser('user guest on nopass +get'),
        says: 'user guest has nopass',
      },
      'a user without a password that is off': {
        change: withUser('user guest off NoPass'),
        says: 'user guest has nopass',
      },
      'a user of Sentinels without a password': {
        change: withUser('user guest on nopass +get', 'redis-sentinel-acl'),
        says: 'user guest has nopass',
      },
      'a user with every command': {
        change: withUser('user guest on ~* +@all'),
        says: 'user guest has +@all',
      },
      'a user with every command by its other name': {
        change: withUser('user guest on ~* AllCommands'),
        says: 'user guest has allcommands',
      },
      'a user with every command on some keys': {
        change: withUser('user guest on -@all (~a:* +@all)'),
        says: 'user guest has +@all',
      },
      'a user with every command, of whom another may': {
        change: withUser('user guest on +@all'),
        configuration: { unrestricted: ['admin'] },
        says: 'user guest has +@all',
      },
      'a user by a line that is not the first': {
        change: withUser('\n  user guest on +@all'),
        says: 'user guest has +@all',
      },
      'a password that is told': {
        change: withUser('user guest on >hunter2'),
        says: /user guest is told with its password\.(?!.*hunter2)/,
      },
      'a hash that is told': {
        change: withUser(`user guest on #${'0a'.repeat(32)}`),
        says: 'user guest is told with its password',
      },
      'a patch that tells too much': {
        change: (program) =>
          program.add('kubernetes:core/v1:SecretPatch', {
            metadata: {
              name: 'more',
              namespace,
              annotations: { 'session-database/acl': 'user default off\nuser guest on nopass' },
            },
            data: { 'users.acl': '' },
          }),
        says: 'user guest has nopass',
      },
      'another file': {
        change: (program) =>
          program.add('kubernetes:core/v1:Secret', {
            metadata: { name: 'more', namespace },
            data: { 'redis.acl': '' },
          }),
        configuration: { file: 'redis.acl' },
        says: 'redis.acl is not told',
      },
      'a Redis without an ACL file': {
        change: redis('aclfile'),
        says: 'redis.conf: aclfile is missing',
      },
      'a Redis with an ACL file of no name': {
        change: redis('aclfile', 'aclfile ""'),
        says: 'redis.conf: aclfile is missing',
      },
      'a Redis by another name without an ACL file': {
        change: all(renamed('StatefulSet', 'redis', 'valkey'), redis('aclfile')),
        configuration: { redis: ['valkey'] },
        says: 'redis.conf: aclfile is missing',
      },
    },
    passed: {
      'what the program tells': { change: nothing },
      'a user that is off with every command': { change: withUser('user guest on off +@all') },
      'a user that nobody turns on, with every command': { change: withUser('user guest +@all') },
      'a default user that nobody turns on': {
        change: told((text) => text.replace('user default off', 'user default')),
      },
      'a user who may, by configuration': {
        change: withUser('user guest on +@all'),
        configuration: { unrestricted: ['guest'] },
      },
      'a user without any command': { change: withUser('user guest on -@all allkeys') },
      'a user whose keys look alike': { change: withUser('user guest on ~nopass ~a# +get') },
      'lines that are of no user': {
        change: withUser('someone guest on nopass +@all\nuser\n# user guest on nopass'),
      },
      'a Secret without an ACL file': {
        change: (program) =>
          program.add('kubernetes:core/v1:Secret', { metadata: { name: 'more', namespace } }),
      },
      'a ConfigMap with such a file': {
        change: (program) =>
          program.add('kubernetes:core/v1:ConfigMap', {
            metadata: { name: 'more', namespace },
            data: { 'users.acl': '' },
          }),
      },
      'a patch that tells nothing': {
        change: (program) =>
          program.add('kubernetes:core/v1:SecretPatch', {
            metadata: { name: 'more', namespace },
            data: { 'users.acl': '' },
          }),
      },
      'a file that is not known yet': {
        change: (program) =>
          program.add('kubernetes:core/v1:Secret', {
            metadata: {
              name: 'more',
              namespace,
              annotations: { 'session-database/acl': 'user default off' },
            },
            data: { 'users.acl': unknown },
          }),
      },
      'a Secret of which nothing is known yet': {
        change: (program) =>
          program.add('kubernetes:core/v1:Secret', { metadata: { name: 'more', namespace }, data: unknown }),
      },
      'a stack without Redis': {
        change: (program) =>
          program.remove(({ type }) => type.endsWith(':StatefulSet') || type.endsWith(':Secret')),
      },
    },
  },
};
