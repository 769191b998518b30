package netpol

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/klog/v2"
)

// cniResult is the part of a file in the CNI result cache (libcni's cniCacheV1) that is of use here.
type cniResult struct {
	Arguments [][2]string `json:"cniArgs"`
	Result    struct {
		IPs []struct {
			Address string `json:"address"`
		} `json:"ips"`
	} `json:"result"`
}

// readSandboxes gives the pod that each address was given to last. Nodes of one machine may share the folder, and a
// crash may leave files behind: the newest file decides, and Compile looks only at pods of its own node that live.
func readSandboxes(directory string) (map[netip.Addr]types.UID, error) {
	entries, err := os.ReadDir(directory)
	if err != nil {
		return nil, fmt.Errorf("reading the CNI result cache: %w", err)
	}
	owners := map[netip.Addr]types.UID{}
	newest := map[netip.Addr]time.Time{}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil {
			continue // removed meanwhile
		}
		content, err := os.ReadFile(filepath.Join(directory, entry.Name()))
		if err != nil {
			continue
		}
		var cached cniResult
		if json.Unmarshal(content, &cached) != nil {
			continue // half written: its last write is an event of its own
		}
		for _, argument := range cached.Arguments {
			if argument[0] != "K8S_POD_UID" {
				continue
			}
			for _, ip := range cached.Result.IPs {
				prefix, err := netip.ParsePrefix(ip.Address)
				if err != nil || !prefix.Addr().Is4() || info.ModTime().Before(newest[prefix.Addr()]) {
					continue
				}
				owners[prefix.Addr()], newest[prefix.Addr()] = types.UID(argument[1]), info.ModTime()
			}
		}
	}
	return owners, nil
}

// watchSandboxes calls changed for every change in the folder until the context ends. It makes the folder if need be.
func watchSandboxes(ctx context.Context, directory string, changed func()) error {
	if err := os.MkdirAll(directory, 0o700); err != nil {
		return fmt.Errorf("making the CNI result cache's folder: %w", err)
	}
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watching the CNI result cache: %w", err)
	}
	if err := watcher.Add(directory); err != nil {
		return fmt.Errorf("watching the CNI result cache: %w", err)
	}
	go func() {
		defer watcher.Close() //nolint:errcheck // nothing is left to lose
		for {
			select {
			case <-ctx.Done():
				return
			case <-watcher.Events:
				changed()
			case err := <-watcher.Errors:
				klog.ErrorS(err, "Watching the CNI result cache; reading all of it", "folder", directory)
				changed()
			}
		}
	}()
	return nil
}
