import { sha256 } from '../kubernetes/checksum';
import type { Role } from './roles';

// Off and without a password: nobody can log in as it, and a connection is not it before its login either. It keeps its
// permissions, because Redis before 8.4 replays the append-only file as this user and would silently drop every
// transaction and function call that it may not run (https://github.com/redis/redis/issues/14541).
const defaultUser = 'user default off resetpass ~* &* +@all';

/**
 * The ACL file of Redis: one line a role, with its password as SHA-256 only. The format knows no comments.
 * Passwords are long and random, so their plain hashes give nothing away.
 * @param passwords - by role name; a role without one is an error of the program
 */
export function aclFile(roles: readonly Role[], passwords: Readonly<Record<string, string>>): string {
  const lines = roles.map((role) => {
    const password = passwords[role.name];
    if (password === undefined || password === '') throw new Error(`role ${role.name} has no password`);
    return [
      'user',
      role.name,
      'on',
      `#${sha256(password)}`,
      'resetkeys',
      ...keyRules(role),
      'resetchannels',
      '-@all',
      ...role.commands,
      // A selector starts with nothing.
      ...(role.selectors ?? []).map((right) => `(${[...keyRules(right), ...right.commands].join(' ')})`),
    ].join(' ');
  });
  return [defaultUser, ...lines, ''].join('\n');
}

const keyRules = ({ keys }: Pick<Role, 'keys'>): string[] => keys.map((pattern) => `~${pattern}`);
