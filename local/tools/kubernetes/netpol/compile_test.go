package netpol

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/yaml"
)

// The cluster of the cases: n1 is the node that is compiled for, its subnet is 10.244.1.0/24.
const (
	web    = "10.244.1.10" // namespace a, app=web, TCP "http" is 8080
	web2   = "10.244.1.11" // namespace a, app=web, TCP "http" is 9090, UDP "dns" is 53
	db     = "10.244.1.12" // namespace a, app=db
	other  = "10.244.1.20" // namespace b, app=web
	far    = "10.244.2.10" // namespace a, app=web, on n2, TCP "http" is 8081
	farB   = "10.244.2.20" // namespace b, app=db, on n2
	nobody = "10.244.1.99" // no pod
	ended  = "10.244.1.30" // a pod that succeeded
	node1  = "198.18.0.2"
	node2  = "198.18.0.3"
	world  = "203.0.113.7"
)

func pod(namespace, name, node, ip string, labels map[string]string, ports ...corev1.ContainerPort) *corev1.Pod {
	pod := &corev1.Pod{}
	pod.Namespace, pod.Name, pod.UID, pod.Labels = namespace, name, types.UID(namespace+name), labels
	pod.Spec.NodeName = node
	pod.Spec.Containers = []corev1.Container{{Name: "main", Ports: ports}}
	pod.Status.Phase = corev1.PodRunning
	if ip != "" {
		pod.Status.PodIP, pod.Status.PodIPs = ip, []corev1.PodIP{{IP: ip}}
	}
	return pod
}

func namespace(name string, labels map[string]string) *corev1.Namespace {
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}}
}

func named(name string, port int32, protocol corev1.Protocol) corev1.ContainerPort {
	return corev1.ContainerPort{Name: name, ContainerPort: port, Protocol: protocol}
}

func app(name string) map[string]string { return map[string]string{"app": name} }

func policy(t *testing.T, name, spec string) *networkingv1.NetworkPolicy {
	t.Helper()
	p := &networkingv1.NetworkPolicy{}
	p.Namespace, p.Name = "a", name
	if err := yaml.UnmarshalStrict([]byte(spec), &p.Spec); err != nil {
		t.Fatalf("policy %s: %v", name, err)
	}
	return p
}

func cluster(policies ...*networkingv1.NetworkPolicy) State {
	host := pod("a", "host", "n2", node2, app("web"))
	host.Spec.HostNetwork = true
	done := pod("a", "ended", "n1", ended, app("web"))
	done.Status.Phase = corev1.PodSucceeded
	return State{
		Node:     "n1",
		PodCIDRs: []netip.Prefix{netip.MustParsePrefix("10.244.1.0/24")},
		Pods: []*corev1.Pod{
			pod("a", "web", "n1", web, app("web"), named("http", 8080, corev1.ProtocolTCP)),
			pod("a", "web2", "n1", web2, app("web"), named("http", 9090, ""), named("dns", 53, corev1.ProtocolUDP)),
			pod("a", "db", "n1", db, app("db")),
			pod("b", "other", "n1", other, app("web")),
			pod("a", "far", "n2", far, app("web"), named("http", 8081, corev1.ProtocolTCP)),
			pod("b", "far", "n2", farB, app("db")),
			pod("a", "pending", "n1", "", app("web")),
			host, done,
		},
		Namespaces: []*corev1.Namespace{namespace("a", map[string]string{"team": "red"}), namespace("b", map[string]string{"team": "blue"})},
		Policies:   policies,
	}
}

// allows decides a new connection through the forward hook as the kernel does.
func (r Ruleset) allows(from, to string, protocol uint8, port uint16) bool {
	source, destination := netip.MustParseAddr(from), netip.MustParseAddr(to)
	if source == destination && slices.Contains(r.Pods, source) {
		return true
	}
	for _, address := range []netip.Addr{source, destination} {
		held := slices.ContainsFunc(r.Hold, func(p netip.Prefix) bool { return p.Contains(address) })
		if held && !slices.Contains(r.Pods, address) {
			return false
		}
	}
	allowed := func(isolation Isolation, subject, peer netip.Addr) bool {
		policies, isolated := isolation[subject]
		return !isolated || slices.ContainsFunc(policies, func(p *Policy) bool {
			return slices.ContainsFunc(p.Rules, func(rule Rule) bool {
				ports := slices.ContainsFunc(rule.Ports, func(p PortRange) bool {
					return p.Protocol == protocol && p.From <= port && port <= p.To
				})
				return (rule.AnyPeer || containsAny(rule.Peers, []netip.Addr{peer})) &&
					(rule.AnyPort || ports || slices.Contains(rule.Endpoints, Endpoint{destination, protocol, port}))
			})
		})
	}
	return allowed(r.Egress, source, destination) && allowed(r.Ingress, destination, source)
}

