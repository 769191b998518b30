package netpol

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

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
	var objects []runtime.Object
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
	n.agent = &Agent{Client: n.client, Node: "n1", PodCIDRs: cluster().PodCIDRs, Results: n.results, NFT: n.inNode("nft")}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- n.agent.Run(ctx) }()
	n.stop = func() {
		cancel()
		<-ended
		n.stop = func() {}
	}
	n.ready()
}

// ready waits until the agent has programmed the cluster and follows its changes.
func (n *node) ready() {
	n.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); n.agent.Health() != nil || n.watches.Load() < 3; time.Sleep(time.Millisecond) {
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

// open removes the agent's tables.
func (n *node) open() {
	n.t.Helper()
	if err := (&tables{nft: n.inNode("nft")}).removeAll(context.Background()); err != nil {
		n.t.Fatal(err)
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
