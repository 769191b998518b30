import { sha256 } from '../kubernetes/checksum';
import type { Role } from './roles';

// Off and without a password: nobody can log in as it, and a connection is not it before its login either. It keeps its
// permissions, because Redis before 8.4 replays the append-only file as this user and would silently drop every
// transaction and function call that it may not run (https://github.com/redis/redis/issues/14541).
const defaultUser = 'user default off resetpass ~* &* +@all';

type Rights = Partial<Pick<Role, 'keys' | 'readKeys' | 'channels' | 'selectors'>> & Pick<Role, 'commands'>;
type Passwords = Readonly<Record<string, string>>;

/** An ACL file of roles, and what of it everybody may know. */
export interface AclFile {
  /**
   * The file: one line a role, with its password as SHA-256 only. The format knows no comments. Passwords are long and
   * random, so their plain hashes give nothing away.
   * @param passwords - by role name; a role without one is an error of the program
   */
  readonly text: (passwords: Passwords) => string;
  /** The same lines without the passwords: who may do what, for people and policies. */
  readonly rights: string;
}

/** The ACL file of Redis. */
export const aclFile = (roles: readonly Role[]): AclFile => file(roles.map((role) => [role.name, role]));

/** The ACL file of Sentinels: the roles that are somebody there. */
export const sentinelAclFile = (roles: readonly Role[]): AclFile =>
  file(
    roles.flatMap(({ name, atSentinels }) =>
      atSentinels === undefined ? [] : [[name, atSentinels] as const],
    ),
  );

function file(users: readonly (readonly [name: string, rights: Rights])[]): AclFile {
  const lines = (login: (name: string) => readonly string[]) =>
    [
      defaultUser,
      ...users.map(([name, rights]) =>
        ['user', name, 'on', ...login(name), 'resetkeys', rules(rights)].join(' '),
      ),
      '',
    ].join('\n');
  return {
    rights: lines(() => []),
    text: (passwords) =>
      lines((name) => {
        const password = passwords[name];
        if (password === undefined || password === '') throw new Error(`role ${name} has no password`);
        return [`#${sha256(password)}`];
      }),
  };
}

function rules({ keys = [], readKeys = [], channels = [], commands, selectors = [] }: Rights): string {
  return [
    ...keys.map((pattern) => `~${pattern}`),
    ...readKeys.map((pattern) => `%R~${pattern}`),
    'resetchannels',
    ...channels.map((pattern) => `&${pattern}`),
    '-@all',
    ...commands,
    // A selector starts with nothing.
    ...selectors.map((right) => `(${[...right.keys.map((k) => `~${k}`), ...right.commands].join(' ')})`),
  ].join(' ');
}
