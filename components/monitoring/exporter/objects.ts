import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Input } from '@pulumi/pulumi';
import { contentMark } from '../../kubernetes/checksum';
import { type Identity, metadata } from '../../kubernetes/labels';
import type { Attachment, Resources } from '../../workload/pod';

/** What the exporters are told: where they run and whom they ask. */
export interface ExporterSettings {
  readonly image: string;
  /** Ports of the pods that they are beside. */
  readonly ports: { readonly redis: number; readonly sentinel: number };
  readonly tls: boolean;
  /** Changes when the passwords do. */
  readonly passwordsChecksum: Input<string>;
}

/** Pods that have an exporter beside them. */
export type Exported = keyof ExporterSettings['ports'];

/** ACL user that they log in as. */
export const exporterUser = 'metrics';
/** Port of an exporter's metrics. */
export const exporterPort = 9121;
/** What an exporter asks for. */
export const exporterResources: Resources = { cpu: '10m', memory: '48Mi', ephemeralStorage: '16Mi' };
/** Secret with `passwords.json`, and with TLS `ca.crt`, `tls.crt` and `tls.key`. */
export const exporterSecretName = 'redis-exporter';

/** Milliseconds after its time from which on an entry of an index is overdue: cleanup should have come several times. */
export const overdueMilliseconds = 15 * 60 * 1000;

const folder = '/etc/session-database/exporter';
const scripts = {
  'sessions.lua': `local OVERDUE = ${overdueMilliseconds}\n${readFileSync(join(__dirname, 'sessions.lua'), 'utf8')}`,
};
const scriptsName = `redis-exporter-${contentMark(scripts)}`;

/** What the exporters are, for the labels of their objects. */
export const exporterIdentity = (namespace: string): Identity => ({
  name: 'redis-exporter',
  component: 'monitoring',
  namespace,
});

/** ConfigMap with what an exporter asks of Redis beside the usual. */
export const exporterScripts = (namespace: string) => ({
  metadata: metadata(exporterIdentity(namespace), scriptsName),
  immutable: true,
  data: scripts,
});

const address = (of: Exported, { ports, tls }: Pick<ExporterSettings, 'ports' | 'tls'>, user = '') =>
  `${tls ? 'rediss' : 'redis'}://${user}127.0.0.1:${ports[of]}`;

/** The file of passwords in the exporter's own format, by address. */
export const passwordsFile = (settings: Pick<ExporterSettings, 'ports' | 'tls'>, password: string): string =>
  JSON.stringify(
    Object.fromEntries(
      (Object.keys(settings.ports) as Exported[]).map((of) => [
        address(of, settings, `${exporterUser}@`),
        password,
      ]),
    ),
  );

/** The exporter beside the pods of a part. */
export function exporter(of: Exported, settings: ExporterSettings): Attachment {
  const credentials = `${folder}/credentials`;
  const command = [
    '/redis_exporter',
    `-redis.addr=${address(of, settings)}`,
    `-redis.user=${exporterUser}`,
    `-redis.password-file=${credentials}/passwords.json`,
    `-web.listen-address=:${exporterPort}`,
    // CONFIG GET would show it passwords.
    '-config-command=-',
    ...(of === 'redis' ? [`-script=${folder}/scripts/sessions.lua`] : []),
    ...(settings.tls
      ? [
          `-tls-ca-cert-file=${credentials}/ca.crt`,
          `-tls-client-cert-file=${credentials}/tls.crt`,
          `-tls-client-key-file=${credentials}/tls.key`,
        ]
      : []),
  ];
  return {
    sidecar: {
      name: 'exporter',
      image: settings.image,
      command,
      ports: { metrics: exporterPort },
      resources: exporterResources,
      liveness: {
        get: '/health',
        port: 'metrics',
        periodSeconds: 30,
        timeoutSeconds: 5,
        failureThreshold: 3,
      },
    },
    files: {
      'exporter-credentials': { path: credentials, from: { secret: exporterSecretName } },
      ...(of === 'redis'
        ? { 'exporter-scripts': { path: `${folder}/scripts`, from: { configMap: scriptsName } } }
        : {}),
    },
    checksums: { 'exporter-passwords': settings.passwordsChecksum },
  };
}
