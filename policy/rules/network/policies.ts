import { makersOf } from '../../model/pods';
import { isKind, isMade, specOf, type Resource, type Texts } from '../../model/resource';
import { namespaceOf, type Selector } from '../../model/selectors';

/** One end of a connection, as a NetworkPolicy writes it. */
export interface Peer {
  readonly ipBlock?: { readonly cidr?: string };
  readonly namespaceSelector?: Selector;
  readonly podSelector?: Selector;
}

/** Ports of a connection: one, a range of them, or one by its name in the pod that listens. */
export interface Port {
  readonly port?: number | string;
  readonly endPort?: number;
  readonly protocol?: string;
}

interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly Port[];
}

interface PolicySpec {
  readonly podSelector: Selector;
  readonly policyTypes: readonly string[];
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
}

/** The directions of connections, as policyTypes name them. */
export const directions = ['Ingress', 'Egress'] as const;
export type Direction = (typeof directions)[number];

/** What one rule of a policy opens. */
export interface Opening {
  readonly direction: Direction;
  readonly peers: readonly Peer[];
  readonly ports: readonly Port[];
  /** Where its peers are: `spec.ingress[0].from`. */
  readonly peersPath: string;
}

/** Whether a resource is a NetworkPolicy, or a patch of one. */
const isPolicy = (resource: Resource): boolean =>
  isKind(resource, 'networking.k8s.io', 'NetworkPolicy') || isKind(resource, 'extensions', 'NetworkPolicy');

/** Whether a resource is a NetworkPolicy that the stack makes. */
export const isOwnPolicy = (resource: Resource): boolean => isPolicy(resource) && isMade(resource);

/** The selector of a policy's own pods. */
export const selectorOf = (policy: Resource): Selector => specOf<PolicySpec>(policy).podSelector ?? {};

/** The directions that a policy closes but for its rules; where it does not say, the API server guesses. */
export const typesOf = (policy: Resource): readonly string[] => specOf<PolicySpec>(policy).policyTypes ?? [];

/** What a policy opens; nothing where the resource is none. */
export function openingsOf(policy: Resource): Opening[] {
  if (!isPolicy(policy)) return [];
  const { ingress, egress } = specOf<PolicySpec>(policy);
  return [
    ...(ingress ?? []).map(({ from, ports }, nth) => opening('Ingress', from, ports, `ingress[${nth}]`)),
    ...(egress ?? []).map(({ to, ports }, nth) => opening('Egress', to, ports, `egress[${nth}]`)),
  ];
}

const opening = (
  direction: Direction,
  peers: readonly Peer[] | undefined,
  ports: readonly Port[] | undefined,
  place: string,
): Opening => ({
  direction,
  peers: peers ?? [],
  ports: ports ?? [],
  peersPath: `spec.${place}.${direction === 'Ingress' ? 'from' : 'to'}`,
});

/** Whether ports of an opening are every port: none is listed, or one without a number. */
export const isEveryPort = (ports: readonly Port[]): boolean =>
  ports.length === 0 || ports.some(({ port }) => port === undefined);

/** Whether a listed port is, or its range holds, a number. */
export function holds({ port, endPort }: Port, wanted: number): boolean {
  const first = Number(port);
  return first <= wanted && wanted <= (endPort ?? first);
}

/** The names of ports among what is listed: which numbers they are, only the pods that listen know. */
export const namesOf = (ports: readonly Port[]): string[] =>
  ports.flatMap(({ port }) => (typeof port === 'string' && Number.isNaN(Number(port)) ? [port] : []));

/** Pods that a stack makes: who makes them, where, and their labels. */
export interface Workload {
  readonly resource: Resource;
  readonly namespace: string;
  readonly labels: Texts;
}

/** All pods that a stack makes. */
export const workloadsOf = (resources: readonly Resource[]): Workload[] =>
  makersOf(resources).map(({ resource, pods }) => ({
    resource,
    namespace: namespaceOf(resource),
    labels: pods.metadata.labels ?? {},
  }));
