import { onPods } from '../../model/podRule';
import { resourceRule } from '../../model/rule';
import { forbidden, ofAll } from '../../model/contexts';

const types = ['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'];

/** No type of SELinux that is not meant for containers. */
export const seLinuxType = resourceRule({
  id: 'pss-selinux-type',
  demand: 'Containers have a type of SELinux that is meant for them.',
  reason: "Others, as spc_t, let a process at the node's files.",
  remedy: `Leave seLinuxOptions.type out, or let it be one of ${types.slice(1).join(', ')}.`,
  severity: 'high',
  reference: { framework: 'PSS', control: 'SELinux' },
  check: onPods((pods) =>
    forbidden(
      ofAll(pods),
      'seLinuxOptions.type',
      (of) => of.seLinuxOptions?.type,
      (type) => types.includes(type),
    ),
  ),
});

/** No user and no role of SELinux of a pod's choice. */
export const seLinuxUserRole = resourceRule({
  id: 'pss-selinux-user-role',
  demand: 'Pods choose neither a user nor a role of SELinux.',
  reason: 'Both can have more rights than those that the runtime chooses.',
  remedy: 'Leave seLinuxOptions.user and seLinuxOptions.role out.',
  severity: 'high',
  reference: { framework: 'PSS', control: 'SELinux' },
  check: onPods((pods) =>
    (['user', 'role'] as const).flatMap((field) =>
      forbidden(
        ofAll(pods),
        `seLinuxOptions.${field}`,
        (of) => of.seLinuxOptions?.[field],
        (value) => value === '',
      ),
    ),
  ),
});
