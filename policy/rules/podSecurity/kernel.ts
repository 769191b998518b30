import { onPods } from '../../model/podRule';
import { resourceRule } from '../../model/rule';
import { forbidden, ofContainers, ofPod } from '../../model/contexts';

/** /proc with what the runtime masks of it. */
export const procMount = resourceRule({
  id: 'pss-proc-mount',
  demand: 'Containers see /proc as their runtime masks it.',
  reason: 'Unmasked, it shows and changes what the kernel of the node keeps for itself.',
  remedy: 'Leave procMount out.',
  severity: 'high',
  reference: { framework: 'PSS', control: '/proc Mount Type' },
  check: onPods((pods) =>
    forbidden(
      ofContainers(pods),
      'procMount',
      (of) => of.procMount,
      (type) => type === 'Default',
    ),
  ),
});

const ofIPv4 = [
  'ip_local_port_range',
  'tcp_syncookies',
  'ping_group_range',
  'ip_unprivileged_port_start',
  'ip_local_reserved_ports',
  'tcp_keepalive_time',
  'tcp_fin_timeout',
  'tcp_keepalive_intvl',
  'tcp_keepalive_probes',
  'tcp_rmem',
  'tcp_wmem',
];
const safe = ['kernel.shm_rmid_forced', ...ofIPv4.map((name) => `net.ipv4.${name}`)];

/** No parameter of the kernel that reaches past its pod. */
export const sysctls = resourceRule({
  id: 'pss-sysctls',
  demand: 'Pods set only parameters of the kernel that are their own.',
  reason: 'Others change the node for everything that runs there, or switch its protections off.',
  remedy: 'Leave the parameter out; where it is needed, set it on the node.',
  severity: 'high',
  reference: { framework: 'PSS', control: 'Sysctls' },
  check: onPods((pods) => {
    const { context, path } = ofPod(pods);
    return (context.sysctls ?? [])
      .map(({ name = '' }) => name)
      .filter((name) => !safe.includes(name))
      .map((name) => `${path}.sysctls has ${name === '' ? 'one without a name' : name}`);
  }),
});
