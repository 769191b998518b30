import { StatefulSet } from '@pulumi/kubernetes/apps/v1';
import { ConfigMap, Secret, Service, ServiceAccount } from '@pulumi/kubernetes/core/v1';
import { ComponentResource, type ComponentResourceOptions, type Resource } from '@pulumi/pulumi';
import type { Signer } from '../certificates/certificates';
import { secretOf } from '../kubernetes/secret';
import type { RedisService } from './service';
import {
  standaloneIdentity,
  standaloneNames,
  standaloneObjects,
  type StandaloneRedis,
  standaloneService,
} from './standalone';
import { type RedisTls, tlsSecretName } from './tls';
import { rolloutTimeouts } from '../workload/timeouts';

export interface RedisArgs extends StandaloneRedis {
  /** @default plaintext */
  readonly tls?: RedisTls & {
    /** Who signs the server's certificate. */
    readonly signer: Signer;
  };
  /** What the pods cannot start without: the namespace and the Secrets they mount. */
  readonly after: readonly Resource[];
}

/** Redis as one pod with a volume of its own. */
export class Redis extends ComponentResource {
  readonly service: RedisService;

  constructor(name: string, args: RedisArgs, opts: ComponentResourceOptions) {
    super('session-database:redis:Redis', name, {}, opts);
    const { after, ...redis } = args;
    const objects = standaloneObjects(redis);
    const inside = { parent: this, dependsOn: [...after] };
    const config = new ConfigMap(`${name}-config`, objects.configMap, inside);
    const account = new ServiceAccount(`${name}-account`, objects.serviceAccount, inside);
    const nodes = new Service(`${name}-nodes`, objects.headlessService, inside);
    const certificate = args.tls?.signer.serverCertificate('redis', standaloneNames(args.namespace));
    const tls =
      certificate &&
      new Secret(`${name}-tls`, secretOf(standaloneIdentity(args), tlsSecretName, certificate), inside);
    new StatefulSet(`${name}-statefulset`, objects.statefulSet, {
      customTimeouts: rolloutTimeouts,
      parent: this,
      dependsOn: [...after, config, account, nodes, ...(tls === undefined ? [] : [tls])],
    });
    new Service(`${name}-service`, objects.service, inside);
    this.service = standaloneService(redis);
    this.registerOutputs({ service: this.service });
  }
}