const (
	tcp  = 6
	udp  = 17
	sctp = 132
	icmp = 1
)

type flow struct {
	from, to string
	protocol uint8
	port     uint16
	allowed  bool
}

func check(t *testing.T, ruleset Ruleset, flows []flow) {
	t.Helper()
	for _, f := range flows {
		if got := ruleset.allows(f.from, f.to, f.protocol, f.port); got != f.allowed {
			t.Errorf("%s -> %s protocol %d port %d: allowed is %v, want %v", f.from, f.to, f.protocol, f.port, got, f.allowed)
		}
	}
}

func TestCompile(t *testing.T) {
	cases := []struct {
		name  string
		specs []string
		flows []flow
	}{
		{"without a policy known pods talk freely", nil, []flow{
			{web, db, tcp, 1, true}, {world, web, udp, 1, true}, {web, world, icmp, 0, true},
		}},
		{"an address of no known pod is closed both ways", nil, []flow{
			{nobody, world, tcp, 1, false}, {world, nobody, tcp, 1, false}, {web, nobody, tcp, 1, false},
		}},
		{"an ended pod is no pod", []string{`{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {}}]}]}`}, []flow{
			{ended, db, tcp, 1, false}, {world, ended, tcp, 1, false}, {web, db, tcp, 1, true},
		}},
		{"policyTypes default to ingress only", []string{`{podSelector: {}}`}, []flow{
			{world, web, tcp, 1, false}, {web, world, tcp, 1, true}, {other, web, tcp, 1, false}, {web, other, tcp, 1, true},
			{world, other, tcp, 1, true},
		}},
		{"policyTypes default to both with egress rules", []string{`{podSelector: {}, egress: [{to: [{ipBlock: {cidr: 203.0.113.0/24}}]}]}`}, []flow{
			{world, web, tcp, 1, false}, {web, world, tcp, 1, true}, {web, other, tcp, 1, false},
		}},
		{"egress only leaves ingress open", []string{`{podSelector: {}, policyTypes: [Egress]}`}, []flow{
			{world, web, tcp, 1, true}, {web, world, tcp, 1, false}, {web, node1, tcp, 6443, false}, {web, db, tcp, 1, false},
		}},
		{"egress rules do nothing when policyTypes names ingress only", []string{`{podSelector: {}, policyTypes: [Ingress], egress: [{}]}`}, []flow{
			{web, world, tcp, 1, true}, {world, web, tcp, 1, false},
		}},
		{"deny in both directions", []string{`{podSelector: {}, policyTypes: [Ingress, Egress]}`}, []flow{
			{web, db, tcp, 1, false}, {world, web, tcp, 1, false}, {web, world, tcp, 1, false}, {world, other, tcp, 1, true},
		}},
		{"a pod reaches itself", []string{`{podSelector: {}, policyTypes: [Ingress, Egress]}`}, []flow{{web, web, tcp, 1, true}}},
		{"podSelector of the policy chooses the pods", []string{`{podSelector: {matchExpressions: [{key: app, operator: In, values: [db]}]}}`}, []flow{
			{web, db, tcp, 1, false}, {db, web, tcp, 1, true},
		}},
		{"an empty rule allows all", []string{`{podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}], egress: [{}]}`}, []flow{
			{world, web, tcp, 1, true}, {web, world, icmp, 0, true},
		}},
		{"an empty list of rules allows nothing", []string{`{podSelector: {}, ingress: []}`}, []flow{{db, web, tcp, 1, false}}},
		{"podSelector alone means the policy's own namespace", []string{`{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}`}, []flow{
			{web, db, tcp, 1, true}, {far, db, tcp, 1, true}, {other, db, tcp, 1, false}, {world, db, tcp, 1, false},
		}},
		{"namespaceSelector alone means all its pods", []string{`{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: blue}}}]}]}`}, []flow{
			{other, db, tcp, 1, true}, {farB, db, tcp, 1, true}, {web, db, tcp, 1, false},
		}},
		{"an empty namespaceSelector means all pods, and nothing but pods", []string{`{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{namespaceSelector: {}}]}]}`}, []flow{
			{other, db, tcp, 1, true}, {web, db, tcp, 1, true}, {world, db, tcp, 1, false}, {node2, db, tcp, 1, false},
		}},
		{"both selectors in one peer are AND", []string{`{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: blue}}, podSelector: {matchLabels: {app: web}}}]}]}`}, []flow{
			{other, db, tcp, 1, true}, {farB, db, tcp, 1, false}, {web, db, tcp, 1, false},
		}},
		{"two peers are OR", []string{`{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: blue}}}, {podSelector: {matchLabels: {app: web}}}]}]}`}, []flow{
			{other, db, tcp, 1, true}, {farB, db, tcp, 1, true}, {web, db, tcp, 1, true}, {world, db, tcp, 1, false},
		}},
		{"ipBlock without its exceptions", []string{`{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8, 203.0.113.7/32]}}]}]}`}, []flow{
			{web, "203.0.113.6", tcp, 1, true}, {web, world, tcp, 1, false}, {web, "203.0.113.8", tcp, 1, true}, {web, db, tcp, 1, false},
			{web, "9.255.255.255", tcp, 1, true}, {web, "11.0.0.0", tcp, 1, true}, {web, "255.255.255.255", udp, 1, true},
		}},
		{"an exception counts only for its own block", []string{`{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 203.0.0.0/16, except: [203.0.113.0/24]}}, {ipBlock: {cidr: 203.0.113.7/32}}]}]}`}, []flow{
			{web, world, tcp, 1, true}, {web, "203.0.113.8", tcp, 1, false}, {web, "203.0.1.1", tcp, 1, true},
		}},
		{"an IPv6 block matches nothing here", []string{`{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: "::/0"}}]}]}`}, []flow{{world, web, tcp, 1, false}}},
		{"host network pods are matched by ipBlock only", []string{
			`{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {}}]}]}`,
			`{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{ipBlock: {cidr: 198.18.0.0/24}}]}]}`,
		}, []flow{{node2, db, tcp, 1, false}, {node2, web, tcp, 1, true}}},
		{"a port is TCP unless said", []string{`{podSelector: {matchLabels: {app: db}}, ingress: [{ports: [{port: 6379}]}]}`}, []flow{
			{world, db, tcp, 6379, true}, {world, db, udp, 6379, false}, {world, db, tcp, 6380, false}, {world, db, icmp, 0, false},
		}},
		{"ports of every protocol, and a protocol without a port", []string{`{podSelector: {matchLabels: {app: db}}, ingress: [{ports: [{port: 53, protocol: UDP}, {port: 99, protocol: SCTP}, {protocol: TCP}]}]}`}, []flow{
			{world, db, udp, 53, true}, {world, db, udp, 54, false}, {world, db, sctp, 99, true}, {world, db, sctp, 98, false},
			{world, db, tcp, 65535, true}, {world, db, icmp, 0, false},
		}},
		{"endPort ends a range", []string{`{podSelector: {matchLabels: {app: db}}, ingress: [{ports: [{port: 8000, endPort: 8010}, {port: 8005, endPort: 8020}, {port: 9000}]}]}`}, []flow{
			{world, db, tcp, 7999, false}, {world, db, tcp, 8000, true}, {world, db, tcp, 8015, true}, {world, db, tcp, 8020, true},
			{world, db, tcp, 8021, false}, {world, db, tcp, 9000, true},
		}},
		{"peers and ports of one rule are AND, rules are OR", []string{`{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 1}]}, {from: [{ipBlock: {cidr: 203.0.113.7/32}}], ports: [{port: 2}]}]}`}, []flow{
			{web, db, tcp, 1, true}, {web, db, tcp, 2, false}, {world, db, tcp, 2, true}, {world, db, tcp, 1, false},
		}},
		{"a named port on ingress is that of each destination", []string{`{podSelector: {}, ingress: [{ports: [{port: http}]}]}`}, []flow{
			{world, web, tcp, 8080, true}, {world, web, tcp, 9090, false}, {world, web2, tcp, 9090, true}, {world, web2, tcp, 8080, false},
			{world, db, tcp, 8080, false},
		}},
		{"a named port matches in its protocol only", []string{`{podSelector: {}, ingress: [{ports: [{port: dns}, {port: http, protocol: UDP}]}]}`}, []flow{
			{world, web2, tcp, 53, false}, {world, web2, udp, 9090, false}, {world, web2, udp, 53, false},
		}},
		{"a named UDP port", []string{`{podSelector: {}, ingress: [{ports: [{port: dns, protocol: UDP}]}]}`}, []flow{
			{world, web2, udp, 53, true}, {world, web, udp, 53, false},
		}},
		{"a named port on egress is that of each destination, on other nodes too", []string{`{podSelector: {matchLabels: {app: db}}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: http}]}]}`}, []flow{
			{db, web, tcp, 8080, true}, {db, web2, tcp, 9090, true}, {db, far, tcp, 8081, true}, {db, far, tcp, 8080, false},
			{db, other, tcp, 8080, false},
		}},
		{"a named port on egress to anywhere or to a block", []string{
			`{podSelector: {matchLabels: {app: db}}, policyTypes: [Egress], egress: [{ports: [{port: http}]}]}`,
			`{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.244.2.0/24}}], ports: [{port: http}]}]}`,
		}, []flow{
			{db, web, tcp, 8080, true}, {db, far, tcp, 8081, true}, {db, world, tcp, 8080, false},
			{web, far, tcp, 8081, true}, {web, web2, tcp, 9090, false},
		}},
		{"policies add up", []string{
			`{podSelector: {}, policyTypes: [Ingress, Egress]}`,
			`{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}`,
			`{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: db}}}]}]}`,
		}, []flow{{web, db, tcp, 1, true}, {db, web, tcp, 1, false}, {web, web2, tcp, 1, false}, {far, db, tcp, 1, true}}},
		{"a connection needs both its ends' consent", []string{
			`{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: db}}}]}]}`,
			`{podSelector: {matchLabels: {app: db}}}`,
		}, []flow{{web, db, tcp, 1, false}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			state := cluster()
			for i, spec := range c.specs {
				state.Policies = append(state.Policies, policy(t, fmt.Sprintf("p%d", i), spec))
			}
			check(t, Compile(state), c.flows)
		})
	}
}

