import type { Input } from '@pulumi/pulumi';
import {
  podNames as podDnsNames,
  type ServerNames,
  serverNames,
  serviceNames,
} from '../../certificates/names';
import { type Identity, selectorLabels } from '../../kubernetes/labels';
import type { Peer } from '../../network/connections';
import { headlessService, service } from '../../workload/service';

/** What a group of Redis and Sentinels is named by. */
export interface GroupName {
  readonly namespace: string;
  /** Version of Redis in the image, for labels. */
  readonly version: string;
}

/** Name under which Sentinels know the master. */
export const masterName = 'sessions';

/** Ports of the pods, the same with TLS as without. */
export const ports = { redis: 6379, sentinel: 26379 } as const;

/** A part of the group: the servers or the Sentinels. */
export type Part = keyof typeof ports;

export const identityOf = (part: Part, { namespace, version }: GroupName): Identity => ({
  name: part,
  component: part === 'redis' ? 'database' : 'sentinel',
  namespace,
  version,
});

/** The pods of a part as one end of a connection. */
export function peerOf(part: Part, group: GroupName): Peer {
  return { name: part, namespace: group.namespace, podLabels: selectorLabels(identityOf(part, group)) };
}

/** Names of so many pods of a part. */
export const podNames = (part: Part, count: number): string[] =>
  Array.from({ length: count }, (_, ordinal) => `${part}-${ordinal}`);

/** Name of the headless Service that names the pods of a part. */
export const nodesName = (part: Part): string => `${part}-nodes`;

/** Name of the Service that leads to any server: reads need no master. */
export const readName = 'redis-read';

const servicePort = (part: Part) => ({ name: part, port: ports[part] });

/** The headless Service that names the pods of a part. */
export const nodesService = (part: Part, group: GroupName) =>
  headlessService(identityOf(part, group), nodesName(part), servicePort(part));

/** The Service of all servers that are in sync, for what only reads. */
export const readService = (group: GroupName) =>
  service(identityOf('redis', group), readName, servicePort('redis'));

/**
 * The Service of one pod, whose address is the pod's own in all its lives: what it announces to the others. It leads to a
 * pod that is not ready, too, for a replica finds its master and a Sentinel its servers by it.
 */
export function podService(part: Part, pod: string, group: GroupName) {
  const { metadata, spec } = service(identityOf(part, group), pod, servicePort(part));
  return {
    // Pods start with the addresses of these Services, so a run must not wait for their pods first.
    metadata: { ...metadata, annotations: { 'pulumi.com/skipAwait': 'true' } },
    spec: {
      ...spec,
      publishNotReadyAddresses: true,
      selector: { ...spec.selector, 'statefulset.kubernetes.io/pod-name': pod },
    },
  };
}

/**
 * What the pods of a part are dialled by, all of them by one certificate: their announced addresses above all.
 * @param addresses - announced address by pod, of both parts
 */
export function serverNamesOf(
  part: Part,
  addresses: Readonly<Record<string, Input<string>>>,
  { namespace }: GroupName,
): ServerNames {
  const own = Object.entries(addresses).filter(([pod]) => pod.startsWith(`${part}-`));
  return serverNames(
    [
      // Through the proxy, which passes TLS on as it comes.
      ...(part === 'redis'
        ? [...serviceNames('redis', namespace), ...serviceNames(readName, namespace)]
        : []),
      ...own.flatMap(([pod]) => serviceNames(pod, namespace)),
      ...podDnsNames(nodesName(part), namespace),
    ],
    own.map(([, address]) => address),
  );
}

/** The list of addresses that the scripts read: a pod and its address on each line. */
export const addressList = (addresses: Readonly<Record<string, string>>): string =>
  Object.entries(addresses)
    .map(([pod, address]) => `${pod} ${address}\n`)
    .join('');
