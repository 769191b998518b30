package netpol

import (
	"strings"
	"testing"
)

func TestRenderReplacesTheTableInOneTransaction(t *testing.T) {
	state := cluster(policy(t, "p", `{podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress, Egress],
		ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 6379}, {port: 26379, endPort: 26380}]}],
		egress: [{to: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: http}]}, {to: [{ipBlock: {cidr: 203.0.113.0/24}}]}]}`))
	const ruleset = `add table inet netpol
delete table inet netpol
add table inet netpol
add set inet netpol pods { type ipv4_addr; }
add element inet netpol pods { 10.244.1.10, 10.244.1.11, 10.244.1.12, 10.244.1.20 }
add set inet netpol self { type ipv4_addr . ipv4_addr; }
add element inet netpol self { 10.244.1.10 . 10.244.1.10, 10.244.1.11 . 10.244.1.11, 10.244.1.12 . 10.244.1.12, 10.244.1.20 . 10.244.1.20 }
add set inet netpol addresses-097f552516224284 { type ipv4_addr; }
add element inet netpol addresses-097f552516224284 { 10.244.1.10, 10.244.1.11, 10.244.2.10 }
add chain inet netpol ingress-c35106fd39bd7b1c
add rule inet netpol ingress-c35106fd39bd7b1c ip saddr @addresses-097f552516224284 meta l4proto . th dport { 6 . 6379, 6 . 26379-26380 } accept
add chain inet netpol ingress-pods-5903c0d23b47cfe7
add rule inet netpol ingress-pods-5903c0d23b47cfe7 jump ingress-c35106fd39bd7b1c comment "a/p"
add rule inet netpol ingress-pods-5903c0d23b47cfe7 drop
add map inet netpol ingress { type ipv4_addr : verdict; }
add element inet netpol ingress { 10.244.1.12 : goto ingress-pods-5903c0d23b47cfe7 }
add set inet netpol endpoints-2638288c1535c3a3 { type ipv4_addr . inet_proto . inet_service; }
add element inet netpol endpoints-2638288c1535c3a3 { 10.244.1.10 . 6 . 8080, 10.244.1.11 . 6 . 9090, 10.244.2.10 . 6 . 8081 }
add set inet netpol addresses-80e1a305910c9805 { type ipv4_addr; flags interval; }
add element inet netpol addresses-80e1a305910c9805 { 203.0.113.0-203.0.113.255 }
add chain inet netpol egress-c35106fd39bd7b1c
add rule inet netpol egress-c35106fd39bd7b1c ip daddr @addresses-097f552516224284 ip daddr . meta l4proto . th dport @endpoints-2638288c1535c3a3 accept
add rule inet netpol egress-c35106fd39bd7b1c ip daddr @addresses-80e1a305910c9805 accept
add chain inet netpol egress-pods-97127a59b0c54f38
add rule inet netpol egress-pods-97127a59b0c54f38 jump egress-c35106fd39bd7b1c comment "a/p"
add rule inet netpol egress-pods-97127a59b0c54f38 drop
add map inet netpol egress { type ipv4_addr : verdict; }
add element inet netpol egress { 10.244.1.12 : goto egress-pods-97127a59b0c54f38 }
add chain inet netpol forward-egress { type filter hook forward priority filter - 1; policy accept; }
add rule inet netpol forward-egress ct state established,related accept
add rule inet netpol forward-egress iifname "veth*" meta nfproto ipv6 drop
add rule inet netpol forward-egress iifname "veth*" fib saddr . iif oif missing drop
add rule inet netpol forward-egress ip saddr . ip daddr @self accept
add rule inet netpol forward-egress ip saddr 10.244.1.0/24 ip saddr != @pods drop
add rule inet netpol forward-egress ip saddr vmap @egress
add chain inet netpol forward-ingress { type filter hook forward priority filter; policy accept; }
add rule inet netpol forward-ingress ct state established,related accept
add rule inet netpol forward-ingress ip saddr . ip daddr @self accept
add rule inet netpol forward-ingress ip daddr 10.244.1.0/24 ip daddr != @pods drop
add rule inet netpol forward-ingress ip daddr vmap @ingress
add chain inet netpol input-egress { type filter hook input priority filter; policy accept; }
add rule inet netpol input-egress iifname lo accept
add rule inet netpol input-egress ct state established,related accept
add rule inet netpol input-egress iifname "veth*" meta nfproto ipv6 drop
add rule inet netpol input-egress iifname "veth*" fib saddr . iif oif missing drop
add rule inet netpol input-egress ip saddr 10.244.1.0/24 ip saddr != @pods drop
add rule inet netpol input-egress ip saddr vmap @egress
`
	if got := Compile(state).Render(); got != ruleset {
		t.Errorf("got\n%s\nwant\n%s", got, ruleset)
	}
}

func TestRenderWritesEqualSetsOnce(t *testing.T) {
	spec := `{podSelector: {}, ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 1}]}]}`
	text := Compile(cluster(policy(t, "p", spec), policy(t, "q", spec))).Render()
	if count := strings.Count(text, "add set inet netpol addresses-"); count != 1 {
		t.Errorf("%d address sets for two equal policies, want 1:\n%s", count, text)
	}
	if count := strings.Count(text, "add chain inet netpol ingress-pods-"); count != 1 {
		t.Errorf("%d chains for pods that the same policies select, want 1:\n%s", count, text)
	}
}