func TestSandboxAddressesComeBeforeTheStatus(t *testing.T) {
	deny := policy(t, "deny", `{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress, Egress], egress: [{to: [{ipBlock: {cidr: 203.0.113.7/32}}]}]}`)
	state := cluster(deny)
	state.Sandboxes = map[netip.Addr]types.UID{
		netip.MustParseAddr(nobody):        "apending", // on this node, no address in its status yet
		netip.MustParseAddr("10.244.1.98"): "afar",     // a pod of another node
		netip.MustParseAddr("10.244.1.97"): "gone",     // left by a crash
		netip.MustParseAddr(web):           "adb",      // an address that was given on: the status of web is old
	}
	check(t, Compile(state), []flow{
		{nobody, world, tcp, 1, true}, {nobody, db, tcp, 1, false}, {world, nobody, tcp, 1, false},
		{"10.244.1.98", world, tcp, 1, false}, {"10.244.1.97", world, tcp, 1, false},
		{web, farB, tcp, 1, true}, {db, farB, tcp, 1, true},
	})
}

func TestAnAddressOfTwoPodsBelongsToTheYounger(t *testing.T) {
	state := cluster(policy(t, "deny", `{podSelector: {matchLabels: {app: db}}}`))
	young := pod("a", "young", "n1", web, app("db"))
	young.CreationTimestamp = metav1.Now()
	state.Pods = append(state.Pods, young)
	check(t, Compile(state), []flow{{world, web, tcp, 1, false}})
}

func TestAPodOfAnUnknownNamespaceMatchesNoNamespaceSelector(t *testing.T) {
	state := cluster(policy(t, "all", `{podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]}`))
	state.Namespaces = state.Namespaces[:1]
	check(t, Compile(state), []flow{{db, web, tcp, 1, true}, {other, web, tcp, 1, false}})
}

func TestTheOrderOfObjectsDoesNotMatter(t *testing.T) {
	specs := []string{`{podSelector: {}, policyTypes: [Ingress, Egress]}`, `{podSelector: {}, ingress: [{from: [{namespaceSelector: {}}], ports: [{port: http}, {port: 1}]}]}`}
	forth := cluster(policy(t, "p0", specs[0]), policy(t, "p1", specs[1]))
	back := cluster(policy(t, "p1", specs[1]), policy(t, "p0", specs[0]))
	slices.Reverse(back.Pods)
	slices.Reverse(back.Namespaces)
	if one, two := Compile(forth).Render(), Compile(back).Render(); one != two {
		t.Errorf("two orders give two rulesets:\n%s\n%s", one, two)
	}
}
