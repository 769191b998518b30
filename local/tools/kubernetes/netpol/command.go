package netpol

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
)

const dialTimeout = 2 * time.Second

type options struct {
	kubeconfig, node, healthz, results string
	podCIDRs                           []string
	cleanup                            bool
}

// NewCommand makes the netpol-agent command.
func NewCommand() *cobra.Command {
	var o options
	command := &cobra.Command{
		Use:           "netpol-agent",
		Short:         "Enforce NetworkPolicies on this node's network namespace by nftables",
		Args:          cobra.NoArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(*cobra.Command, []string) error {
			ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
			defer stop()
			return o.run(ctx)
		},
	}
	flags := command.Flags()
	flags.StringVar(&o.kubeconfig, "kubeconfig", "", "kubeconfig file; list and watch on namespaces, pods and networkpolicies")
	flags.StringVar(&o.node, "node-name", "", "name of this node")
	flags.StringSliceVar(&o.podCIDRs, "pod-cidr", nil, "pod subnets of this node, IPv4; their addresses that no pod is known for are held closed")
	flags.StringVar(&o.healthz, "healthz-bind-address", "", "address and port of the health check; empty for none")
	flags.StringVar(&o.results, "cni-results-dir", "/var/lib/cni/results", "folder of the CNI result cache")
	flags.BoolVar(&o.cleanup, "cleanup", false, "remove the tables "+strings.Join(generations[:], " and ")+", and exit")
	return command
}

func (o *options) run(ctx context.Context) error {
	nft := []string{"nft"}
	if o.cleanup {
		return (&tables{nft: nft}).removeAll(ctx)
	}
	var problems []error
	if o.kubeconfig == "" {
		problems = append(problems, errors.New("--kubeconfig is needed: the file to reach the API server with"))
	}
	if o.node == "" {
		problems = append(problems, errors.New("--node-name is needed: the name of this node in the cluster"))
	}
	if len(o.podCIDRs) == 0 {
		problems = append(problems, errors.New("--pod-cidr is needed: the pod subnets of this node"))
	}
	var cidrs []netip.Prefix
	for _, text := range o.podCIDRs {
		cidr, err := netip.ParsePrefix(text)
		if err != nil || !cidr.Addr().Is4() || cidr != cidr.Masked() {
			problems = append(problems, fmt.Errorf("--pod-cidr: %q is no IPv4 subnet such as 10.244.1.0/24", text))
			continue
		}
		cidrs = append(cidrs, cidr)
	}
	if len(problems) > 0 {
		return errors.Join(problems...)
	}
	config, err := clientcmd.BuildConfigFromFlags("", o.kubeconfig)
	if err != nil {
		return fmt.Errorf("reading --kubeconfig: %w", err)
	}
	agent := &Agent{Node: o.node, PodCIDRs: cidrs, Results: o.results, NFT: nft}
	config.Dial = func(ctx context.Context, kind, address string) (net.Conn, error) {
		connection, err := (&net.Dialer{Timeout: dialTimeout}).DialContext(ctx, kind, address)
		if err != nil && ctx.Err() == nil {
			agent.Lost(err)
		}
		return connection, err
	}
	// A cut network is silent: without probes of its own the agent would hear nothing for 45 s and not know.
	for variable, seconds := range map[string]string{"HTTP2_READ_IDLE_TIMEOUT_SECONDS": "3", "HTTP2_PING_TIMEOUT_SECONDS": "3"} {
		if err := os.Setenv(variable, seconds); err != nil {
			return err
		}
	}
	config.ContentType = "application/vnd.kubernetes.protobuf"
	agent.Client, err = kubernetes.NewForConfig(config)
	if err != nil {
		return fmt.Errorf("using --kubeconfig: %w", err)
	}
	if o.healthz != "" {
		listener, err := net.Listen("tcp", o.healthz)
		if err != nil {
			return fmt.Errorf("--healthz-bind-address: %w", err)
		}
		server := &http.Server{Handler: agent, ReadHeaderTimeout: 10 * time.Second}
		defer server.Close()      //nolint:errcheck // the process ends
		go server.Serve(listener) //nolint:errcheck // ends by Close only
	}
	klog.InfoS("Starting netpol-agent", "node", o.node, "pid", os.Getpid())
	return agent.Run(ctx)
}
