package netpol

import (
	"encoding/json"
	"net/netip"
	"slices"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// peers gives the addresses of the peers; equal peers share one slice, as many policies have them in common.
func (c *compiler) peers(namespace string, peers []networkingv1.NetworkPolicyPeer) []Range {
	text, err := json.Marshal(peers)
	if err != nil {
		return c.resolve(namespace, peers)
	}
	key := namespace + string(text)
	ranges, found := c.resolved[key]
	if !found {
		ranges = c.resolve(namespace, peers)
		c.resolved[key] = ranges
	}
	return ranges
}

// resolve leaves pods alone as single addresses, which a hash set looks up fastest.
func (c *compiler) resolve(namespace string, peers []networkingv1.NetworkPolicyPeer) []Range {
	var ranges []Range
	blocks := false
	for _, peer := range peers {
		if peer.IPBlock != nil {
			ranges = append(ranges, blockRanges(peer.IPBlock)...)
			blocks = true
			continue
		}
		for _, pod := range c.selectPods(namespace, peer) {
			for _, address := range pod.addresses {
				ranges = append(ranges, Range{address, address})
			}
		}
	}
	if blocks {
		return mergeRanges(ranges)
	}
	slices.SortFunc(ranges, func(a, b Range) int { return a.From.Compare(b.From) })
	return slices.Compact(ranges)
}

func (c *compiler) selectPods(namespace string, peer networkingv1.NetworkPolicyPeer) []*knownPod {
	pods, spaces := labels.Everything(), labels.Everything()
	if peer.PodSelector != nil {
		pods = selectorOr(peer.PodSelector, labels.Nothing())
	}
	key := namespace + "|" + pods.String()
	if peer.NamespaceSelector != nil {
		spaces = selectorOr(peer.NamespaceSelector, labels.Nothing())
		key = "*" + spaces.String() + "|" + pods.String()
	}
	// Nothing and Everything print alike, and Nothing selects nothing: no need to keep it.
	if !selectable(pods) || !selectable(spaces) {
		return nil
	}
	if known, found := c.selected[key]; found {
		return known
	}
	candidates := c.byNamespace[namespace]
	if peer.NamespaceSelector != nil {
		candidates = nil
		for name, list := range c.byNamespace {
			// A namespace that is not known yet matches no selector, not even the empty one.
			if set, found := c.namespaces[name]; found && spaces.Matches(set) {
				candidates = append(candidates, list...)
			}
		}
	}
	var matching []*knownPod
	for _, pod := range candidates {
		if pods.Matches(labels.Set(pod.Labels)) {
			matching = append(matching, pod)
		}
	}
	c.selected[key] = matching
	return matching
}

func selectable(selector labels.Selector) bool {
	_, can := selector.Requirements()
	return can
}

func selectorOr(selector *metav1.LabelSelector, fallback labels.Selector) labels.Selector {
	parsed, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		return fallback
	}
	return parsed
}

func blockRanges(block *networkingv1.IPBlock) []Range {
	prefix, err := netip.ParsePrefix(block.CIDR)
	if err != nil || !prefix.Addr().Is4() {
		return nil
	}
	var holes []Range
	for _, except := range block.Except {
		if hole, err := netip.ParsePrefix(except); err == nil && hole.Addr().Is4() {
			holes = append(holes, prefixRange(hole))
		}
	}
	return subtract(prefixRange(prefix), holes)
}

func containsAny(ranges []Range, addresses []netip.Addr) bool {
	return slices.ContainsFunc(ranges, func(r Range) bool { return slices.ContainsFunc(addresses, r.Contains) })
}
