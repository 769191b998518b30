package netpol

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
)

const (
	denyAll  = `{podSelector: {}, policyTypes: [Ingress, Egress]}`
	allowAll = `{podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}], egress: [{}]}`
	soon     = time.Second
	never    = 250 * time.Millisecond
)

// node runs an agent on a network, with a cluster behind it that the test changes.
type node struct {
	*network
	client  *fake.Clientset
	watches atomic.Int32
	results string
	agent   *Agent
	stop    func()
}

func newNode(t *testing.T, network *network, state State) *node {
	t.Helper()
	objects := []runtime.Object{&corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "n1"}, Spec: corev1.NodeSpec{PodCIDRs: []string{"10.244.1.0/24"}}}}
	for _, p := range state.Pods {
		objects = append(objects, p)
	}
	for _, s := range state.Namespaces {
		objects = append(objects, s)
	}
	for _, p := range state.Policies {
		objects = append(objects, p)
	}
	n := &node{network: network, client: fake.NewClientset(objects...), results: t.TempDir()}
	// The fake server forgets changes between a list and its watch: the test has to wait for the watches.
	n.client.PrependWatchReactor("*", func(action clienttesting.Action) (bool, watch.Interface, error) {
		stream, err := n.client.Tracker().Watch(action.GetResource(), action.GetNamespace())
		n.watches.Add(1)
		return true, stream, err
	})
	n.start()
	t.Cleanup(func() { n.stop() })
	return n
}

func (n *node) start() {
	n.t.Helper()
	n.watches.Store(0)
	n.agent = &Agent{Client: n.client, Node: "n1", Results: n.results, NFT: n.inNode("nft")}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- n.agent.Run(ctx) }()
	n.stop = func() {
		cancel()
		<-ended
		n.stop = func() {}
	}
	for deadline := time.Now().Add(10 * time.Second); n.agent.Health() != nil || n.watches.Load() < 4; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			n.t.Fatalf("the agent is not ready after 10 s: %v; %d watches", n.agent.Health(), n.watches.Load())
		}
	}
}

// apply creates or replaces a policy of namespace a.
func (n *node) apply(name, spec string) {
	n.t.Helper()
	p := policy(n.t, name, spec)
	policies := n.client.NetworkingV1().NetworkPolicies("a")
	if _, err := policies.Update(context.Background(), p, metav1.UpdateOptions{}); err != nil {
		if _, err = policies.Create(context.Background(), p, metav1.CreateOptions{}); err != nil {
			n.t.Fatal(err)
		}
	}
}

func (n *node) remove(names ...string) {
	n.t.Helper()
	for _, name := range names {
		if err := n.client.NetworkingV1().NetworkPolicies("a").Delete(context.Background(), name, metav1.DeleteOptions{}); err != nil {
			n.t.Fatal(err)
		}
	}
}

