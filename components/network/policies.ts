import { metadata, type Identity } from '../kubernetes/labels';
import { type Connection, isPods, type Outside, type Peer } from './connections';

const identity = (namespace: string): Identity => ({ name: 'network', component: 'network', namespace });

/** Nothing in the namespace may be reached or reach out unless another policy allows it. */
export function defaultDeny(namespace: string) {
  return {
    metadata: metadata(identity(namespace), 'default-deny'),
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  };
}

interface Rule {
  readonly peer: object;
  readonly ports: readonly { readonly protocol: 'TCP' | 'UDP'; readonly port: number }[];
}

/**
 * The policies that allow the declared connections: for each peer in the namespace one for what reaches it and one for
 * what it dials. Who dials may also ask the cluster's DNS, as it dials by name; who dials nothing may not.
 */
export function allowPolicies(namespace: string, connections: readonly Connection[]) {
  const peers = new Map(
    connections
      .flatMap(({ from, to }) => [from, to])
      .filter(isPods)
      .map((peer) => [`${peer.namespace}/${peer.name}`, peer]),
  );
  return [...peers.values()]
    .filter((peer) => peer.namespace === namespace)
    .flatMap((peer) => {
      const dialled = connections
        .filter(({ to }) => same(to, peer))
        .map((c) => rule(c.from, namespace, c.port));
      const dials = connections
        .filter(({ from }) => same(from, peer))
        .map((c) => rule(c.to, namespace, c.port));
      return [
        ...(dialled.length === 0 ? [] : [allow(peer, 'Ingress', dialled)]),
        ...(dials.length === 0 ? [] : [allow(peer, 'Egress', [...dials, dns])]),
      ];
    });
}

const same = (a: Peer | Outside, b: Peer) => isPods(a) && a.namespace === b.namespace && a.name === b.name;

// Namespace and pods in one element: as two they would mean "or".
const pods = (namespace: string, podLabels: Readonly<Record<string, string>>) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
  podSelector: { matchLabels: podLabels },
});

function rule(other: Peer | Outside, own: string, port: number): Rule {
  return { peer: end(other, own), ports: [{ protocol: 'TCP', port }] };
}

function end(other: Peer | Outside, own: string): object {
  if (!isPods(other)) return { ipBlock: { cidr: other.cidr } };
  return other.namespace === own
    ? { podSelector: { matchLabels: other.podLabels } }
    : pods(other.namespace, other.podLabels);
}

const dns: Rule = {
  peer: pods('kube-system', { 'k8s-app': 'kube-dns' }),
  ports: [
    { protocol: 'UDP', port: 53 },
    { protocol: 'TCP', port: 53 },
  ],
};

function allow(peer: Peer, direction: 'Ingress' | 'Egress', rules: readonly Rule[]) {
  return {
    metadata: metadata(identity(peer.namespace), `allow-${peer.name}-${direction.toLowerCase()}`),
    spec: {
      podSelector: { matchLabels: peer.podLabels },
      policyTypes: [direction],
      ...(direction === 'Ingress'
        ? { ingress: rules.map(({ peer: from, ports }) => ({ from: [from], ports: [...ports] })) }
        : { egress: rules.map(({ peer: to, ports }) => ({ to: [to], ports: [...ports] })) }),
    },
  };
}
