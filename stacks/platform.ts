import { Provider } from '@pulumi/kubernetes/provider';
import { output, type Output, secret } from '@pulumi/pulumi';
import { Certificates, trustName } from '../components/certificates/certificates';
import { Credentials } from '../components/credentials/credentials';
import { loginAs, roleSecretName } from '../components/credentials/login';
import { roles as commonRoles, type RoleName, tlsRoles } from '../components/credentials/roles';
import { Namespace } from '../components/namespace/namespace';
import { clientConnections, clientLabel } from '../components/network/clients';
import { Network } from '../components/network/network';
import { Redis } from '../components/redis/redis';
import { applicationFunctions } from '../components/sessions/functions';
import { sessionLibrary } from '../components/sessions/library';
import { sessionConnections } from '../components/sessions/objects';
import { Sessions } from '../components/sessions/sessions';
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
    /** With TLS: whom to trust, in PEM. */
    readonly ca?: Output<string>;
    /** With TLS: the ConfigMap in the namespace with the same as `ca.crt`. */
    readonly caConfigMapName?: string;
    readonly namespace: string;
    /** Labels of the Redis pods. */
    readonly podLabels: Readonly<Record<string, string>>;
    /** Label of client pods in the platform's namespace. */
    readonly clientLabel: Readonly<Record<string, string>>;
    /** ACL user of applications, and the Secret in the namespace with its `password`, and with TLS its `ca.crt`, `tls.crt` and
     * `tls.key`. */
    readonly username: string;
    readonly secretName: string;
  };
  /** Password of applications. */
  readonly password: Output<string>;
  /** Every role by its name. */
  readonly roles: Readonly<Record<string, { readonly purpose: string; readonly secretName?: string }>>;
  /** Password of every role. */
  readonly passwords: Output<Readonly<Partial<Record<RoleName, string>>>>;
  /** The session API: the library in Redis, the mark of its code and settings, and what applications may call. */
  readonly sessions: {
    readonly library: string;
    readonly version: string;
    readonly functions: readonly string[];
  };
}

/** Builds the platform of a stack. */
export function buildPlatform(config: StackConfig): PlatformOutputs {
  const cluster = new Provider('cluster', {
    ...(config.cluster.kubeconfig === undefined ? {} : { kubeconfig: config.cluster.kubeconfig }),
    ...(config.cluster.context === undefined ? {} : { context: config.cluster.context }),
    // A field that somebody changed by hand is taken back, instead of ending the run with a conflict.
    enablePatchForce: true,
    // The names of Secrets, and of the ConfigMap with the authorities, are known to clients: what is new changes them in place.
    enableSecretMutable: true,
    enableConfigMapMutable: true,
  });
  const opts = { providers: [cluster] };
  const { namespace, tls } = config;
  const roles = [...commonRoles, ...(tls.enabled ? tlsRoles : [])];

  const home = new Namespace(
    'namespace',
    { namespace, kubernetesVersion: versions.kubernetes, quota: config.quota },
    opts,
  );
  const signer = tls.enabled
    ? new Certificates(
        'certificates',
        {
          namespace,
          authorities: tls.authorities,
          authorityDays: tls.authorityDays,
          certificateDays: tls.certificateDays,
          renewBeforeDays: tls.renewBeforeDays,
          after: home,
        },
        opts,
      )
    : undefined;
  const credentials = new Credentials(
    'credentials',
    { namespace, roles, ...(signer === undefined ? {} : { signer }), after: home },
    opts,
  );
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
      probe: loginAs('probe'),
      ...(signer === undefined
        ? {}
        : { tls: { clientCertificates: tls.clientCertificates, reloader: loginAs('reloader'), signer } }),
      after: [home, credentials],
    },
    opts,
  );
  const network = new Network(
    'network',
    {
      namespace,
      connections: [
        ...clientConnections(redis.service, config.clients),
        ...sessionConnections(redis.service),
      ],
      after: home,
    },
    opts,
  );
  const library = sessionLibrary(librarySettings(config.sessions));
  new Sessions(
    'sessions',
    {
      image: versions.images.redis,
      redis: redis.service,
      library,
      deployer: loginAs('deployer'),
      cleanup: loginAs('cleanup'),
      cleanupMinutes: config.sessions.cleanupMinutes,
      after: [home, credentials, network, redis],
    },
    opts,
  );

  const [address] = redis.service.clients.addresses;
  return {
    redis: {
      mode: redis.service.mode,
      host: address!.host,
      port: address!.port,
      tls: redis.service.clients.tls,
      ...(signer === undefined ? {} : { ca: signer.trust, caConfigMapName: trustName }),
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
    sessions: { library: library.name, version: library.version, functions: applicationFunctions },
  };
}

function librarySettings({ refreshTokens, deletionTokens, ...sessions }: StackConfig['sessions']) {
  const limits = (of: Pick<typeof sessions, 'ttlSeconds' | 'maxAgeSeconds' | 'perUser'>) => ({
    ttl: of.ttlSeconds,
    maxAge: of.maxAgeSeconds,
    perUser: of.perUser,
  });
  return {
    sessions: limits(sessions),
    refreshTokens: limits(refreshTokens),
    deletionTokens: limits(deletionTokens),
    maxFields: sessions.maxFields,
    maxBytes: sessions.maxBytes,
  };
}
