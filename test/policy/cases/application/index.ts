import type { CasesByRule } from '../../support/cases';
import { acl } from './acl';
import { alertmanagerSecrets } from './alertmanagerSecrets';
import { backupExists } from './backupExists';
import { certValidity } from './certValidity';
import { grafanaHardened } from './grafanaHardened';
import { persistence } from './persistence';
import { rulesLoaded } from './rulesLoaded';
import { sentinelAuth } from './sentinelAuth';
import { tlsOnly } from './tlsOnly';

export const application: CasesByRule = {
  ...tlsOnly,
  ...acl,
  ...persistence,
  ...sentinelAuth,
  ...rulesLoaded,
  ...alertmanagerSecrets,
  ...grafanaHardened,
  ...backupExists,
  ...certValidity,
};
