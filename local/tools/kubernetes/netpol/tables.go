package netpol

import (
	"context"
	"fmt"

	"golang.org/x/sys/unix"
)

// generations are the names of the agent's own tables; it touches no other. One is in force; while it is replaced, both.
var generations = [...]string{"netpol-a", "netpol-b"}

// membarrierGlobal is MEMBARRIER_CMD_GLOBAL of linux/membarrier.h, which the package unix has not.
const membarrierGlobal = 1

// remove is the nftables script that removes a table, whether it is there or not.
func remove(table string) string {
	return fmt.Sprintf("add table inet %s\ndelete table inet %s\n", table, table)
}

// tables are the rules of one node in the kernel.
type tables struct {
	// nft is the nft command, with what goes before it.
	nft []string
	// current is the table in force, "" when there is none.
	current string
}

// find looks for what an agent before this one left in force.
func (t *tables) find(ctx context.Context) {
	t.current = ""
	for _, name := range generations {
		if runNFT(ctx, t.nft, "list table inet "+name) == nil {
			t.current = name
		}
	}
}

// replace puts the content of a table in force, and then removes the former one, in three transactions. All of one
// would be quicker and wrong for the packets on their way: a packet goes on through the base chains that were there
// when it came, but finds rules, and elements of sets, as they are now. It would meet the former chains without their
// rules and not the new chains, and by conntrack its whole connection would follow; or the former rules with empty
// sets. So the two tables hold together until every packet meets the new one; then the former one is taken off the
// hooks; then, when no packet is left in it, removed. After an error the former rules are in force, alone or with the
// new ones.
func (t *tables) replace(ctx context.Context, content string) error {
	former, next := generations[0], generations[1]
	if t.current != former {
		former, next = next, former
	}
	if err := runNFT(ctx, t.nft, remove(next)+"table inet "+next+" {\n"+content+"}\n"); err != nil {
		return err
	}
	t.current = next
	for _, script := range []string{"table inet " + former + " {\n  flags dormant\n}\n", remove(former)} {
		if err := awaitPackets(); err != nil {
			return err
		}
		if err := runNFT(ctx, t.nft, script); err != nil {
			return err
		}
	}
	return nil
}

// removeAll leaves every packet unfiltered.
func (t *tables) removeAll(ctx context.Context) error {
	t.current = ""
	script := ""
	for _, name := range generations {
		script += remove(name)
	}
	return runNFT(ctx, t.nft, script)
}

// awaitPackets returns when no packet is on its way that entered a hook before the call. Packets are filtered in
// read-side critical sections of RCU, whose end this command waits for (kernel/sched/membarrier.c).
func awaitPackets() error {
	if _, _, errno := unix.Syscall(unix.SYS_MEMBARRIER, membarrierGlobal, 0, 0); errno != 0 {
		return fmt.Errorf("waiting for packets on their way, by membarrier: %w", errno)
	}
	return nil
}
