import type { Peer } from '../network/connections';

/** A host and port to dial. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Pods, and the port of theirs that connections end on. */
export interface Pods extends Peer {
  readonly port: number;
}

interface AnyService {
  readonly clients: {
    /** Where a client connects first; one address, or several that are equal. */
    readonly addresses: readonly Address[];
    readonly tls: boolean;
    /** The pods that a client's connections end on. */
    readonly pods: readonly Pods[];
  };
  /** The pods of Redis itself. */
  readonly pods: Pods;
  /** Where the node that takes writes is found, and the pods that this leads to. */
  readonly writable: Address & { readonly pods: Pods };
  /** Where any of Redis' pods answers what only reads; it may not have the last writes yet. */
  readonly readable: Address;
}

export interface StandaloneService extends AnyService {
  readonly mode: 'standalone';
}

export interface SentinelService extends AnyService {
  readonly mode: 'sentinel';
  /** Where a client that knows Sentinels asks for the master. */
  readonly sentinels: readonly Address[];
  /** Name under which they know it. */
  readonly masterName: string;
}

/**
 * What any mode of Redis offers, and all that the rest of the platform may know of it: how clients connect, which pods it
 * is, where its writable node is. Nothing outside this folder asks which mode it is; `mode` is for clients, whose
 * libraries connect differently.
 */
export type RedisService = StandaloneService | SentinelService;
