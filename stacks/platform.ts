import { Provider } from '@pulumi/kubernetes/provider';
import { output, type Output, secret } from '@pulumi/pulumi';
import { Credentials, roleSecretName } from '../components/credentials/credentials';
import { roles, type RoleName } from '../components/credentials/roles';
import { Namespace } from '../components/namespace/namespace';
import { clientConnections, clientLabel } from '../components/network/clients';
import { Network } from '../components/network/network';
import { Redis } from '../components/redis/redis';
import versions from '../versions.json';
import type { StackConfig } from './schema';

/** What a stack tells of itself: all that a client needs. */
export interface PlatformOutputs {
  /** How applications connect. */
  readonly redis: {
    readonly mode: string;
    readonly host: string;
    readonly port: number;
    readonly tls: boolean;
    readonly namespace: string;
    /** Labels of the Redis pods. */
    readonly podLabels: Readonly<Record<string, string>>;
    /** Label of client pods in the platform's namespace. */
    readonly clientLabel: Readonly<Record<string, string>>;
    /** ACL user of applications, and the Secret in the namespace with its `password`. */
    readonly username: string;
    readonly secretName: string;
  };
  /** Password of applications. */
  readonly password: Output<string>;
  /** Every role by its name. */
  readonly roles: Readonly<Record<string, { readonly purpose: string; readonly secretName?: string }>>;
  /** Password of every role. */
  readonly passwords: Output<Readonly<Record<RoleName, string>>>;
}

/** Builds the platform of a stack. */
export function buildPlatform(config: StackConfig): PlatformOutputs {
  const cluster = new Provider('cluster', {
    ...(config.cluster.kubeconfig === undefined ? {} : { kubeconfig: config.cluster.kubeconfig }),
    ...(config.cluster.context === undefined ? {} : { context: config.cluster.context }),
    // A field that somebody changed by hand is taken back, instead of ending the run with a conflict.
    enablePatchForce: true,
    // The names of Secrets are known to clients, so a new password changes the Secret in place.
    enableSecretMutable: true,
  });
  const opts = { providers: [cluster] };
  const { namespace } = config;

  const home = new Namespace(
    'namespace',
    { namespace, kubernetesVersion: versions.kubernetes, quota: config.quota },
    opts,
  );
  const credentials = new Credentials('credentials', { namespace, roles, after: home }, opts);
  const { size, class: storageClass } = config.redis.storage;
  const redis = new Redis(
    'redis',
    {
      namespace,
      image: versions.images.redis,
      version: versions.redis,
      size: {
        cpu: config.redis.cpu,
        memory: config.redis.memory,
        maxmemory: config.redis.maxmemory,
        maxClients: config.redis.maxClients,
        storage: { size, ...(storageClass === undefined ? {} : { class: storageClass }) },
      },
      aclSecretName: credentials.aclSecretName,
      aclChecksum: credentials.aclChecksum,
      probe: { user: 'probe', secretName: roleSecretName('probe') },
      after: [home, credentials],
    },
    opts,
  );
  new Network(
    'network',
    { namespace, connections: clientConnections(redis.service, config.clients), after: home },
    opts,
  );

  const [address] = redis.service.clients.addresses;
  return {
    redis: {
      mode: redis.service.mode,
      host: address!.host,
      port: address!.port,
      tls: redis.service.clients.tls,
      namespace,
      podLabels: redis.service.pods.podLabels,
      clientLabel,
      username: 'application',
      secretName: roleSecretName('application'),
    },
    password: secret(credentials.passwords.application),
    roles: Object.fromEntries(
      roles.map(({ name, purpose, heldByPods }) => [
        name,
        { purpose, ...(heldByPods ? { secretName: roleSecretName(name) } : {}) },
      ]),
    ),
    passwords: secret(output(credentials.passwords)),
  };
}
