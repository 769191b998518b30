package netpol

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Table is the agent's own table; it touches no other.
const Table = "inet netpol"

// RemoveTable is the nftables script that removes the table, whether it is there or not.
const RemoveTable = "add table " + Table + "\ndelete table " + Table + "\n"

// script collects one transaction. Sets and chains are named by their content, so equal ones are written once.
type script struct {
	strings.Builder
	written map[string]bool
	// sets are the names of those address sets that were written, by their first element: Compile shares slices.
	sets map[*Range]string
}

// Render gives the nftables script that replaces the whole table in one transaction.
func (r Ruleset) Render() string {
	s := &script{written: map[string]bool{}, sets: map[*Range]string{}}
	s.WriteString(RemoveTable)
	s.line("add table %s", Table)
	s.set("pods", "type ipv4_addr", addressTexts(r.Pods))
	var self []string
	for _, pod := range r.Pods {
		self = append(self, fmt.Sprintf("%s . %s", pod, pod))
	}
	s.set("self", "type ipv4_addr . ipv4_addr", self)
	s.isolation("ingress", r.Ingress)
	s.isolation("egress", r.Egress)

	// Two base chains: accept in the first only ends that one, and the packet goes on to the second.
	s.base("forward-egress", "forward", "filter - 1")
	s.common("forward-egress")
	s.rule("forward-egress", "ip saddr . ip daddr @self accept")
	s.from("forward-egress", r.Hold)
	s.base("forward-ingress", "forward", "filter")
	s.rule("forward-ingress", "ct state established,related accept")
	s.rule("forward-ingress", "ip saddr . ip daddr @self accept")
	for _, cidr := range r.Hold {
		s.rule("forward-ingress", "ip daddr %s ip daddr != @pods drop", cidr)
	}
	s.rule("forward-ingress", "ip daddr vmap @ingress")
	s.base("input-egress", "input", "filter")
	s.rule("input-egress", "iifname lo accept")
	s.common("input-egress")
	s.from("input-egress", r.Hold)
	return s.String()
}

func (s *script) common(chain string) {
	s.rule(chain, "ct state established,related accept")
	// veth* are the links of pods. A source whose way back is another link is spoofed.
	s.rule(chain, `iifname "veth*" meta nfproto ipv6 drop`)
	s.rule(chain, `iifname "veth*" fib saddr . iif oif missing drop`)
}

func (s *script) from(chain string, hold []netip.Prefix) {
	for _, cidr := range hold {
		s.rule(chain, "ip saddr %s ip saddr != @pods drop", cidr)
	}
	s.rule(chain, "ip saddr vmap @egress")
}

func (s *script) line(format string, arguments ...any) {
	fmt.Fprintf(s, format+"\n", arguments...)
}

func (s *script) rule(chain, format string, arguments ...any) {
	s.line("add rule %s %s %s", Table, chain, fmt.Sprintf(format, arguments...))
}

func (s *script) base(chain, hook, priority string) {
	s.line("add chain %s %s { type filter hook %s priority %s; policy accept; }", Table, chain, hook, priority)
}

func (s *script) set(name, kind string, elements []string) {
	s.line("add set %s %s { %s; }", Table, name, kind)
	s.elements(name, elements)
}

func (s *script) elements(name string, elements []string) {
	if len(elements) > 0 {
		s.line("add element %s %s { %s }", Table, name, strings.Join(elements, ", "))
	}
}

// isolation writes a verdict map from pod address to the chain of the policies that select it: one look-up a packet,
// whatever the number of pods. Pods that the same policies select share a chain.
func (s *script) isolation(direction string, isolation Isolation) {
	addresses := make([]netip.Addr, 0, len(isolation))
	for address := range isolation {
		addresses = append(addresses, address)
	}
	slices.SortFunc(addresses, netip.Addr.Compare)
	var elements []string
	for _, address := range addresses {
		var jumps []string
		for _, policy := range isolation[address] {
			jumps = append(jumps, fmt.Sprintf("jump %s comment %q", s.policy(direction, policy), comment(policy.Name)))
		}
		chain := direction + "-pods-" + digest(strings.Join(jumps, "\n"))
		s.chain(chain, append(jumps, "drop"))
		elements = append(elements, fmt.Sprintf("%s : goto %s", address, chain))
	}
	s.line("add map %s %s { type ipv4_addr : verdict; }", Table, direction)
	s.elements(direction, elements)
}

