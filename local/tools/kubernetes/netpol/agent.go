package netpol

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"os/exec"
	"strings"
	"sync/atomic"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	networkinglisters "k8s.io/client-go/listers/networking/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"
)

const (
	// debounce gathers the changes of one rollout or apply into one transaction.
	debounce = 20 * time.Millisecond
	// rewriteAfter repairs a table that something else removed or changed.
	rewriteAfter = 30 * time.Second
	askAgain     = 500 * time.Millisecond
	retryFirst   = 100 * time.Millisecond
	retryMost    = 5 * time.Second
	nftTimeout   = 30 * time.Second
)

// Agent keeps one node's table in step with the cluster.
type Agent struct {
	// Client reads pods, namespaces and policies.
	Client kubernetes.Interface
	// Node is the name of this node.
	Node string
	// PodCIDRs are the node's pod subnets.
	PodCIDRs []netip.Prefix
	// Results is the folder of the CNI result cache.
	Results string
	// NFT is the nft command, with what goes before it.
	NFT []string

	pods       corelisters.PodLister
	namespaces corelisters.NamespaceLister
	policies   networkinglisters.NetworkPolicyLister
	changes    chan struct{}
	tables     tables
	programmed string
	health     atomic.Pointer[error]
	lost       atomic.Pointer[context.CancelCauseFunc]
}

var errNotYet = errors.New("the first rules are not programmed yet")

// Health is nil while the rules in the kernel are those of the cluster.
func (a *Agent) Health() error {
	if health := a.health.Load(); health != nil {
		return *health
	}
	return errNotYet
}

// ServeHTTP answers health checks: 200, or 503 with what is wrong.
func (a *Agent) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	if err := a.Health(); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ok") //nolint:errcheck // the client is gone
}

// Run programs the node until the context ends, and leaves the rules in the kernel then: a restart has no gap, as
// nothing is written before everything is known again. Without rules in the kernel, after a boot, all pods are held
// closed until then.
func (a *Agent) Run(ctx context.Context) error {
	a.changes = make(chan struct{}, 1)
	if err := watchSandboxes(ctx, a.Results, a.changed); err != nil {
		return err
	}
	a.tables = tables{nft: a.NFT}
	if a.tables.find(ctx); a.tables.current == "" {
		if err := a.tables.replace(ctx, Compile(State{PodCIDRs: a.PodCIDRs}).Render()); err != nil && ctx.Err() == nil {
			return fmt.Errorf("holding the pods closed: %w", err)
		}
		klog.InfoS("Holding all pods closed until pods and policies are known", "podCIDRs", a.PodCIDRs)
	}
	for a.waitForAPI(ctx) {
		if err := a.follow(ctx); err != nil && ctx.Err() == nil {
			klog.ErrorS(err, "Starting over with the API server; the rules stay in force")
			a.health.Store(&err)
		}
	}
	return nil
}

// waitForAPI asks until the API server answers what will be asked of it. Informers would do so too, but with pauses
// that grow to half a minute: too long after a fault is healed, or until the agent's role is bound in a new cluster.
func (a *Agent) waitForAPI(ctx context.Context) bool {
	told := ""
	for ctx.Err() == nil {
		one := metav1.ListOptions{Limit: 1}
		_, err := a.Client.NetworkingV1().NetworkPolicies("").List(ctx, one)
		if err == nil {
			_, err = a.Client.CoreV1().Pods("").List(ctx, one)
		}
		if err == nil {
			return true
		}
		if err.Error() != told {
			told = err.Error()
			klog.ErrorS(err, "Waiting for the API server")
		}
		select {
		case <-ctx.Done():
		case <-time.After(askAgain):
		}
	}
	return false
}

// Lost says that the API server could not be reached: the agent starts over with it.
func (a *Agent) Lost(err error) {
	if lost := a.lost.Load(); lost != nil {
		(*lost)(err)
	}
}

