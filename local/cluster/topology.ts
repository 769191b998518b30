import { join } from 'node:path';
import { paths } from '../paths';

/**
 * The cluster's shape. Every machine hangs by one cable on a switch that leads nowhere else; 198.18.0.0/15 is the
 * range that RFC 2544 sets apart for tests, so it meets no real network.
 */
export interface Machine {
  readonly name: string;
  readonly address: string;
}

/** A machine that runs pods. */
export interface Node extends Machine {
  /** The node's share of the pod network, /24. */
  readonly podSubnet: string;
  /** Failure domain, as the label topology.kubernetes.io/zone. */
  readonly zone: string;
}

export const network = {
  prefixLength: 24,
  /** This computer's own address on the switch. */
  host: '198.18.0.1',
  /** Default route of every machine: answers nothing, as the cluster has no outside. */
  gateway: '198.18.0.254',
  pods: '10.244.0.0/16',
  services: '10.96.0.0/16',
  kubernetesService: '10.96.0.1',
  dnsService: '10.96.0.10',
  domain: 'cluster.local',
} as const;

/** Runs etcd, the API server, the controller manager and the scheduler, and no pods. */
export const controlPlane: Machine = { name: 'control', address: '198.18.0.10' };

export const nodes: readonly Node[] = [1, 2, 3].map((n) => ({
  name: `node-${n}`,
  address: `198.18.0.${10 + n}`,
  podSubnet: `10.244.${n}.0/24`,
  zone: `zone-${'abc'[n - 1]}`,
}));

export const machines: readonly Machine[] = [controlPlane, ...nodes];

export const apiServer = `https://${controlPlane.address}:6443`;

/** The machine's disk: what it finds as /var/lib. */
export const diskOf = (machine: Machine): string => join(paths.machines, machine.name);

/** The node that a person named; throws with the names there are. */
export function nodeNamed(name: string | undefined): Node {
  const wanted = name && /^\d+$/.test(name) ? `node-${name}` : name;
  const node = nodes.find((candidate) => candidate.name === wanted);
  if (!node)
    throw new Error(
      `no node is called ${name ?? '(nothing)'}; the nodes are ${nodes.map((n) => n.name).join(', ')}`,
    );
  return node;
}
