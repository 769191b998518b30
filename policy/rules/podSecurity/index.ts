import type { Rule } from '../../model/rule';
import { hostPorts, hostProcess, privileged, probeHost } from './hostAccess';
import { hostNamespaces } from './hostNamespaces';
import { procMount, sysctls } from './kernel';
import { capabilities, privilegeEscalation, runAsNonRoot, runAsUser } from './privileges';
import { appArmor, appArmorAnnotation, seccomp } from './profiles';
import { seLinuxType, seLinuxUserRole } from './selinux';
import { volumes } from './volumes';

/**
 * The Pod Security Standards, profile restricted, as Kubernetes 1.36 has them: a rule for each of their controls. Other than
 * there, neither `hostUsers: false` nor Windows lifts any.
 */
export const podSecurity: readonly Rule[] = [
  hostNamespaces,
  privileged,
  hostProcess,
  hostPorts,
  probeHost,
  appArmor,
  appArmorAnnotation,
  seLinuxType,
  seLinuxUserRole,
  procMount,
  sysctls,
  volumes,
  privilegeEscalation,
  runAsNonRoot,
  runAsUser,
  seccomp,
  capabilities,
];
