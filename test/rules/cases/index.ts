import type { FamilyCases } from '../support/cases';
import { availability } from './availability';
import { connections } from './connections';
import { latency } from './latency';
import { memory } from './memory';
import { monitoring, monitoringHours } from './monitoring';
import { persistence } from './persistence';
import { proxies } from './proxies';
import { replication } from './replication';
import { certificates, security } from './security';
import { sentinels } from './sentinel';
import { sessions } from './sessions';
import { slo, sloFromStart } from './slo';
import { targets } from './targets';

/** Cases of every family. */
export const all: readonly FamilyCases[] = [
  availability,
  proxies,
  replication,
  sentinels,
  persistence,
  memory,
  latency,
  connections,
  security,
  certificates,
  sessions,
  targets,
  monitoring,
  monitoringHours,
  slo,
  sloFromStart,
];
