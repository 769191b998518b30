import { Provider } from '@pulumi/kubernetes/provider';
import { output, type Output, secret } from '@pulumi/pulumi';
import { Certificates, trustName } from '../components/certificates/certificates';
import { Credentials } from '../components/credentials/credentials';
import { loginAs, roleSecretName } from '../components/credentials/login';
import {
  roles as commonRoles,
  type RoleName,
  sentinelRoles,
  tlsRoles,
} from '../components/credentials/roles';
import { Namespace } from '../components/namespace/namespace';
import { clientConnections, clientLabel } from '../components/network/clients';
import { Network } from '../components/network/network';
import type { Address } from '../components/redis/service';
import { Exporters } from '../components/monitoring/exporter/exporters';
import { ports } from '../components/redis/sentinel/identity';
import { applicationFunctions } from '../components/sessions/functions';
import { sessionLibrary } from '../components/sessions/library';
import { sessionConnections } from '../components/sessions/objects';
import { Sessions } from '../components/sessions/sessions';
import versions from '../versions.json';
import { buildMonitoring, type MonitoringOutputs } from './monitoring';
import { monitoringConnections } from './monitoringPlan';
import { redisOf } from './redis';
import type { StackConfig } from './schema';

/** What a stack tells of itself: all that a client needs. */
export interface PlatformOutputs {
  /** How applications connect. */
  readonly redis: {
    readonly mode: string;
    readonly host: string;
    readonly port: number;
    readonly tls: boolean;
    /** Where any pod of Redis answers what only reads; it may not have the last writes yet. */
    readonly read: Address;
    /** With TLS: whom to trust, in PEM. */
    readonly ca?: Output<string>;
    /** With TLS: the ConfigMap in the namespace with the same as `ca.crt`. */
    readonly caConfigMapName?: string;
    /** In mode sentinel: whom clients that know Sentinels ask, and for which master. */
    readonly sentinels?: readonly Address[];
    readonly masterName?: string;
    readonly namespace: string;
    /** Labels of the Redis pods. */
    readonly podLabels: Readonly<Record<string, string>>;
    /** Labels of the pods that `host` leads to: Redis', or the proxy's. */
    readonly entryLabels: Readonly<Record<string, string>>;
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
  /** What watches the platform; not there where it has none of its own. */
  readonly monitoring?: MonitoringOutputs;
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
  const hasSentinels = config.redis.mode === 'sentinel';
  const roles = [...commonRoles, ...(hasSentinels ? sentinelRoles : []), ...(tls.enabled ? tlsRoles : [])];

  const home = new Namespace(
    'namespace',
    { namespace, kubernetesVersion: versions.kubernetes, quota: config.quota },
    // Volumes go with their namespace, and with nothing else.
    { ...opts, protect: config.protect },
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
    {
      namespace,
      roles,
      sentinels: hasSentinels,
      ...(signer === undefined ? {} : { signer }),
      after: home,
    },
    opts,
  );
  const watched = config.monitoring.mode !== 'off';
  const exporters = watched
    ? new Exporters(
        'exporters',
        {
          namespace,
          image: versions.images.redisExporter,
          ports,
          password: credentials.passwords.metrics,
          ...(signer === undefined ? {} : { signer }),
          after: home,
        },
        opts,
      )
    : undefined;
  const besides = exporters === undefined ? [] : [exporters];
  const redis = redisOf(config, credentials, signer, exporters, [home, credentials, ...besides], opts);
  const network = new Network(
    'network',
    {
      namespace,
      connections: [
        ...clientConnections(redis.service, config.clients),
        ...sessionConnections(redis.service),
        ...redis.connections,
        ...monitoringConnections(config, redis.targets),
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
      after: [home, credentials, network, ...redis.components],
    },
    opts,
  );

  const { service } = redis;
  const monitoring = buildMonitoring(
    { config, mode: service.mode, targets: redis.targets, signer, home, after: [home, network] },
    opts,
  );
  const [address] = service.clients.addresses;
  return {
    redis: {
      mode: service.mode,
      host: address!.host,
      port: address!.port,
      read: service.readable,
      tls: service.clients.tls,
      ...(signer === undefined ? {} : { ca: signer.trust, caConfigMapName: trustName }),
      ...(service.mode === 'sentinel'
        ? { sentinels: service.sentinels, masterName: service.masterName }
        : {}),
      namespace,
      podLabels: service.pods.podLabels,
      entryLabels: service.writable.pods.podLabels,
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
    passwords: secret(output<Record<string, Output<string>>>(credentials.passwords)),
    sessions: { library: library.name, version: library.version, functions: applicationFunctions },
    ...(monitoring === undefined ? {} : { monitoring }),
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
