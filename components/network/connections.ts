/** Pods on one end of a connection. */
export interface Peer {
  /** What people call it; names its policies. A DNS label, unique among the peers of a namespace. */
  readonly name: string;
  /** Namespace of the pods. The platform writes policies for the ends that are in its own only. */
  readonly namespace: string;
  /** Labels that pick the pods; never empty, which would be every pod. */
  readonly podLabels: Readonly<Record<string, string>>;
}

/** What is dialled outside the platform's pods: servers whose addresses nobody here knows. */
export interface Outside {
  /** What people call it. */
  readonly name: string;
  /** Where it may be, as an IP block. */
  readonly cidr: string;
}

/** Who dials whom: declared by the component that dials, once. The policies on both ends are made from it. */
export interface Connection {
  readonly from: Peer;
  readonly to: Peer | Outside;
  /** TCP port that is dialled. */
  readonly port: number;
  /** Why, for people. */
  readonly purpose: string;
}

/** Whether somebody is pods of the cluster. */
export const isPods = (peer: Peer | Outside): peer is Peer => 'podLabels' in peer;

/** Every address: for what dials a server that only its configuration knows. */
export const anywhere = '0.0.0.0/0';
