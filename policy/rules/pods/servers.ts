import { type Pods } from '../../model/pods';
import { isKind, type Resource } from '../../model/resource';

/** Whether pods are to run for as long as they are wanted, and not until they are done. */
export const serves = (resource: Resource, { spec }: Pods): boolean =>
  !isKind(resource, 'batch', 'Job', 'CronJob') && (spec.restartPolicy ?? 'Always') === 'Always';
