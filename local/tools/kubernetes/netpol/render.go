package netpol

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// script collects the content of one table. Sets and chains are named by their content, so equal ones are written once.
type script struct {
	strings.Builder
	written map[string]bool
	// sets are the names of those address sets that were written, by their first element: Compile shares slices.
	sets map[*Range]string
}

// Render gives the content of the table that enforces the ruleset: sets, maps and chains.
func (r Ruleset) Render() string {
	s := &script{written: map[string]bool{}, sets: map[*Range]string{}}
	s.set("pods", "type ipv4_addr", addressTexts(r.Pods))
	var pairs []string
	for _, pod := range r.Pods {
		pairs = append(pairs, fmt.Sprintf("%s . %s", pod, pod))
	}
	s.set("self", "type ipv4_addr . ipv4_addr", pairs)
	s.isolation("ingress", r.Ingress)
	s.isolation("egress", r.Egress)

	common := []string{
		"ct state established,related accept",
		// veth* are the links of pods. A source whose way back is another link is spoofed.
		`iifname "veth*" meta nfproto ipv6 drop`,
		`iifname "veth*" fib saddr . iif oif missing drop`,
	}
	fromPods := append(r.held("saddr"), "ip saddr vmap @egress")
	const self = "ip saddr . ip daddr @self accept"
	// Two base chains: accept in the first only ends that one, and the packet goes on to the second.
	s.base("forward-egress", "forward", "filter - 1", common, []string{self}, fromPods)
	s.base("forward-ingress", "forward", "filter", common[:1], []string{self}, r.held("daddr"), []string{"ip daddr vmap @ingress"})
	s.base("input-egress", "input", "filter", []string{"iifname lo accept"}, common, fromPods)
	return s.String()
}

// held drops what comes from, or goes to, an address of the node's pod subnets that is no known pod's.
func (r Ruleset) held(side string) []string {
	rules := make([]string, 0, len(r.Hold)+1)
	for _, cidr := range r.Hold {
		rules = append(rules, fmt.Sprintf("ip %s %s ip %s != @pods drop", side, cidr, side))
	}
	return rules
}

func (s *script) base(name, hook, priority string, rules ...[]string) {
	first := fmt.Sprintf("type filter hook %s priority %s; policy accept;", hook, priority)
	s.chain(name, append([]string{first}, slices.Concat(rules...)...))
}

func (s *script) set(name, kind string, elements []string) {
	s.block("set "+name, append([]string{kind}, elementsText(elements)...))
}

func (s *script) block(head string, lines []string) {
	fmt.Fprintf(s, "  %s {\n", head)
	for _, line := range lines {
		fmt.Fprintf(s, "    %s\n", line)
	}
	s.WriteString("  }\n")
}

// elementsText is no line where there are none: nftables knows no empty list.
func elementsText(elements []string) []string {
	if len(elements) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("elements = { %s }", strings.Join(elements, ", "))}
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
	s.block("map "+direction, append([]string{"type ipv4_addr : verdict"}, elementsText(elements)...))
}

func (s *script) chain(name string, rules []string) {
	if s.written[name] {
		return
	}
	s.written[name] = true
	s.block("chain "+name, rules)
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
