package netpol

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
)

type options struct {
	kubeconfig, node, healthz, results string
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
	flags.StringVar(&o.kubeconfig, "kubeconfig", "", "kubeconfig file; list and watch on nodes, namespaces, pods and networkpolicies")
	flags.StringVar(&o.node, "node-name", "", "name of this node")
	flags.StringVar(&o.healthz, "healthz-bind-address", "", "address and port of the health check; empty for none")
	flags.StringVar(&o.results, "cni-results-dir", "/var/lib/cni/results", "folder of the CNI result cache")
	flags.BoolVar(&o.cleanup, "cleanup", false, "remove the table "+Table+" and exit")
	return command
}

func (o *options) run(ctx context.Context) error {
	nft := []string{"nft"}
	if o.cleanup {
		return runNFT(ctx, nft, RemoveTable)
	}
	var missing []error
	if o.kubeconfig == "" {
		missing = append(missing, errors.New("--kubeconfig is needed: the file to reach the API server with"))
	}
	if o.node == "" {
		missing = append(missing, errors.New("--node-name is needed: the name of this node in the cluster"))
	}
	if len(missing) > 0 {
		return errors.Join(missing...)
	}
	config, err := clientcmd.BuildConfigFromFlags("", o.kubeconfig)
	if err != nil {
		return fmt.Errorf("reading --kubeconfig: %w", err)
	}
	config.ContentType = "application/vnd.kubernetes.protobuf"
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return fmt.Errorf("using --kubeconfig: %w", err)
	}
	agent := &Agent{Client: client, Node: o.node, Results: o.results, NFT: nft}
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
