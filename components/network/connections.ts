/** Pods on one end of a connection. */
export interface Peer {
  /** What people call it; names its policies. A DNS label, unique among the peers of a namespace. */
  readonly name: string;
  /** Namespace of the pods. The platform writes policies for the ends that are in its own only. */
  readonly namespace: string;
  /** Labels that pick the pods; never empty, which would be every pod. */
  readonly podLabels: Readonly<Record<string, string>>;
}

/** Who dials whom: declared by the component that dials, once. The policies on both ends are made from it. */
export interface Connection {
  readonly from: Peer;
  readonly to: Peer;
  /** TCP port of the pods dialled. */
  readonly port: number;
  /** Why, for people. */
  readonly purpose: string;
}
