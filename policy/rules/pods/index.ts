import type { Rule } from '../../model/rule';
import { namedServiceAccount, noSaToken } from './accounts';
import { emptydirSizeLimit } from './emptyDir';
import { noHostUsersWaiver, noSharedPid, serviceLinksOff } from './isolation';
import { gracefulStop, noBarePod, priorityClass } from './life';
import { maxmemoryHeadroom } from './maxmemory';
import { probes } from './probes';
import { readOnlyRoot } from './readOnlyRoot';
import { requestsLimits } from './resources';
import { noDuplicateEnv, noSecretArgs, noSecretEnv } from './secrets';
import { uidGidFloor } from './uidGidFloor';

/** What pods must be beside the Pod Security Standards: bounded, watched, and without what they do not need. */
export const pods: readonly Rule[] = [
  noHostUsersWaiver,
  readOnlyRoot,
  uidGidFloor,
  noSaToken,
  namedServiceAccount,
  noSharedPid,
  serviceLinksOff,
  requestsLimits,
  maxmemoryHeadroom,
  probes,
  gracefulStop,
  noBarePod,
  noSecretEnv,
  noSecretArgs,
  noDuplicateEnv,
  emptydirSizeLimit,
  priorityClass,
];
