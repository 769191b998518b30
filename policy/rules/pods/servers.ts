import { type Pods } from '../../model/pods';
import { isKind, type Resource } from '../../model/resource';
import type { Setting } from '../../model/rule';
import { nameLabel } from '../../model/selectors';

/** Whether pods are to run for as long as they are wanted, and not until they are done. */
export const serves = (resource: Resource, { spec }: Pods): boolean =>
  !isKind(resource, 'batch', 'Job', 'CronJob') && (spec.restartPolicy ?? 'Always') === 'Always';

/** Whether pods are of an application, by the standard label. */
export const isNamed = ({ metadata }: Pods, names: readonly string[]): boolean =>
  names.includes(metadata.labels?.[nameLabel] ?? '');

/** Names of Redis' pods, as a setting. */
export const redisNames: Setting<readonly string[]> = {
  description: `What the label ${nameLabel} of pods of Redis is.`,
  default: ['redis'],
};
