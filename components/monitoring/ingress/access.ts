import { Secret } from '@pulumi/kubernetes/core/v1';
import { Ingress } from '@pulumi/kubernetes/networking/v1';
import { ComponentResource, type ComponentResourceOptions, type Resource } from '@pulumi/pulumi';
import type { CertificateFiles } from '../../certificates/certificates';
import { secretOf } from '../../kubernetes/secret';
import { ingress, ingressIdentity, ingressSecretName, type IngressSettings, type Published } from './objects';

export interface AccessArgs extends Omit<IngressSettings, 'secretName'> {
  readonly namespace: string;
  readonly servers: readonly Published[];
  /** The certificate for browsers: one of the platform's own, or a Secret of the namespace that somebody else fills. */
  readonly certificate: CertificateFiles | { readonly secretName: string };
  /** What makes the namespace. */
  readonly after: readonly Resource[];
}

/** The way of people to monitoring from outside the cluster; each server asks them who they are. */
export class Access extends ComponentResource {
  constructor(name: string, args: AccessArgs, opts: ComponentResourceOptions) {
    super('session-database:monitoring:Access', name, {}, opts);
    const { namespace, servers, certificate, after, ...settings } = args;
    const inside = { parent: this, dependsOn: [...after] };
    const own = 'secretName' in certificate ? undefined : certificate;
    const secretName = 'secretName' in certificate ? certificate.secretName : ingressSecretName;
    if (own !== undefined) {
      const secret = secretOf(ingressIdentity(namespace), ingressSecretName, own);
      new Secret(`${name}-tls`, { ...secret, type: 'kubernetes.io/tls' }, inside);
    }
    for (const server of servers) {
      new Ingress(
        `${name}-${server.pods.name}`,
        ingress(namespace, { ...settings, secretName }, server),
        inside,
      );
    }
    this.registerOutputs({});
  }
}
