package netpol

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

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
	if took > 2*time.Second {
		t.Errorf("compiling took %v, want less than 2 s on a busy machine", took)
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

func TestTheCommandNamesAllWrongFlags(t *testing.T) {
	err := (&options{}).run(context.Background())
	const missing = "--kubeconfig is needed: the file to reach the API server with\n" +
		"--node-name is needed: the name of this node in the cluster\n--pod-cidr is needed: the pod subnets of this node"
	if err == nil || err.Error() != missing {
		t.Errorf("got %v", err)
	}
	err = (&options{kubeconfig: "k", node: "n", podCIDRs: []string{"10.244.1.1/24", "fd00::/64", "10.244.1.0/24"}}).run(context.Background())
	const wrong = `--pod-cidr: "10.244.1.1/24" is no IPv4 subnet such as 10.244.1.0/24
--pod-cidr: "fd00::/64" is no IPv4 subnet such as 10.244.1.0/24`
	if err == nil || err.Error() != wrong {
		t.Errorf("got %v", err)
	}
}
