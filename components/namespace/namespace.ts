import * as core from '@pulumi/kubernetes/core/v1';
import { NetworkPolicy } from '@pulumi/kubernetes/networking/v1';
import { ComponentResource, type ComponentResourceOptions } from '@pulumi/pulumi';
import { defaultDeny } from '../network/policies';
import { limitRange, namespaceObject, type Quota, resourceQuota } from './objects';

export interface NamespaceArgs {
  readonly namespace: string;
  /** Version whose Pod Security Standards are enforced, as "1.36.3". */
  readonly kubernetesVersion: string;
  readonly quota: Quota;
}

/** The namespace of a platform, closed from its first moment: Pod Security, quota, default sizes and default-deny are
 * there before anything that depends on this component. */
export class Namespace extends ComponentResource {
  constructor(name: string, args: NamespaceArgs, opts: ComponentResourceOptions) {
    super('session-database:namespace:Namespace', name, {}, opts);
    const namespace = new core.Namespace(
      `${name}-namespace`,
      namespaceObject(args.namespace, args.kubernetesVersion),
      { parent: this },
    );
    const inside = { parent: this, dependsOn: namespace };
    new core.ResourceQuota(`${name}-quota`, resourceQuota(args.namespace, args.quota), inside);
    new core.LimitRange(`${name}-defaults`, limitRange(args.namespace), inside);
    new NetworkPolicy(`${name}-default-deny`, defaultDeny(args.namespace), inside);
    this.registerOutputs({});
  }
}
