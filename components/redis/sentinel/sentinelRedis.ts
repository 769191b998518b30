import { StatefulSet } from '@pulumi/kubernetes/apps/v1';
import { HorizontalPodAutoscaler } from '@pulumi/kubernetes/autoscaling/v2';
import { ConfigMap, Secret, Service, ServiceAccount } from '@pulumi/kubernetes/core/v1';
import { PodDisruptionBudget } from '@pulumi/kubernetes/policy/v1';
import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  type Output,
  type Resource,
  unknown as notKnownYet,
} from '@pulumi/pulumi';
import type { Signer } from '../../certificates/certificates';
import { metadata } from '../../kubernetes/labels';
import { secretOf } from '../../kubernetes/secret';
import type { Connection } from '../../network/connections';
import { autoscaler } from '../../workload/autoscaler';
import type { SentinelService } from '../service';
import { type RedisTls, tlsSecretName } from '../tls';
import {
  addressList,
  identityOf,
  type Part,
  podNames,
  podService,
  readService,
  serverNamesOf,
} from './identity';
import {
  addressesName,
  sentinelObjects,
  sentinelTlsSecretName,
  type SentinelGroup,
  serverObjects,
} from './objects';
import { sentinelConnections, sentinelService } from './service';
import { rolloutTimeouts } from '../../workload/timeouts';

export interface SentinelRedisArgs extends SentinelGroup {
  /** Pods of Redis that have an address from the start, at least as many as there are. With more than these, an autoscaler
   * adds replicas and takes them away again. */
  readonly mostServers: number;
  /** Part of the CPU that a pod of Redis needs for which it asks. */
  readonly cpuPart: number;
  /** @default plaintext */
  readonly tls?: RedisTls & {
    /** Who signs the certificates of servers and Sentinels. */
    readonly signer: Signer;
  };
  /** Where a client that does not know Sentinels finds the master. */
  readonly writable: SentinelService['writable'];
  /** What the pods cannot start without: the namespace and the Secrets they mount. */
  readonly after: readonly Resource[];
}

/** Redis as several pods, one of them the master, and Sentinels beside them that make another one the master. */
export class SentinelRedis extends ComponentResource {
  readonly service: SentinelService;
  readonly connections: readonly Connection[];
  /** Address of each pod, Redis' and Sentinels', by its name. */
  readonly addresses: Output<Readonly<Record<string, string>>>;

  constructor(name: string, args: SentinelRedisArgs, opts: ComponentResourceOptions) {
    super('session-database:redis:SentinelRedis', name, {}, opts);
    const { after, mostServers, cpuPart, writable, ...group } = args;
    const inside = { parent: this, dependsOn: [...after] };

    const services = (['redis', 'sentinel'] as const).flatMap((part) =>
      podNames(part, part === 'redis' ? mostServers : group.sentinels.count).map(
        (pod) => [pod, new Service(`${name}-address-${pod}`, podService(part, pod, group), inside)] as const,
      ),
    );
    const announced = Object.fromEntries(
      // A preview without the API server's word does not know the address yet.
      services.map(
        ([pod, { spec }]) =>
          [pod, spec.apply(({ clusterIP }) => clusterIP ?? (notKnownYet as never))] as const,
      ),
    );
    this.addresses = all(announced);
    const addresses = new ConfigMap(
      `${name}-addresses`,
      {
        metadata: metadata(identityOf('redis', group), addressesName),
        data: { addresses: this.addresses.apply(addressList) },
      },
      inside,
    );

    // Both at once: neither is ready without the other.
    const part = (of: Part, tlsName: string, objects: ReturnType<typeof serverObjects>) => {
      const config = new ConfigMap(`${name}-${of}-config`, objects.configMap, inside);
      const account = new ServiceAccount(`${name}-${of}-account`, objects.serviceAccount, inside);
      const nodes = new Service(`${name}-${of}-nodes`, objects.nodesService, inside);
      const certificate = args.tls?.signer.serverCertificate(of, serverNamesOf(of, announced, group));
      const tls =
        certificate &&
        new Secret(`${name}-${of}-tls`, secretOf(identityOf(of, group), tlsName, certificate), inside);
      new PodDisruptionBudget(`${name}-${of}-disruption-budget`, objects.disruptionBudget, inside);
      const { count } = of === 'redis' ? group.servers : group.sentinels;
      const scales = of === 'redis' && mostServers > count;
      const statefulSet = new StatefulSet(`${name}-${of}-statefulset`, objects.statefulSet, {
        customTimeouts: rolloutTimeouts,
        parent: this,
        dependsOn: [...after, config, account, nodes, addresses, ...(tls === undefined ? [] : [tls])],
        // The autoscaler's.
        ...(scales ? { ignoreChanges: ['spec.replicas'] } : {}),
      });
      if (scales) {
        new HorizontalPodAutoscaler(
          `${name}-${of}-autoscaler`,
          autoscaler(identityOf(of, group), 'StatefulSet', { min: count, max: mostServers, cpuPart }),
          { parent: this, dependsOn: statefulSet },
        );
      }
    };
    part('redis', tlsSecretName, serverObjects(group));
    part('sentinel', sentinelTlsSecretName, sentinelObjects(group));
    new Service(`${name}-read`, readService(group), inside);

    this.service = sentinelService({ ...group, sentinels: group.sentinels.count, writable });
    this.connections = sentinelConnections(group);
    this.registerOutputs({ service: this.service, connections: this.connections, addresses: this.addresses });
  }
}
