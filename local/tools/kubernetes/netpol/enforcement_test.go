package netpol

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
)

func TestEnforcement(t *testing.T) {
	network := newNetwork(t, web, web2, db, other)
	for _, address := range []string{web, web2, db, other, far, farB, world, "203.0.113.8", node1, node2} {
		network.serve(address, 53, 8080, 9090, 9091)
	}
	n := newNode(t, network, cluster())
	const tcp4, udp4 = "tcp4", "udp4"

	n.expect("without policies", nil,
		try{tcp4, web, db, 8080, true}, try{udp4, far, web, 53, true}, try{tcp4, web, world, 8080, true}, try{tcp4, web, node1, 8080, true})
	n.expect("deny in both directions, but for the pod itself and its node", []string{denyAll},
		try{tcp4, web, db, 8080, false}, try{udp4, web, db, 53, false}, try{tcp4, far, web, 8080, false}, try{tcp4, web, far, 8080, false},
		try{tcp4, web, node1, 8080, false}, try{tcp4, node2, web, 8080, false}, try{tcp4, web, web, 8080, true},
		try{tcp4, node1, web, 8080, true}, try{udp4, node1, web, 53, true}, try{tcp4, other, world, 8080, true})
	n.expect("pod selector", []string{`{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}`},
		try{tcp4, web, db, 8080, true}, try{udp4, web, db, 53, true}, try{tcp4, far, db, 8080, true}, try{tcp4, other, db, 8080, false},
		try{tcp4, world, db, 8080, false}, try{tcp4, db, world, 8080, true})
	n.expect("both selectors", []string{`{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: blue}}, podSelector: {matchLabels: {app: web}}}]}]}`},
		try{tcp4, other, db, 8080, true}, try{tcp4, farB, db, 8080, false}, try{tcp4, web, db, 8080, false})
	n.expect("either selector", []string{`{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: blue}}}, {podSelector: {matchLabels: {app: web}}}]}]}`},
		try{tcp4, other, db, 8080, true}, try{tcp4, farB, db, 8080, true}, try{tcp4, web, db, 8080, true}, try{tcp4, world, db, 8080, false})
	n.expect("egress to a block without an exception, and to DNS", []string{`{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [203.0.113.8/32, 10.0.0.0/8]}}], ports: [{port: 8080}]}, {to: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: 53, protocol: UDP}]}]}`},
		try{tcp4, web, world, 8080, true}, try{tcp4, web, "203.0.113.8", 8080, false}, try{udp4, web, db, 53, true}, try{tcp4, web, db, 53, false},
		try{tcp4, web, node2, 8080, true}, try{tcp4, web, node1, 8080, true}, try{tcp4, web, node1, 9090, false})
	n.expect("ports in ranges and by name", []string{`{podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{port: http}]}]}`,
		`{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {}}], ports: [{port: 9000, endPort: 9090}]}]}`},
		try{tcp4, db, web, 8080, true}, try{tcp4, db, web, 9090, false}, try{tcp4, db, web2, 9090, true}, try{tcp4, db, web2, 8080, false},
		try{tcp4, web, db, 9090, true}, try{tcp4, web, db, 9091, false}, try{tcp4, web, db, 8080, false}, try{tcp4, world, db, 9090, false})

	t.Run("connections go on that were made before a policy", func(t *testing.T) {
		n.becomes(true, tcp4, web, db, 8080)
		connection, err := n.dial(tcp4, web, db, 8080, soon)
		if err != nil {
			t.Fatal(err)
		}
		defer connection.Close()
		if err := echo(connection, soon); err != nil {
			t.Fatal(err)
		}
		n.apply("deny", denyAll)
		n.becomes(false, tcp4, web, db, 8080)
		if err := echo(connection, soon); err != nil {
			t.Errorf("the established connection: %v", err)
		}
		n.remove("deny")
		n.becomes(true, tcp4, web, db, 8080)
	})

	t.Run("a spoofed source does not get round a policy", func(t *testing.T) {
		n.apply("deny", `{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]}`)
		n.becomes(false, tcp4, web, db, 8080)
		n.ip("-n", n.prefix+n.space[web], "address", "add", "203.0.113.99/32", "dev", "eth0")
		n.space["203.0.113.99"] = n.space[web]
		before := n.packets(db)
		n.reaches(udp4, "203.0.113.99", db, 53, never)
		if got := n.packets(db) - before; got != 0 {
			t.Errorf("%d packets arrived", got)
		}
		n.remove("deny")
	})

	t.Run("IPv6 link-local addresses do not get round a policy", func(t *testing.T) {
		link := n.prefix + n.space[web]
		fields := strings.Fields(n.command("ip", "-6", "-o", "address", "show", "dev", "veth"+n.space[web], "scope", "link"))
		address := strings.Split(fields[3], "/")[0]
		output, err := exec.Command("ip", "-n", link, "-o", "link", "show", "dev", "eth0").Output()
		if err != nil {
			t.Fatal(err)
		}
		index, _, _ := strings.Cut(string(output), ":")
		listener, err := in(n.network, node1, func() (net.Listener, error) { return net.Listen("tcp6", "[::]:8081") })
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close()
		_, err = in(n.network, web, func() (net.Conn, error) {
			return net.DialTimeout("tcp6", net.JoinHostPort(address+"%"+index, "8081"), never)
		})
		if err == nil || !strings.HasSuffix(err.Error(), "i/o timeout") {
			t.Errorf("dialing the node: %v, want a timeout", err)
		}
	})

	t.Run("a new pod is closed until its sandbox or its status is known", func(t *testing.T) {
		const fresh = "10.244.1.40"
		n.addPod(fresh)
		n.serve(fresh, 8080)
		for _, c := range []try{{tcp4, world, fresh, 8080, false}, {tcp4, fresh, world, 8080, false}, {tcp4, fresh, node1, 8080, false}} {
			if n.reaches(c.protocol, c.from, c.to, c.port, never) {
				t.Errorf("%s -> %s before the pod is known", c.from, c.to)
			}
		}
		var cached cniResult
		cached.Arguments = [][2]string{{"K8S_POD_NAMESPACE", "a"}, {"K8S_POD_UID", "apending"}}
		cached.Result.IPs = append(cached.Result.IPs, struct {
			Address string `json:"address"`
		}{fresh + "/24"})
		content, err := json.Marshal(cached)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(n.results, "pods-0123-eth0")
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		took := n.becomes(true, tcp4, fresh, world, 8080)
		t.Logf("open %v after the CNI result was written", took)
		if took > 500*time.Millisecond {
			t.Errorf("open %v after the CNI result was written", took)
		}
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		n.becomes(false, tcp4, fresh, world, 8080)
		if _, err := n.client.CoreV1().Pods("a").Update(context.Background(), pod("a", "pending", "n1", fresh, app("web")), metav1.UpdateOptions{}); err != nil {
			t.Fatal(err)
		}
		t.Logf("open %v after the status", n.becomes(true, tcp4, fresh, world, 8080))
		n.apply("deny", denyAll)
		n.becomes(false, tcp4, fresh, world, 8080)
		n.remove("deny")
	})

	t.Run("rewriting never opens what is denied nor closes what is allowed", func(t *testing.T) {
		n.apply("deny", `{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: blue}}}]}]}`)
		n.becomes(false, tcp4, web, db, 8080)
		// The new rules deny at once, and allow when the former ones are gone.
		n.becomes(true, tcp4, other, db, 8080)
		before := n.packets(db)
		stop := make(chan struct{})
		failed := make(chan int, 1)
		go func() {
			failures := 0
			for {
				select {
				case <-stop:
					failed <- failures
					return
				default:
				}
				if !n.reaches(tcp4, other, db, 8080, 900*time.Millisecond) {
					failures++
				}
			}
		}()
		denied, err := n.dial(udp4, web, db, 53, soon)
		if err != nil {
			t.Fatal(err)
		}
		defer denied.Close()
		for i := range 40 {
			n.apply("noise", fmt.Sprintf(`{podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{port: %d}]}]}`, 1000+i))
			for range 50 {
				denied.Write([]byte("x"))
				time.Sleep(time.Millisecond)
			}
			if i == 20 {
				n.stop()
				n.start()
			}
		}
		close(stop)
		if count := <-failed; count != 0 {
			t.Errorf("%d allowed connections failed", count)
		}
		if got := n.packets(db) - before; got != 0 {
			t.Errorf("%d denied packets arrived", got)
		}
		n.remove("noise", "deny")
	})

	t.Run("rules stay when the agent ends, and come back when removed", func(t *testing.T) {
		n.apply("deny", denyAll)
		n.becomes(false, tcp4, web, db, 8080)
		n.stop()
		if n.reaches(tcp4, web, db, 8080, never) {
			t.Error("open without an agent")
		}
		n.open()
		n.becomes(true, tcp4, web, db, 8080)
		n.start()
		if n.reaches(tcp4, web, db, 8080, never) {
			t.Error("open although the agent is ready")
		}
		n.remove("deny")
	})

	t.Run("the agent starts over when the API server was lost", func(t *testing.T) {
		n.becomes(true, tcp4, web, db, 8080)
		n.watches.Store(0)
		n.agent.Lost(errors.New("connection refused"))
		n.ready()
		n.apply("deny", denyAll)
		n.becomes(false, tcp4, web, db, 8080)
		n.remove("deny")
	})

	t.Run("without former rules all pods are closed until the cluster is known", func(t *testing.T) {
		n.stop()
		n.open()
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		unreachable := fake.NewClientset()
		unreachable.PrependReactor("list", "*", func(clienttesting.Action) (bool, runtime.Object, error) {
			return true, nil, errors.New("connection refused")
		})
		agent := &Agent{Client: unreachable, Node: "n1", PodCIDRs: cluster().PodCIDRs, Results: n.results, NFT: n.inNode("nft")}
		go func() { ended <- agent.Run(ctx) }()
		n.becomes(false, tcp4, web, db, 8080)
		if !n.reaches(tcp4, node1, web, 8080, soon) {
			t.Error("the node does not reach its pod")
		}
		if err := agent.Health(); err == nil {
			t.Error("healthy without knowing the cluster")
		}
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("ended with %v", err)
		}
		n.start()
		n.becomes(true, tcp4, web, db, 8080)
	})

	t.Run("cleaning up removes its own tables only", func(t *testing.T) {
		n.stop()
		n.command("nft", "add table inet foreign; add chain inet foreign c")
		for range 2 {
			n.open()
		}
		if got := strings.TrimSpace(n.command("nft", "list", "tables")); got != "table inet foreign" {
			t.Errorf("tables left: %q", got)
		}
	})
}
