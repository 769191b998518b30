package netpol

import (
	"cmp"
	"net/netip"
	"slices"
)

// Range is an inclusive range of IPv4 addresses; a single address has From equal to To.
type Range struct{ From, To netip.Addr }

// Contains says whether the address lies in the range.
func (r Range) Contains(address netip.Addr) bool {
	return r.From.Compare(address) <= 0 && address.Compare(r.To) <= 0
}

// PortRange is an inclusive range of ports of one IP protocol (6 TCP, 17 UDP, 132 SCTP).
type PortRange struct {
	Protocol uint8
	From, To uint16
}

// Endpoint is one port of one pod: what a named port comes to.
type Endpoint struct {
	Address  netip.Addr
	Protocol uint8
	Port     uint16
}

func prefixRange(prefix netip.Prefix) Range {
	last := prefix.Masked().Addr().As4()
	for bit := prefix.Bits(); bit < 32; bit++ {
		last[bit/8] |= 1 << (7 - bit%8)
	}
	return Range{prefix.Masked().Addr(), netip.AddrFrom4(last)}
}

// mergeRanges sorts the ranges and joins those that overlap or touch: nftables refuses overlapping elements.
func mergeRanges(ranges []Range) []Range {
	slices.SortFunc(ranges, func(a, b Range) int { return cmp.Or(a.From.Compare(b.From), a.To.Compare(b.To)) })
	var merged []Range
	for _, next := range ranges {
		if len(merged) > 0 {
			last := &merged[len(merged)-1]
			// Next of 255.255.255.255 is the invalid address, which compares below all others.
			if end := last.To.Next(); !end.IsValid() || next.From.Compare(end) <= 0 {
				if next.To.Compare(last.To) > 0 {
					last.To = next.To
				}
				continue
			}
		}
		merged = append(merged, next)
	}
	return merged
}

// subtract cuts the holes out of one range.
func subtract(from Range, holes []Range) []Range {
	var rest []Range
	for _, hole := range mergeRanges(slices.Clone(holes)) {
		if hole.To.Compare(from.From) < 0 || hole.From.Compare(from.To) > 0 {
			continue
		}
		if hole.From.Compare(from.From) > 0 {
			rest = append(rest, Range{from.From, hole.From.Prev()})
		}
		if hole.To.Compare(from.To) >= 0 {
			return rest
		}
		from.From = hole.To.Next()
	}
	return append(rest, from)
}

func mergePorts(ports []PortRange) []PortRange {
	slices.SortFunc(ports, func(a, b PortRange) int {
		return cmp.Or(cmp.Compare(a.Protocol, b.Protocol), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	var merged []PortRange
	for _, next := range ports {
		if len(merged) > 0 {
			last := &merged[len(merged)-1]
			if last.Protocol == next.Protocol && uint32(next.From) <= uint32(last.To)+1 {
				last.To = max(last.To, next.To)
				continue
			}
		}
		merged = append(merged, next)
	}
	return merged
}

func compareEndpoints(a, b Endpoint) int {
	return cmp.Or(a.Address.Compare(b.Address), cmp.Compare(a.Protocol, b.Protocol), cmp.Compare(a.Port, b.Port))
}
