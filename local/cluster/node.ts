import { hashOf } from '../files';
import { clusterImages } from '../images/recipes';
import { cgroupOf } from './cgroups';
import { start, type Service } from './machine';
import { kubeconfig, pkiFile } from './pki';
import { diskOf, network, type Node } from './topology';
import { writeFiles } from './write';

const socket = '/run/containerd/containerd.sock';
export const pauseImage = clusterImages.pause;

const containerdConfig = `version = 3
root = "/var/lib/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.nri.v1.nri", "io.containerd.tracing.processor.v1.otlp", "io.containerd.internal.v1.tracing"]

[grpc]
  address = "${socket}"

# As for etcd: a machine that fails here does not take the kernel's memory with it.
[plugins.'io.containerd.metadata.v1.bolt']
  no_sync = true

[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = "${pauseImage}"

[plugins.'io.containerd.cri.v1.runtime']
  # Without CAP_SYS_RESOURCE nothing may lower its own score, and sandboxes that try do not start.
  restrict_oom_score_adj = true

[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = ["/usr/lib/cni"]
  conf_dir = "/var/lib/cni-config"

[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
  [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
    BinaryName = "/usr/sbin/runc"
    SystemdCgroup = false
`;

// Point to point: every packet between pods passes the node's forward hook, where policies are enforced.
const cniConfig = (node: Node) => ({
  cniVersion: '1.0.0',
  name: 'pods',
  plugins: [
    {
      type: 'ptp',
      ipMasq: false,
      // Leases live in /run: after a power failure no pod holds one.
      ipam: {
        type: 'host-local',
        dataDir: '/run/cni/networks',
        ranges: [[{ subnet: node.podSubnet }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
});

const kubeletConfig = (node: Node) => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  authentication: {
    anonymous: { enabled: false },
    webhook: { enabled: true },
    x509: { clientCAFile: '/var/lib/pki/ca.crt' },
  },
  authorization: { mode: 'Webhook' },
  tlsCertFile: '/var/lib/pki/kubelet.crt',
  tlsPrivateKeyFile: '/var/lib/pki/kubelet.key',
  containerRuntimeEndpoint: `unix://${socket}`,
  cgroupDriver: 'cgroupfs',
  cgroupRoot: cgroupOf(node),
  failCgroupV1: false,
  failSwapOn: false,
  clusterDNS: [network.dnsService],
  clusterDomain: network.domain,
  resolvConf: '/var/lib/resolv.conf',
  volumePluginDir: '/var/lib/kubelet/volume-plugins',
  // The disk and the images belong to the whole computer: one node must not evict for them.
  evictionHard: {},
  imageGCHighThresholdPercent: 100,
  localStorageCapacityIsolation: true,
  serializeImagePulls: false,
  nodeStatusUpdateFrequency: '5s',
  syncFrequency: '30s',
});

function services(node: Node, kube: string, containerd: string): Service[] {
  const path = `${containerd}:/usr/sbin:/usr/bin:/sbin:/bin`;
  return [
    {
      name: 'containerd',
      command: [`${containerd}/containerd`, '--config', '/var/lib/containerd.toml'],
      env: { PATH: path },
    },
    {
      name: 'kubelet',
      after: [socket],
      env: { PATH: path },
      command: [
        `${kube}/kubelet`,
        '--config=/var/lib/kubelet.json',
        '--kubeconfig=/var/lib/pki/kubelet.kubeconfig',
        '--root-dir=/var/lib/kubelet',
        `--hostname-override=${node.name}`,
        `--node-ip=${node.address}`,
        `--node-labels=topology.kubernetes.io/zone=${node.zone}`,
      ],
    },
    {
      name: 'kube-proxy',
      env: { PATH: path },
      command: [
        `${kube}/kube-proxy`,
        '--kubeconfig=/var/lib/pki/proxy.kubeconfig',
        '--proxy-mode=nftables',
        `--cluster-cidr=${network.pods}`,
        `--hostname-override=${node.name}`,
        // The connection table's size is the whole computer's setting, not this namespace's.
        '--conntrack-max-per-core=0',
        '--conntrack-min=0',
        '--conntrack-tcp-timeout-established=0',
        '--conntrack-tcp-timeout-close-wait=0',
      ],
    },
    {
      name: 'netpol-agent',
      env: { PATH: path },
      command: [
        `${kube}/netpol-agent`,
        '--kubeconfig=/var/lib/pki/netpol.kubeconfig',
        `--node-name=${node.name}`,
        `--pod-cidr=${node.podSubnet}`,
      ],
    },
  ];
}

/**
 * Starts a node's machine.
 *
 * @param kube folder of Kubernetes' executables
 * @param containerd folder of containerd's
 * @returns whether it was started; false where it runs already, just so
 */
export function startNode(node: Node, kube: string, containerd: string): Promise<boolean> {
  const files: Record<string, string> = {
    'containerd.toml': containerdConfig,
    'cni-config/10-pods.conflist': JSON.stringify(cniConfig(node)),
    'kubelet.json': JSON.stringify(kubeletConfig(node)),
    'resolv.conf': '',
    'pki/ca.crt': pkiFile('ca.crt'),
    'pki/kubelet.crt': pkiFile(`${node.name}.crt`),
    'pki/kubelet.key': pkiFile(`${node.name}.key`),
    'pki/kubelet.kubeconfig': kubeconfig(node.name),
    'pki/proxy.kubeconfig': kubeconfig('proxy'),
    'pki/netpol.kubeconfig': kubeconfig('netpol'),
  };
  const wanted = services(node, kube, containerd);
  writeFiles(diskOf(node), files);
  return start(node, wanted, hashOf(JSON.stringify([wanted, files])));
}
