import { resourceRule, stackRule } from '../../model/rule';
import { namespaceOf, selects } from '../../model/selectors';
import {
  holds,
  isEveryPort,
  isOwnPolicy,
  namesOf,
  openingsOf,
  type Opening,
  type Peer,
  type Port,
  selectorOf,
  workloadsOf,
} from './policies';

const dnsPort = 53;

/** A name is asked of the cluster's DNS and of nobody else. */
export const dnsOnlyEgress = resourceRule({
  id: 'dns-only-egress',
  demand: "Port 53 is open to the cluster's DNS only: pods k8s-app=kube-dns in namespace kube-system.",
  reason: 'A DNS server of somebody else takes data out of the cluster, a name at a time.',
  remedy:
    "Name namespace kube-system (kubernetes.io/metadata.name) and pods kube-dns (k8s-app) in one element, and list every other rule's ports by number.",
  severity: 'high',
  reference: { framework: 'NSA', control: 'Network policies' },
  check: (resource) =>
    openingsOf(resource)
      .filter(({ direction, ports }) => direction === 'Egress' && isAnyDns(ports))
      .flatMap(({ peers, peersPath }) => {
        if (peers.length === 0) return [`${peersPath} opens port ${dnsPort} to everybody`];
        return peers.flatMap((peer, nth) =>
          isClusterDns(peer) ? [] : [`${peersPath}[${nth}] opens port ${dnsPort} to others than kube-dns`],
        );
      }),
});

/** Who dials by name can ask for it. */
export const dnsReachable = stackRule({
  id: 'dns-reachable',
  demand: "Pods that may dial somebody may ask the cluster's DNS, by UDP and by TCP.",
  reason: 'Without UDP no name is found, and without TCP those whose answers are long are not.',
  remedy:
    'Add a rule for port 53, UDP and TCP, to kube-dns in kube-system to a policy that selects the pods.',
  severity: 'medium',
  reference: { framework: 'session-database', control: 'Network' },
  check: (resources) => {
    const policies = resources.filter(isOwnPolicy);
    return workloadsOf(resources).flatMap(({ resource, namespace, labels }) => {
      const egress = policies
        .filter((policy) => namespaceOf(policy) === namespace && selects(selectorOf(policy), labels))
        .flatMap(openingsOf)
        .filter(({ direction }) => direction === 'Egress');
      if (egress.length === 0) return [];
      return ['UDP', 'TCP']
        .filter((protocol) => !egress.some((opening) => asks(opening, protocol)))
        .map((protocol) => ({
          problem: `the pods may dial somebody, but not ask kube-dns by ${protocol}`,
          resource,
        }));
    });
  },
});

// kube-dns and CoreDNS call their ports dns and dns-tcp.
const isAnyDns = (ports: readonly Port[]) =>
  isEveryPort(ports) ||
  ports.some((port) => holds(port, dnsPort)) ||
  namesOf(ports).some((name) => name.startsWith('dns'));

const asks = ({ peers, ports }: Opening, protocol: string) =>
  peers.some(isClusterDns) &&
  (ports.length === 0 || ports.some((port) => (port.protocol ?? 'TCP') === protocol && isAnyDns([port])));

const isClusterDns = ({ namespaceSelector, podSelector }: Peer) =>
  namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'] === 'kube-system' &&
  podSelector?.matchLabels?.['k8s-app'] === 'kube-dns';
