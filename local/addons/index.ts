import { running } from '../cluster/machine';
import { netpolUser } from '../cluster/pki';
import { network, nodes } from '../cluster/topology';
import { clusterImages } from '../images';
import { corednsObjects } from './coredns';
import { localPathObjects } from './localPath';
import { metricsServerObjects } from './metricsServer';
import { networkPolicyObjects } from './networkPolicy';
import type { KubernetesObject } from './objects';
import { waitForPods, type Kubectl } from './wait';

export type { KubernetesObject } from './objects';

/** Options of {@link addonManifests}. */
export interface AddonOptions {
  /** Address of the DNS service, inside the range of services. */
  readonly clusterDns: string;
  readonly clusterDomain: string;
  /** Where a node keeps its volumes: a path on the node. */
  readonly volumesDir: string;
  /** Name of the default StorageClass. */
  readonly storageClass: string;
  /** Full references. */
  readonly images: Readonly<Record<'coredns' | 'metricsServer' | 'localPathProvisioner' | 'busybox', string>>;
}

const embedded: AddonOptions = {
  clusterDns: network.dnsService,
  clusterDomain: network.domain,
  volumesDir: '/var/lib/volumes',
  storageClass: 'standard',
  images: clusterImages,
};

/**
 * What a cluster has to bring along for a stack: DNS, the default StorageClass with volumes on the nodes, and the
 * resource metrics API. In an order in which they can be applied.
 *
 * @param options @default those of the embedded cluster
 */
export function addonManifests(options: AddonOptions = embedded): KubernetesObject[] {
  const { images } = options;
  return [
    ...networkPolicyObjects(netpolUser),
    ...corednsObjects({ ...options, image: images.coredns }),
    ...localPathObjects({ ...options, image: images.localPathProvisioner, helperImage: images.busybox }),
    ...metricsServerObjects(images.metricsServer),
  ];
}

// Of a restarted node the API server still shows what was true before.
const startOf = (name: string) =>
  running(nodes.find((node) => node.name === name) ?? { name, address: '' })?.since;

/**
 * Waits until DNS and storage serve: what a stack needs from its start.
 *
 * @throws Error that says which pod is not ready, and why
 */
export async function waitForAddons(kubectl: Kubectl): Promise<void> {
  await Promise.all([
    waitForPods(kubectl, { namespace: 'kube-system', selector: 'k8s-app=kube-dns', startOf }),
    waitForPods(kubectl, {
      namespace: 'local-path-storage',
      selector: 'app=local-path-provisioner',
      startOf,
    }),
  ]);
}

/**
 * Waits until the metrics API answers, half a minute after its pod's start: metrics-server first looks twice.
 *
 * @throws Error that says why it does not
 */
export async function waitForMetrics(kubectl: Kubectl): Promise<void> {
  await waitForPods(kubectl, { namespace: 'kube-system', selector: 'k8s-app=metrics-server', startOf });
  await kubectl(['wait', '--for=condition=Available', '--timeout=60s', 'apiservice/v1beta1.metrics.k8s.io']);
}
