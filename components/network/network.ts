import { NetworkPolicy } from '@pulumi/kubernetes/networking/v1';
import { ComponentResource, type ComponentResourceOptions, type Resource } from '@pulumi/pulumi';
import type { Connection } from './connections';
import { allowPolicies } from './policies';

export interface NetworkArgs {
  readonly namespace: string;
  /** Every connection that a component has declared. */
  readonly connections: readonly Connection[];
  /** What makes the namespace; policies are made after it. */
  readonly after: Resource;
}

/** The policies that allow the declared connections and no other; the default-deny comes with the namespace. */
export class Network extends ComponentResource {
  constructor(name: string, args: NetworkArgs, opts: ComponentResourceOptions) {
    super('session-database:network:Network', name, {}, opts);
    for (const policy of allowPolicies(args.namespace, args.connections)) {
      new NetworkPolicy(`${name}-${policy.metadata.name}`, policy, { parent: this, dependsOn: args.after });
    }
    this.registerOutputs({});
  }
}
