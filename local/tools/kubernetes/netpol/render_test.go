package netpol

import (
	"strings"
	"testing"
)

func TestRenderWritesTheContentOfTheTable(t *testing.T) {
	state := cluster(policy(t, "p", `{podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress, Egress],
		ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 6379}, {port: 26379, endPort: 26380}]}],
		egress: [{to: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: http}]}, {to: [{ipBlock: {cidr: 203.0.113.0/24}}]}]}`))
	const ruleset = `  set pods {
    type ipv4_addr
    elements = { 10.244.1.10, 10.244.1.11, 10.244.1.12, 10.244.1.20 }
  }
  set self {
    type ipv4_addr . ipv4_addr
    elements = { 10.244.1.10 . 10.244.1.10, 10.244.1.11 . 10.244.1.11, 10.244.1.12 . 10.244.1.12, 10.244.1.20 . 10.244.1.20 }
  }
  set addresses-097f552516224284 {
    type ipv4_addr
    elements = { 10.244.1.10, 10.244.1.11, 10.244.2.10 }
  }
  chain ingress-c35106fd39bd7b1c {
    ip saddr @addresses-097f552516224284 meta l4proto . th dport { 6 . 6379, 6 . 26379-26380 } accept
  }
  chain ingress-pods-5903c0d23b47cfe7 {
    jump ingress-c35106fd39bd7b1c comment "a/p"
    drop
  }
  map ingress {
    type ipv4_addr : verdict
    elements = { 10.244.1.12 : goto ingress-pods-5903c0d23b47cfe7 }
  }
  set endpoints-2638288c1535c3a3 {
    type ipv4_addr . inet_proto . inet_service
    elements = { 10.244.1.10 . 6 . 8080, 10.244.1.11 . 6 . 9090, 10.244.2.10 . 6 . 8081 }
  }
  set addresses-80e1a305910c9805 {
    type ipv4_addr; flags interval
    elements = { 203.0.113.0-203.0.113.255 }
  }
  chain egress-c35106fd39bd7b1c {
    ip daddr @addresses-097f552516224284 ip daddr . meta l4proto . th dport @endpoints-2638288c1535c3a3 accept
    ip daddr @addresses-80e1a305910c9805 accept
  }
  chain egress-pods-97127a59b0c54f38 {
    jump egress-c35106fd39bd7b1c comment "a/p"
    drop
  }
  map egress {
    type ipv4_addr : verdict
    elements = { 10.244.1.12 : goto egress-pods-97127a59b0c54f38 }
  }
  chain forward-egress {
    type filter hook forward priority filter - 1; policy accept;
    ct state established,related accept
    iifname "veth*" meta nfproto ipv6 drop
    iifname "veth*" fib saddr . iif oif missing drop
    ip saddr . ip daddr @self accept
    ip saddr 10.244.1.0/24 ip saddr != @pods drop
    ip saddr vmap @egress
  }
  chain forward-ingress {
    type filter hook forward priority filter; policy accept;
    ct state established,related accept
    ip saddr . ip daddr @self accept
    ip daddr 10.244.1.0/24 ip daddr != @pods drop
    ip daddr vmap @ingress
  }
  chain input-egress {
    type filter hook input priority filter; policy accept;
    iifname lo accept
    ct state established,related accept
    iifname "veth*" meta nfproto ipv6 drop
    iifname "veth*" fib saddr . iif oif missing drop
    ip saddr 10.244.1.0/24 ip saddr != @pods drop
    ip saddr vmap @egress
  }
`
	if got := Compile(state).Render(); got != ruleset {
		t.Errorf("got\n%s\nwant\n%s", got, ruleset)
	}
}

func TestRenderWritesEqualSetsOnce(t *testing.T) {
	spec := `{podSelector: {}, ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 1}]}]}`
	text := Compile(cluster(policy(t, "p", spec), policy(t, "q", spec))).Render()
	if count := strings.Count(text, "set addresses-"); count != 1 {
		t.Errorf("%d address sets for two equal policies, want 1:\n%s", count, text)
	}
	if count := strings.Count(text, "chain ingress-pods-"); count != 1 {
		t.Errorf("%d chains for pods that the same policies select, want 1:\n%s", count, text)
	}
}
