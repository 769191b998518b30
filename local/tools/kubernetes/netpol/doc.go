// Package netpol is a NetworkPolicy agent: one process in each node's network namespace turns the
// networking.k8s.io/v1 policies into one nftables table, `inet netpol-a` or `inet netpol-b`, for the pods of that node.
//
// What passes where (CNI ptp, one subnet a node): every packet from or to a pod crosses the node's forward hook, also
// between two pods of one node; pod to its own node crosses input; the node to its own pods (the kubelet's probes)
// crosses output, which is left alone, so that a node always reaches its pods. Service addresses are translated by
// kube-proxy in prerouting and output, so policies see the addresses of pods.
//
// Choices where the API leaves room, or practice differs:
//   - A change decides new connections at once. Established ones go on until they end (conntrack), also when a policy
//     forbids them now; a UDP exchange counts as established until its conntrack entry expires.
//   - Denied packets are dropped, not rejected: a client that starts a moment before its peer's rules are known
//     connects by TCP's first retransmission instead of failing.
//   - A local address that belongs to no known pod is held closed in both directions. A pod's address is known from
//     the CNI result cache as soon as its sandbox has a network, before any of its containers starts; only from the
//     pod's status it would come a second or more too late, and its first packets were lost or unfiltered.
//   - Egress rules hold for a pod's own node too (the input hook). The API documentation would let a node-local API
//     server through; then what a pod may reach would depend on where it is scheduled.
//   - Pods have IPv4 addresses only: IPv6 from a pod (link-local, say) and spoofed sources are dropped, as they would
//     go round rules that are keyed on addresses.
package netpol
