import type { Rule } from '../../model/rule';
import { acl } from './acl';
import { amSecretsByFile } from './alertmanagerSecrets';
import { backupExists } from './backupExists';
import { certValidity } from './certValidity';
import { grafanaHardened } from './grafanaHardened';
import { persistence } from './persistence';
import { rulesLoaded } from './rulesLoaded';
import { sentinelAuth } from './sentinelAuth';
import { tlsOnly } from './tlsOnly';

/** What runs in the pods: Redis, its Sentinels, certificates, monitoring and backups. */
export const application: readonly Rule[] = [
  tlsOnly,
  acl,
  persistence,
  sentinelAuth,
  rulesLoaded,
  amSecretsByFile,
  grafanaHardened,
  backupExists,
  certValidity,
];
