/** A host and port to dial. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * What any mode of Redis offers, and all that the rest of the platform may know of it: how clients connect, which pods it
 * is, where its writable node is. Nothing outside this folder asks which mode it is; `mode` is for clients, whose
 * libraries connect differently.
 */
export interface RedisService {
  readonly mode: 'standalone';
  readonly clients: {
    /** Where a client connects first; one address, or several that are equal. */
    readonly addresses: readonly Address[];
    readonly tls: boolean;
  };
  readonly pods: {
    readonly name: string;
    readonly namespace: string;
    readonly podLabels: Readonly<Record<string, string>>;
    /** Port of the pods that clients' connections end on. */
    readonly port: number;
  };
  /** The node that takes writes. */
  readonly writable: Address;
}
