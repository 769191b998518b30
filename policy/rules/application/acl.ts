import { whenKnown } from '../../model/known';
import { knownDataOf } from '../../model/mounts';
import { isKind, isPatch, metadataOf, type Resource } from '../../model/resource';
import { stackRule } from '../../model/rule';
import { redisNames } from '../../model/servers';
import { judgeConf, says } from './servers';

/**
 * The annotation of a Secret with an ACL file that tells what is in it, but no password and no hash of one. Secrets are not
 * known before they are made, and nobody should read them to know what their users may do.
 */
const aclAnnotation = 'session-database/acl';

interface User {
  readonly name: string;
  /** What is granted and taken, in order; what a selector holds, too. */
  readonly rules: readonly string[];
}

/** The users of an ACL file. Rules know no upper and lower case; names do. */
function usersOf(text: string): User[] {
  return text.split('\n').flatMap((line) => {
    const [user, name, ...rules] = line.trim().split(/[\s()]+/);
    return user === 'user' && name !== undefined
      ? [{ name, rules: rules.map((rule) => rule.toLowerCase()) }]
      : [];
  });
}

const isOn = ({ rules }: User): boolean =>
  rules.filter((rule) => rule === 'on' || rule === 'off').at(-1) === 'on';

const everyCommand = ['+@all', 'allcommands'];

function userProblems(users: readonly User[], unrestricted: readonly string[]): string[] {
  const byDefault = users.some(({ name }) => name === 'default')
    ? []
    : ['user default is not there, and so it is on'];
  return [
    ...byDefault,
    ...users.flatMap((user) => {
      const { name, rules } = user;
      const on = isOn(user);
      const every = rules.find((rule) => everyCommand.includes(rule));
      return [
        ...(name === 'default' && on ? ['user default is on'] : []),
        ...(rules.includes('nopass') ? [`user ${name} has nopass`] : []),
        ...(on && every !== undefined && !unrestricted.includes(name) ? [`user ${name} has ${every}`] : []),
        ...(rules.some((rule) => /^[#>]/.test(rule)) ? [`user ${name} is told with its password`] : []),
      ];
    }),
  ];
}

interface Settings {
  readonly redis: readonly string[];
  readonly file: string;
  readonly unrestricted: readonly string[];
}

/** Whether a Secret has a file; what is in it need not be known. */
const hasFile = (secret: Resource, file: string): boolean =>
  file in knownDataOf(secret) || file in knownDataOf(secret, 'stringData');

function secretProblems(secret: Resource, { file, unrestricted }: Settings): string[] {
  const text = metadataOf(secret).annotations?.[aclAnnotation];
  if (text !== undefined) {
    const inFile = whenKnown(() => knownDataOf(secret)[file]);
    const problems = userProblems(usersOf(text), unrestricted);
    if (inFile !== undefined && withoutPasswords(inFile) !== text)
      problems.push(`the annotation ${aclAnnotation} tells of other rights than are in it`);
    return problems.map((problem) => `${file}: ${problem}`);
  }
  // Whoever made the Secret has told it there.
  if (isPatch(secret)) return [];
  return [`${file} is not told by the annotation ${aclAnnotation}`];
}

/** The lines of an ACL file in base64, as the annotation has them. */
const withoutPasswords = (data: string): string =>
  Buffer.from(data, 'base64')
    .toString('utf8')
    .replace(/ [#>]\S+/g, '');

/** Everybody logs in as somebody, who may do what he needs. */
export const acl = stackRule<Settings>({
  id: 'acl',
  demand:
    'Redis has an ACL file, in which user default is off and nobody goes without password or may do everything.',
  reason: 'Whoever reaches the port reads every session, or loads code into the server.',
  remedy:
    'Name an aclfile in redis.conf; in it turn user default off, give every user a password and only the commands that it needs; and tell all but the passwords in the annotation session-database/acl.',
  severity: 'critical',
  reference: { framework: 'session-database', control: 'Redis' },
  settings: {
    redis: redisNames,
    file: { description: 'Key of ACL files in Secrets.', default: 'users.acl' },
    unrestricted: { description: 'Users that may have every command.', default: [] },
  },
  check: (resources, settings) => [
    ...judgeConf(resources, settings.redis, 'redis.conf', (directives) =>
      says(directives, 'aclfile') ? [] : ['aclfile is missing'],
    ),
    ...resources
      .filter((resource) => isKind(resource, '', 'Secret') && hasFile(resource, settings.file))
      .flatMap((resource) => secretProblems(resource, settings).map((problem) => ({ problem, resource }))),
  ],
});
