import { textsOf } from '../../model/mounts';
import { stackRule } from '../../model/rule';
import { sentinelNames } from '../../model/servers';
import { type Directives, judgeConf, says } from './servers';

function problems(directives: Directives, texts: readonly string[]): string[] {
  const written = (directive: string): boolean =>
    texts.some((text) => new RegExp(`^[^#\n]*\\bsentinel ${directive} `, 'm').test(text));
  const password = says(directives, 'requirepass');
  return [
    ...(password || says(directives, 'aclfile') ? [] : ['neither aclfile nor requirepass is there']),
    ...(written('auth-pass') ? [] : ['no file that its pods mount has sentinel auth-pass']),
    // With one password for all, Sentinels show that to each other.
    ...(password || written('sentinel-pass')
      ? []
      : ['no file that its pods mount has sentinel sentinel-pass']),
  ];
}

/** Sentinels obey those only who log in, and log in where they watch. */
export const sentinelAuth = stackRule<{ readonly sentinels: readonly string[] }>({
  id: 'sentinel-auth',
  demand: 'Sentinels ask for a login, and log in at Redis and at each other.',
  reason: 'Whoever reaches one can make a server of his own the master, and all clients follow him there.',
  remedy:
    'Name an aclfile in sentinel.conf, and write sentinel auth-user, auth-pass, sentinel-user and sentinel-pass into it at the start.',
  severity: 'critical',
  reference: { framework: 'session-database', control: 'Redis' },
  settings: { sentinels: sentinelNames },
  check: (resources, { sentinels }) =>
    judgeConf(resources, sentinels, 'sentinel.conf', (directives, { resource }) =>
      // A script may write what is secret into the configuration at its start.
      problems(directives, textsOf(resource, resources)),
    ),
});