// follow keeps the rules in step with the cluster until the context ends or the API server is lost.
func (a *Agent) follow(ctx context.Context) error {
	ctx, lost := context.WithCancelCause(ctx)
	defer lost(nil)
	a.lost.Store(&lost)
	factory := informers.NewSharedInformerFactory(a.Client, 0)
	core, networking := factory.Core().V1(), factory.Networking().V1()
	a.pods, a.namespaces = core.Pods().Lister(), core.Namespaces().Lister()
	a.policies = networking.NetworkPolicies().Lister()
	handler := cache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { a.changed() },
		UpdateFunc: func(any, any) { a.changed() },
		DeleteFunc: func(any) { a.changed() },
	}
	for _, informer := range []cache.SharedIndexInformer{
		core.Pods().Informer(), core.Namespaces().Informer(), networking.NetworkPolicies().Informer(),
	} {
		if err := informer.SetTransform(withoutManagedFields); err != nil {
			return err
		}
		if _, err := informer.AddEventHandler(handler); err != nil {
			return err
		}
	}
	factory.Start(ctx.Done())
	for _, synced := range factory.WaitForCacheSync(ctx.Done()) {
		if !synced {
			return context.Cause(ctx)
		}
	}
	a.changed()
	a.loop(ctx)
	return context.Cause(ctx)
}

// withoutManagedFields saves the memory of what nothing here reads.
func withoutManagedFields(object any) (any, error) {
	if accessor, err := meta.Accessor(object); err == nil {
		accessor.SetManagedFields(nil)
	}
	return object, nil
}

func (a *Agent) changed() {
	select {
	case a.changes <- struct{}{}:
	default: // one is waiting, and will see this change too
	}
}

func (a *Agent) loop(ctx context.Context) {
	retry := retryFirst
	timer := time.NewTimer(rewriteAfter)
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.changes:
			// Not prolonged by further changes: a steady stream of them must not hold the rules back.
			time.Sleep(debounce)
			select {
			case <-a.changes:
			default:
			}
		case <-timer.C:
			a.programmed = ""
		}
		err := a.program(ctx)
		a.health.Store(&err)
		if err == nil {
			retry = retryFirst
			timer.Reset(rewriteAfter)
			continue
		}
		if ctx.Err() == nil {
			klog.ErrorS(err, "Rules not programmed; the former ones stay in force", "retryIn", retry)
		}
		timer.Reset(retry)
		retry = min(2*retry, retryMost)
	}
}

// program writes the rules of the present state, if they differ from those last written.
func (a *Agent) program(ctx context.Context) error {
	start := time.Now()
	state, err := a.state()
	if err != nil {
		return err
	}
	ruleset := Compile(state)
	text := ruleset.Render()
	if text == a.programmed {
		return nil
	}
	again := a.programmed == ""
	compiled := time.Now()
	// What is in the kernel is not known until all of it has succeeded.
	a.programmed = ""
	if err := a.tables.replace(ctx, text); err != nil {
		return err
	}
	a.programmed = text
	pods, isolated, policies := ruleset.Counts()
	klog.V(logLevel(again && a.Health() == nil)).InfoS("Programmed network policies",
		"policies", policies, "localPods", pods, "isolatedPods", isolated, "clusterPods", len(state.Pods),
		"bytes", len(text), "compileMs", compiled.Sub(start).Milliseconds(), "nftMs", time.Since(compiled).Milliseconds())
	return nil
}

// logLevel keeps the periodic rewriting of unchanged rules out of the log.
func logLevel(repeated bool) klog.Level {
	if repeated {
		return 2
	}
	return 0
}

func (a *Agent) state() (State, error) {
	var err error
	state := State{Node: a.Node, PodCIDRs: a.PodCIDRs}
	if state.Sandboxes, err = readSandboxes(a.Results); err != nil {
		return state, err
	}
	if state.Pods, err = a.pods.List(labels.Everything()); err != nil {
		return state, err
	}
	if state.Namespaces, err = a.namespaces.List(labels.Everything()); err != nil {
		return state, err
	}
	if state.Policies, err = a.policies.List(labels.Everything()); err != nil {
		return state, err
	}
	return state, nil
}

func runNFT(ctx context.Context, command []string, script string) error {
	ctx, cancel := context.WithTimeout(ctx, nftTimeout)
	defer cancel()
	arguments := append(append([]string{}, command[1:]...), "-f", "-")
	nft := exec.CommandContext(ctx, command[0], arguments...)
	nft.Stdin = strings.NewReader(script)
	var output bytes.Buffer
	nft.Stdout, nft.Stderr = &output, &output
	if err := nft.Run(); err != nil {
		first, _, _ := strings.Cut(output.String(), "\n")
		return fmt.Errorf("%s: %w: %s", strings.Join(nft.Args, " "), err, first)
	}
	return nil
}
