import { Deployment } from '@pulumi/kubernetes/apps/v1';
import { HorizontalPodAutoscaler } from '@pulumi/kubernetes/autoscaling/v2';
import { ConfigMap, Secret, Service, ServiceAccount } from '@pulumi/kubernetes/core/v1';
import { PodDisruptionBudget } from '@pulumi/kubernetes/policy/v1';
import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Resource,
  secret,
  unsecret,
} from '@pulumi/pulumi';
import type { CertificateFiles } from '../certificates/certificates';
import { sha256 } from '../kubernetes/checksum';
import { secretOf } from '../kubernetes/secret';
import type { Address } from '../redis/service';
import { haproxyConf } from './conf';
import {
  configSecretName,
  controlPort,
  drainSeconds,
  identityOf,
  proxyAddress,
  type ProxyObjects,
  proxyObjects,
  proxyPort,
  statusPort,
  takeover,
  tlsFolder,
  tlsSecretName,
} from './objects';
import { rolloutTimeouts } from '../workload/timeouts';

export interface ProxyArgs extends Omit<ProxyObjects, 'configChecksum' | 'tls'> {
  /** What it shows the pods that it asks, and trusts of them. @default they are asked in plaintext */
  readonly certificate?: CertificateFiles;
  /** Every Redis pod that there is or may be by its announced IP address, and their port. */
  readonly redis: {
    readonly pods: readonly { readonly name: string; readonly address: Input<string> }[];
    readonly port: number;
  };
  /** Who asks the pods for their role. */
  readonly login: { readonly user: string; readonly password: Input<string> };
  /** min-replicas-to-write of Redis. */
  readonly minReplicas: number;
  /** Client connections at a time, of each pod. */
  readonly maxConnections: number;
  /** What the pods cannot start without: the namespace, the Secret of certificates, their way through the network. */
  readonly after: readonly Resource[];
}

/** The one address of the master for clients that do not know Sentinel. */
export class Proxy extends ComponentResource {
  readonly address: Address;

  constructor(name: string, args: ProxyArgs, opts: ComponentResourceOptions) {
    super('session-database:proxy:Proxy', name, {}, opts);
    const { redis, login, minReplicas, maxConnections, certificate, after, ...proxy } = args;
    const text = secret(
      all([redis.pods.map(({ address }) => address), login.password]).apply(([addresses, password]) =>
        haproxyConf({
          pods: redis.pods.map((pod, index) => ({ name: pod.name, address: addresses[index]! })),
          redisPort: redis.port,
          port: proxyPort,
          statusPort,
          login: { user: login.user, password },
          minReplicas,
          maxConnections,
          drainSeconds,
          takeover,
          ...(certificate === undefined ? {} : { tls: { folder: tlsFolder, controlPort } }),
        }),
      ),
    );
    const objects = proxyObjects({
      ...proxy,
      tls: certificate !== undefined,
      // Not secret: a hash over a long random password among other text. As a secret it would hide the pod's annotations.
      configChecksum: unsecret(text.apply(sha256)),
    });
    const inside = { parent: this, dependsOn: [...after] };
    const identity = identityOf(proxy.namespace);
    const config = new Secret(
      `${name}-config`,
      secretOf(identity, configSecretName, { 'haproxy.cfg': text }),
      inside,
    );
    const tls =
      certificate && new Secret(`${name}-tls`, secretOf(identity, tlsSecretName, certificate), inside);
    const scripts = new ConfigMap(`${name}-scripts`, objects.scripts, inside);
    const account = new ServiceAccount(`${name}-account`, objects.serviceAccount, inside);
    const deployment = new Deployment(`${name}-deployment`, objects.deployment, {
      customTimeouts: rolloutTimeouts,
      parent: this,
      dependsOn: [...after, config, scripts, account, ...(tls ? [tls] : [])],
      // The autoscaler's.
      ignoreChanges: ['spec.replicas'],
    });
    new HorizontalPodAutoscaler(`${name}-autoscaler`, objects.autoscaler, {
      parent: this,
      dependsOn: deployment,
    });
    new PodDisruptionBudget(`${name}-budget`, objects.disruptionBudget, inside);
    new Service(`${name}-service`, objects.service, inside);
    this.address = proxyAddress(proxy.namespace);
    this.registerOutputs({ address: this.address });
  }
}
