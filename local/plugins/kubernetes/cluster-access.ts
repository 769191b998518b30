import type { RequestOptions } from 'node:https';

/** How to reach an API server, as a kubeconfig says it. */
export interface ClusterAccess {
  readonly server: string;
  /** What tells clusters apart: where the API server is and who vouches for it. */
  readonly identity: string;
  /** The context's namespace. */
  readonly namespace: string | undefined;
  /** Requests go through a proxy. */
  readonly proxied: boolean;
  /** TLS options and headers for a request; asks the command or file that the kubeconfig names, if it does. */
  credentials(): Promise<RequestOptions>;
}

/** Which cluster: the provider's inputs of these names. */
export interface ClusterChoice {
  /** A path (or several, as in KUBECONFIG) or content; undefined for the ambient one. */
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly cluster: string | undefined;
}
