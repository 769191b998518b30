import { podsOf } from '../../model/pods';
import { isKind, isMade, metadataOf, type Resource, specOf } from '../../model/resource';
import { stackRule } from '../../model/rule';
import { redisNames } from '../../model/servers';
import { workloadsOf } from './servers';

const component = 'app.kubernetes.io/component';

const isBackup = (resource: Resource): boolean =>
  isKind(resource, 'batch', 'CronJob') &&
  isMade(resource) &&
  [metadataOf(resource), podsOf(resource)?.metadata].some((of) => of?.labels?.[component] === 'backup') &&
  specOf<{ readonly suspend?: boolean }>(resource).suspend !== true;

/** What a mistake has deleted can be had back. */
export const backupExists = stackRule<{ readonly redis: readonly string[] }>({
  id: 'backup-exists',
  demand: 'Where Redis is, a CronJob of component backup runs in the same namespace.',
  reason: 'Replicas repeat every deletion, so a mistake or a lost volume takes the only data there are.',
  remedy:
    'Add a CronJob with the label app.kubernetes.io/component: backup that copies snapshots to another place, and do not suspend it.',
  severity: 'high',
  reference: { framework: 'session-database', control: 'Data' },
  settings: { redis: redisNames },
  check: (resources, { redis }) =>
    workloadsOf(resources, redis).flatMap(({ resource }) => {
      const { name, namespace } = metadataOf(resource);
      const covered = resources.some(
        (resource) => isBackup(resource) && metadataOf(resource).namespace === namespace,
      );
      return covered ? [] : [{ problem: `no CronJob backs up what ${name} holds`, resource }];
    }),
});
