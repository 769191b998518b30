import { containersOf } from '../../model/pods';
import { specOf } from '../../model/resource';
import { stackRule } from '../../model/rule';
import { redisNames } from '../../model/servers';
import { type Directives, isOneOf, judgeConf, said, type Server } from './servers';

interface Settings {
  readonly redis: readonly string[];
  readonly appendOnly: boolean;
  readonly evictionPolicies: readonly string[];
}

interface ClaimTemplates {
  readonly volumeClaimTemplates?: readonly { readonly metadata?: { readonly name?: string } }[];
}

/** Whether a folder of a server is on a volume that outlives its pod. */
function isLasting(folder: string, { resource, pods }: Server): boolean {
  const claimed = [
    ...(specOf<ClaimTemplates>(resource).volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name),
    ...(pods.spec.volumes ?? [])
      .filter((volume) => 'persistentVolumeClaim' in volume)
      .map(({ name }) => name),
  ];
  const [mount] = containersOf(pods)
    .flatMap(({ container }) => container.volumeMounts ?? [])
    .filter(({ mountPath }) => mountPath !== undefined && `${folder}/`.startsWith(`${mountPath}/`))
    // The innermost is what is seen there.
    .sort((one, other) => (other.mountPath ?? '').length - (one.mountPath ?? '').length);
  return mount !== undefined && claimed.includes(mount.name);
}

function problems(
  directives: Directives,
  server: Server,
  { appendOnly, evictionPolicies }: Settings,
): string[] {
  const wrong = (name: string, right: boolean) => (right ? [] : [said(directives, name)]);
  const folder = directives.get('dir') ?? '';
  return [
    ...(appendOnly
      ? [
          ...wrong('appendonly', isOneOf(directives, 'appendonly', ['yes'])),
          ...wrong('appendfsync', !isOneOf(directives, 'appendfsync', ['no'])),
          ...(isLasting(folder, server) ? [] : [`${said(directives, 'dir')}, on no claim`]),
        ]
      : []),
    ...wrong('maxmemory-policy', isOneOf(directives, 'maxmemory-policy', evictionPolicies, 'noeviction')),
  ];
}

/** Sessions are still there when Redis has started again, or is full. */
export const persistence = stackRule<Settings>({
  id: 'persistence',
  demand: 'Redis writes an append-only file to a volume that lasts, and evicts as the stack wants it.',
  reason:
    'Everybody is logged out when the server restarts, or indexes go before the sessions that they are of.',
  remedy:
    'Set appendonly yes, appendfsync everysec, dir to a folder on a claim, and a maxmemory-policy that the configuration of the pack allows.',
  severity: 'high',
  reference: { framework: 'session-database', control: 'Redis' },
  settings: {
    redis: redisNames,
    appendOnly: { description: 'Whether the data must outlive the server.', default: true },
    evictionPolicies: {
      description: 'What Redis may do when its memory is full.',
      default: ['noeviction', 'volatile-lru', 'volatile-lfu', 'volatile-ttl'],
    },
  },
  check: (resources, settings) =>
    judgeConf(resources, settings.redis, 'redis.conf', (directives, server) =>
      problems(directives, server, settings),
    ),
});
