import { kubectl } from '../../../local/cluster/cluster';
import type { Scene } from '../run';
import type { Deployed } from '../systems/deployed';
import { namesOf, server } from './crashes';

/** Something that does not mend itself, so that somebody must be told. */
export interface Alarm {
  readonly title: string;
  /** By which alert people must be told of it. Others may follow from it where their pages say so. */
  readonly alert: string;
  /** Breaks it. @returns what mends it */
  readonly strike: (stack: Deployed, scene: Pick<Scene, 'replicas'>) => Promise<() => Promise<void>>;
}

/** Takes all pods of a part away at once, and lets none come until it is mended. */
const without =
  (kind: 'statefulset' | 'deployment', name: string) =>
  async ({ namespace }: Deployed): Promise<() => Promise<void>> => {
    const of = ['-n', namespace];
    const count = await kubectl(['get', kind, name, ...of, '-o', 'jsonpath={.spec.replicas}']);
    await kubectl(['scale', kind, name, ...of, '--replicas=0']);
    const pods = ['pods', ...of, '-l', `app.kubernetes.io/name=${name}`];
    await kubectl(['delete', ...pods, '--grace-period=0', '--force', '--wait=false', '--ignore-not-found']);
    return async () => {
      await kubectl(['scale', kind, name, ...of, `--replicas=${count}`]);
      await kubectl(['rollout', 'status', kind, name, ...of, '--timeout=180s']);
    };
  };

/** Each part of the platform gone. */
export const alarms = {
  nosentinels: {
    title: 'all Sentinels are gone',
    alert: 'QuorumLost',
    strike: without('statefulset', 'sentinel'),
  },
  noproxies: {
    title: 'all proxies are gone',
    alert: 'NoProxyServes',
    strike: without('deployment', 'redis-proxy'),
  },
  noreplicas: {
    title: 'all replicas stand still',
    alert: 'WritesRefused',
    strike: async (stack, { replicas }) => {
      await stack.signal(namesOf(replicas), 'SIGSTOP', server);
      return () => stack.signal(namesOf(replicas), 'SIGCONT', server);
    },
  },
  noredis: {
    title: 'all pods of Redis are gone',
    alert: 'NoMaster',
    strike: without('statefulset', 'redis'),
  },
} as const satisfies Readonly<Record<string, Alarm>>;

export type AlarmName = keyof typeof alarms;