// becomes waits until a new connection succeeds, or fails, and gives the time that took.
func (n *node) becomes(reached bool, protocol, from, to string, port int) time.Duration {
	n.t.Helper()
	start := time.Now()
	for {
		began := time.Since(start)
		if n.reaches(protocol, from, to, port, 50*time.Millisecond) == reached {
			// A refused attempt takes its whole timeout; the rules were there when it began.
			return began
		}
		if began > 5*time.Second {
			n.t.Fatalf("%s %s -> %s:%d: reached is %v still after 5 s", protocol, from, to, port, !reached)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

type try struct {
	protocol, from, to string
	port               int
	reached            bool
}

// expect applies the policies, waits for them, tries connections and removes the policies.
func (n *node) expect(title string, specs []string, tries ...try) {
	n.t.Helper()
	var names []string
	for i, spec := range specs {
		names = append(names, fmt.Sprintf("p%d", i))
		n.apply(names[i], spec)
	}
	time.Sleep(200 * time.Millisecond)
	for _, c := range tries {
		timeout := never
		if c.reached {
			timeout = soon
		}
		if got := n.reaches(c.protocol, c.from, c.to, c.port, timeout); got != c.reached {
			n.t.Errorf("%s: %s %s -> %s:%d: reached is %v, want %v", title, c.protocol, c.from, c.to, c.port, got, c.reached)
		}
	}
	n.remove(names...)
}

func TestEnforcement(t *testing.T) {
	network := newNetwork(t, web, web2, db, other)
	for _, address := range []string{web, web2, db, other, far, farB, world, "203.0.113.8", node1} {
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
		if got := n.udpTo(db, before); got != 0 {
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
		n.command("nft", "delete", "table", "inet", "netpol")
		n.becomes(true, tcp4, web, db, 8080)
		n.start()
		if n.reaches(tcp4, web, db, 8080, never) {
			t.Error("open although the agent is ready")
		}
		n.remove("deny")
	})

	t.Run("cleaning up removes its own table only", func(t *testing.T) {
		n.stop()
		n.command("nft", "add table inet foreign; add chain inet foreign c")
		for range 2 {
			if err := runNFT(context.Background(), n.inNode("nft"), RemoveTable); err != nil {
				t.Fatal(err)
			}
		}
		if got := strings.TrimSpace(n.command("nft", "list", "tables")); got != "table inet foreign" {
			t.Errorf("tables left: %q", got)
		}
	})
}

// packets counts the UDP packets that came to a pod.
func (n *network) packets(address string) int {
	n.t.Helper()
	content, err := in(n, address, func() ([]byte, error) { return os.ReadFile("/proc/thread-self/net/snmp") })
	if err != nil {
		n.t.Fatal(err)
	}
	received, unheard := 0, 0
	for line := range strings.Lines(string(content)) {
		if strings.HasPrefix(line, "Udp: ") && !strings.HasPrefix(line, "Udp: InDatagrams") {
			fmt.Sscanf(line, "Udp: %d %d", &received, &unheard)
		}
	}
	return received + unheard
}

func (n *network) udpTo(address string, before int) int { return n.packets(address) - before }

func TestPolicyChangesTakeEffectWithinASecond(t *testing.T) {
	network := newNetwork(t, web, db)
	network.serve(db, 8080)
	state := cluster()
	for i := range 200 {
		node, subnet := "n1", 1
		if i%2 == 1 {
			node, subnet = "n2", 2
		}
		state.Pods = append(state.Pods, pod("a", fmt.Sprintf("many%d", i), node, fmt.Sprintf("10.244.%d.%d", subnet, 100+i/2), map[string]string{"group": fmt.Sprint(i % 100)}))
	}
	for i := range 100 {
		state.Policies = append(state.Policies, policy(t, fmt.Sprintf("many%d", i), fmt.Sprintf(
			`{podSelector: {matchLabels: {group: "%d"}}, policyTypes: [Ingress, Egress], ingress: [{from: [{podSelector: {}}, {ipBlock: {cidr: 192.0.2.0/24}}], ports: [{port: %d}]}], egress: [{to: [{namespaceSelector: {}}]}]}`, i, 1000+i)))
	}
	n := newNode(t, network, state)
	n.becomes(true, "tcp4", web, db, 8080)
	var worst time.Duration
	for range 10 {
		n.apply("gate", denyAll)
		denied := n.becomes(false, "tcp4", web, db, 8080)
		n.apply("gate", allowAll)
		allowed := n.becomes(true, "tcp4", web, db, 8080)
		worst = max(worst, denied, allowed)
	}
	t.Logf("slowest of 20 changes: %v", worst)
	if worst >= time.Second {
		t.Errorf("a change took %v, want less than 1 s", worst)
	}
}

func TestCompileScales(t *testing.T) {
	state := State{Node: "n1"}
	for i := range 3000 {
		node := "n1"
		if i >= 110 {
			node = "n2"
		}
		state.Pods = append(state.Pods, pod(fmt.Sprintf("s%d", i%30), fmt.Sprint(i), node, fmt.Sprintf("10.244.%d.%d", i/250, i%250), app(fmt.Sprint(i%7))))
	}
	for i := range 30 {
		state.Namespaces = append(state.Namespaces, namespace(fmt.Sprintf("s%d", i), nil))
	}
	for i := range 500 {
		p := policy(t, fmt.Sprint(i), `{podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{from: [{namespaceSelector: {}}]}], egress: [{to: [{namespaceSelector: {}, podSelector: {matchLabels: {app: "3"}}}]}]}`)
		p.Namespace = fmt.Sprintf("s%d", i%30)
		state.Policies = append(state.Policies, p)
	}
	start := time.Now()
	text := Compile(state).Render()
	took := time.Since(start)
	t.Logf("3000 pods and 500 policies: %v, %d bytes", took, len(text))
	if took > 500*time.Millisecond {
		t.Errorf("compiling took %v, want less than 500 ms", took)
	}
	if len(text) > 1<<20 {
		t.Errorf("%d bytes of rules, want less than 1 MiB: equal peers must share one set", len(text))
	}
}

func TestHealthIsThatOfTheLastProgramming(t *testing.T) {
	answer := func(a *Agent) (int, string) {
		recorder := httptest.NewRecorder()
		a.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/healthz", nil))
		return recorder.Code, strings.TrimSpace(recorder.Body.String())
	}
	agent := &Agent{}
	if code, text := answer(agent); code != 503 || text != "the first rules are not programmed yet" {
		t.Errorf("before the first programming: %d %s", code, text)
	}
	var err error
	agent.health.Store(&err)
	if code, text := answer(agent); code != 200 || text != "ok" {
		t.Errorf("after it: %d %s", code, text)
	}
	failure := errors.New("nft: no")
	agent.health.Store(&failure)
	if code, text := answer(agent); code != 503 || text != "nft: no" {
		t.Errorf("after a failure: %d %s", code, text)
	}
}

func TestRejectedRulesAreAnErrorWithTheReason(t *testing.T) {
	err := runNFT(context.Background(), []string{"sh", "-c", "echo 'Error: no such thing' >&2; exit 1"}, "")
	if err == nil || !strings.HasSuffix(err.Error(), "exit status 1: Error: no such thing") {
		t.Errorf("got %v", err)
	}
}

func TestTheCommandNamesAllMissingFlags(t *testing.T) {
	err := (&options{}).run(context.Background())
	if err == nil || err.Error() != "--kubeconfig is needed: the file to reach the API server with\n--node-name is needed: the name of this node in the cluster" {
		t.Errorf("got %v", err)
	}
}