func (s *script) chain(name string, rules []string) {
	if s.written[name] {
		return
	}
	s.written[name] = true
	s.line("add chain %s %s", Table, name)
	for _, rule := range rules {
		s.rule(name, "%s", rule)
	}
}

func (s *script) policy(direction string, policy *Policy) string {
	name := direction + "-" + digest(policy.Name)
	if s.written[name] {
		return name
	}
	peer := "ip saddr"
	if direction == "egress" {
		peer = "ip daddr"
	}
	var rules []string
	for _, rule := range policy.Rules {
		match := ""
		if !rule.AnyPeer {
			match = fmt.Sprintf("%s @%s ", peer, s.addresses(rule.Peers))
		}
		if rule.AnyPort {
			rules = append(rules, match+"accept")
		}
		if len(rule.Ports) > 0 {
			rules = append(rules, fmt.Sprintf("%smeta l4proto . th dport { %s } accept", match, portTexts(rule.Ports)))
		}
		if len(rule.Endpoints) > 0 {
			rules = append(rules, fmt.Sprintf("%sip daddr . meta l4proto . th dport @%s accept", match, s.endpoints(rule.Endpoints)))
		}
	}
	s.chain(name, rules)
	return name
}

func (s *script) addresses(ranges []Range) string {
	if name, known := s.sets[&ranges[0]]; known {
		return name
	}
	kind := "type ipv4_addr"
	texts := make([]string, 0, len(ranges))
	for _, r := range ranges {
		if r.From == r.To {
			texts = append(texts, r.From.String())
			continue
		}
		kind = "type ipv4_addr; flags interval"
		texts = append(texts, fmt.Sprintf("%s-%s", r.From, r.To))
	}
	name := s.contentSet("addresses", kind, texts)
	s.sets[&ranges[0]] = name
	return name
}

func (s *script) endpoints(endpoints []Endpoint) string {
	texts := make([]string, 0, len(endpoints))
	for _, e := range endpoints {
		texts = append(texts, fmt.Sprintf("%s . %d . %d", e.Address, e.Protocol, e.Port))
	}
	return s.contentSet("endpoints", "type ipv4_addr . inet_proto . inet_service", texts)
}

func (s *script) contentSet(prefix, kind string, elements []string) string {
	name := prefix + "-" + digest(kind+strings.Join(elements, ","))
	if !s.written[name] {
		s.written[name] = true
		s.set(name, kind, elements)
	}
	return name
}

func portTexts(ports []PortRange) string {
	var texts []string
	for _, p := range ports {
		if p.From == p.To {
			texts = append(texts, fmt.Sprintf("%d . %d", p.Protocol, p.From))
			continue
		}
		texts = append(texts, fmt.Sprintf("%d . %d-%d", p.Protocol, p.From, p.To))
	}
	return strings.Join(texts, ", ")
}

func addressTexts(addresses []netip.Addr) []string {
	texts := make([]string, 0, len(addresses))
	for _, address := range addresses {
		texts = append(texts, address.String())
	}
	return texts
}

func digest(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:8])
}

// comment keeps a policy's name within what nftables stores with a rule.
func comment(name string) string {
	return name[:min(len(name), 120)]
}

// Counts sums the ruleset up for a log line.
func (r Ruleset) Counts() (pods, isolated, policies int) {
	named := map[string]bool{}
	both := map[netip.Addr]bool{}
	for _, direction := range []Isolation{r.Ingress, r.Egress} {
		for address, list := range direction {
			both[address] = true
			for _, policy := range list {
				named[policy.Name] = true
			}
		}
	}
	return len(r.Pods), len(both), len(named)
}
