package netpol

import (
	"cmp"
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// State is everything that the rules of one node follow from.
type State struct {
	// Node is the name of the node that the rules are for.
	Node string
	// PodCIDRs are the node's pod subnets; the addresses in them that no pod is known for are held closed.
	PodCIDRs []netip.Prefix
	// Sandboxes says which pod each address of this node was given to last, by the CNI result cache.
	Sandboxes  map[netip.Addr]types.UID
	Pods       []*corev1.Pod
	Namespaces []*corev1.Namespace
	Policies   []*networkingv1.NetworkPolicy
}

// Rule allows new connections to or from the peers on the ports. A rule that can match nothing is left out.
type Rule struct {
	// AnyPeer is a rule without `from` or `to`; Peers is empty then.
	AnyPeer bool
	Peers   []Range
	// AnyPort is a rule without `ports`, of any protocol; Ports and Endpoints are empty then.
	AnyPort bool
	Ports   []PortRange
	// Endpoints are the named ports, each of one destination pod.
	Endpoints []Endpoint
}

// Policy is one direction of one NetworkPolicy.
type Policy struct {
	// Name is "namespace/name".
	Name  string
	Rules []Rule
}

// Isolation gives for each isolated local pod address the policies that may allow a connection; all else is denied.
type Isolation map[netip.Addr][]*Policy

// Ruleset is what one node enforces.
type Ruleset struct {
	Hold            []netip.Prefix
	Pods            []netip.Addr
	Ingress, Egress Isolation
}

// knownPod is a pod that has at least one address of its own.
type knownPod struct {
	*corev1.Pod
	addresses []netip.Addr
}

type compiler struct {
	node        string
	namespaces  map[string]labels.Set
	pods        []*knownPod
	byNamespace map[string][]*knownPod
	selected    map[string][]*knownPod
	resolved    map[string][]Range
}

// Compile works out the rules of a node. Equal states give equal rulesets, whatever the order of their lists.
func Compile(state State) Ruleset {
	c := &compiler{
		node:        state.Node,
		namespaces:  map[string]labels.Set{},
		pods:        knownPods(state),
		byNamespace: map[string][]*knownPod{},
		selected:    map[string][]*knownPod{},
		resolved:    map[string][]Range{},
	}
	for _, namespace := range state.Namespaces {
		c.namespaces[namespace.Name] = namespace.Labels
	}
	ruleset := Ruleset{Hold: state.PodCIDRs, Ingress: Isolation{}, Egress: Isolation{}}
	for _, pod := range c.pods {
		c.byNamespace[pod.Namespace] = append(c.byNamespace[pod.Namespace], pod)
		if pod.Spec.NodeName == state.Node {
			ruleset.Pods = append(ruleset.Pods, pod.addresses...)
		}
	}
	slices.SortFunc(ruleset.Pods, netip.Addr.Compare)

	policies := slices.Clone(state.Policies)
	slices.SortFunc(policies, func(a, b *networkingv1.NetworkPolicy) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	for _, policy := range policies {
		c.add(&ruleset, policy)
	}
	return ruleset
}

// knownPods lists the pods that policies apply to: not those on the host network, not those that ended. An address
// belongs to one pod only: the one that its sandbox was made for, else the youngest that reports it.
func knownPods(state State) []*knownPod {
	byUID := map[types.UID]*corev1.Pod{}
	for _, pod := range state.Pods {
		ended := pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed
		if !pod.Spec.HostNetwork && !ended {
			byUID[pod.UID] = pod
		}
	}
	owner := map[netip.Addr]*corev1.Pod{}
	for _, pod := range byUID {
		for _, ip := range pod.Status.PodIPs {
			address, err := netip.ParseAddr(ip.IP)
			if err != nil || !address.Is4() {
				continue
			}
			if other, taken := owner[address]; !taken || younger(pod, other) {
				owner[address] = pod
			}
		}
	}
	for address, uid := range state.Sandboxes {
		if pod, alive := byUID[uid]; alive && pod.Spec.NodeName == state.Node {
			owner[address] = pod
		}
	}
	addresses := map[types.UID][]netip.Addr{}
	for address, pod := range owner {
		addresses[pod.UID] = append(addresses[pod.UID], address)
	}
	known := make([]*knownPod, 0, len(addresses))
	for uid, list := range addresses {
		slices.SortFunc(list, netip.Addr.Compare)
		known = append(known, &knownPod{byUID[uid], list})
	}
	slices.SortFunc(known, func(a, b *knownPod) int { return a.addresses[0].Compare(b.addresses[0]) })
	return known
}

func younger(a, b *corev1.Pod) bool {
	if !a.CreationTimestamp.Equal(&b.CreationTimestamp) {
		return b.CreationTimestamp.Before(&a.CreationTimestamp)
	}
	return a.UID > b.UID
}

func (c *compiler) add(ruleset *Ruleset, policy *networkingv1.NetworkPolicy) {
	// An unreadable selector (the API server admits none) isolates the whole namespace rather than nothing.
	selector := selectorOr(&policy.Spec.PodSelector, labels.Everything())
	var subjects []*knownPod
	for _, pod := range c.byNamespace[policy.Namespace] {
		if pod.Spec.NodeName == c.node && selector.Matches(labels.Set(pod.Labels)) {
			subjects = append(subjects, pod)
		}
	}
	if len(subjects) == 0 {
		return
	}
	name := policy.Namespace + "/" + policy.Name
	ingress, egress := policyTypes(policy)
	if ingress {
		compiled := &Policy{Name: name}
		for _, rule := range policy.Spec.Ingress {
			compiled.add(c.rule(policy.Namespace, rule.From, rule.Ports, func([]Range) []*knownPod { return subjects }))
		}
		ruleset.Ingress.isolate(subjects, compiled)
	}
	if egress {
		compiled := &Policy{Name: name}
		for _, rule := range policy.Spec.Egress {
			anyPeer := len(rule.To) == 0
			// A named port means, at each destination pod, whatever that pod calls so.
			destinations := func(peers []Range) []*knownPod {
				return slices.DeleteFunc(slices.Clone(c.pods), func(pod *knownPod) bool {
					return !anyPeer && !containsAny(peers, pod.addresses)
				})
			}
			compiled.add(c.rule(policy.Namespace, rule.To, rule.Ports, destinations))
		}
		ruleset.Egress.isolate(subjects, compiled)
	}
}

func (i Isolation) isolate(subjects []*knownPod, policy *Policy) {
	for _, pod := range subjects {
		for _, address := range pod.addresses {
			i[address] = append(i[address], policy)
		}
	}
}

func (p *Policy) add(rule Rule) {
	peers := rule.AnyPeer || len(rule.Peers) > 0
	ports := rule.AnyPort || len(rule.Ports) > 0 || len(rule.Endpoints) > 0
	if peers && ports {
		p.Rules = append(p.Rules, rule)
	}
}

// policyTypes applies the API's default: ingress always, egress when the policy has egress rules.
func policyTypes(policy *networkingv1.NetworkPolicy) (ingress, egress bool) {
	if len(policy.Spec.PolicyTypes) == 0 {
		return true, len(policy.Spec.Egress) > 0
	}
	return slices.Contains(policy.Spec.PolicyTypes, networkingv1.PolicyTypeIngress),
		slices.Contains(policy.Spec.PolicyTypes, networkingv1.PolicyTypeEgress)
}

func (c *compiler) rule(
	namespace string,
	peers []networkingv1.NetworkPolicyPeer,
	ports []networkingv1.NetworkPolicyPort,
	destinations func(peers []Range) []*knownPod,
) Rule {
	rule := Rule{AnyPeer: len(peers) == 0, AnyPort: len(ports) == 0, Peers: c.peers(namespace, peers)}
	for _, port := range ports {
		protocol := protocolNumber(port.Protocol)
		switch {
		case protocol == 0:
		case port.Port == nil:
			rule.Ports = append(rule.Ports, PortRange{protocol, 0, 65535})
		case port.Port.Type == intstr.Int:
			last := port.Port.IntVal
			if port.EndPort != nil {
				last = *port.EndPort
			}
			rule.Ports = append(rule.Ports, PortRange{protocol, uint16(port.Port.IntVal), uint16(last)})
		default:
			for _, pod := range destinations(rule.Peers) {
				rule.Endpoints = append(rule.Endpoints, namedPort(pod, protocol, port.Port.StrVal)...)
			}
		}
	}
	rule.Ports = mergePorts(rule.Ports)
	slices.SortFunc(rule.Endpoints, compareEndpoints)
	rule.Endpoints = slices.Compact(rule.Endpoints)
	return rule
}

// namedPort finds the container ports of that name, of the containers that run for the pod's whole life.
func namedPort(pod *knownPod, protocol uint8, name string) []Endpoint {
	containers := slices.Clone(pod.Spec.Containers)
	for _, container := range pod.Spec.InitContainers {
		if container.RestartPolicy != nil && *container.RestartPolicy == corev1.ContainerRestartPolicyAlways {
			containers = append(containers, container)
		}
	}
	var endpoints []Endpoint
	for _, container := range containers {
		for _, port := range container.Ports {
			if port.Name != name || protocolNumber(&port.Protocol) != protocol {
				continue
			}
			for _, address := range pod.addresses {
				endpoints = append(endpoints, Endpoint{address, protocol, uint16(port.ContainerPort)})
			}
		}
	}
	return endpoints
}

func protocolNumber(protocol *corev1.Protocol) uint8 {
	if protocol == nil || *protocol == "" {
		return 6
	}
	switch *protocol {
	case corev1.ProtocolTCP:
		return 6
	case corev1.ProtocolUDP:
		return 17
	case corev1.ProtocolSCTP:
		return 132
	}
	return 0
}
