import { handlersOf } from '../../model/handlers';
import { containersOf } from '../../model/pods';
import { onPods } from '../../model/podRule';
import { resourceRule } from '../../model/rule';
import { forbidden, ofAll, ofContainers } from '../../model/contexts';

const isOff = (value: boolean): boolean => !value;

/** No container that is root of its node. */
export const privileged = resourceRule({
  id: 'pss-privileged',
  demand: 'Containers are not privileged.',
  reason: "A privileged one has the node's devices and every capability: it is root there.",
  remedy: 'Leave privileged out.',
  severity: 'critical',
  reference: { framework: 'PSS', control: 'Privileged Containers' },
  check: onPods((pods) => forbidden(ofContainers(pods), 'privileged', (of) => of.privileged, isOff)),
});

/** No process of Windows outside its container. */
export const hostProcess = resourceRule({
  id: 'pss-host-process',
  demand: 'Windows containers are no processes of their node.',
  reason: 'Such a process has the rights of an administrator of the node.',
  remedy: 'Leave windowsOptions.hostProcess out.',
  severity: 'critical',
  reference: { framework: 'PSS', control: 'HostProcess' },
  check: onPods((pods) =>
    forbidden(ofAll(pods), 'windowsOptions.hostProcess', (of) => of.windowsOptions?.hostProcess, isOff),
  ),
});

/** No port of a node. */
export const hostPorts = resourceRule({
  id: 'pss-host-ports',
  demand: 'Containers take no port of their node.',
  reason: 'What listens on a node is reached past every network policy and Service.',
  remedy: 'Leave hostPort out; let a Service lead to the container.',
  severity: 'high',
  reference: { framework: 'PSS', control: 'Host Ports' },
  check: onPods((pods) =>
    containersOf(pods).flatMap(({ container, path }) =>
      (container.ports ?? []).flatMap(({ hostPort }, nth) =>
        (hostPort ?? 0) === 0 ? [] : [`${path}.ports[${nth}].hostPort is ${hostPort}`],
      ),
    ),
  ),
});

/** No call of the kubelet to another machine. */
export const probeHost = resourceRule({
  id: 'pss-probe-host',
  demand: 'Probes and hooks call their own pod.',
  reason: 'The kubelet would call any host for them, past every network policy.',
  remedy: 'Leave host out of httpGet and tcpSocket.',
  severity: 'high',
  reference: { framework: 'PSS', control: 'Host Probes / Lifecycle Hooks' },
  check: onPods((pods) =>
    containersOf(pods).flatMap(({ container, path }) =>
      handlersOf(container).flatMap(({ place, handler }) =>
        (['httpGet', 'tcpSocket'] as const).flatMap((call) => {
          const host = handler[call]?.host ?? '';
          return host === '' ? [] : [`${path}.${place}.${call}.host is ${host}`];
        }),
      ),
    ),
  ),
});
