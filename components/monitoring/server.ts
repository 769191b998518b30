import { type Identity, selectorLabels } from '../kubernetes/labels';
import { readScripts } from '../kubernetes/scripts';
import type { Address, Pods } from '../redis/service';
import type { Workload } from '../workload/pod';
import { loginFolder, webFolder, webTlsFolder } from './web';
import type { WebSecretNames } from './webSecrets';

/** How often run.sh looks for changed files; they reach a pod within a minute or so. */
const lookSeconds = 5;

/** What a server of monitoring is, where it is found, and its pods as what others dial. Its Service has its name. */
export function monitoringServer(name: string, port: number) {
  const identity = (namespace: string, version?: string): Identity => ({
    name,
    component: 'monitoring',
    namespace,
    ...(version === undefined ? {} : { version }),
  });
  return {
    identity,
    address: (namespace: string): Address => ({ host: `${name}.${namespace}.svc`, port }),
    pods: (namespace: string): Pods => ({
      name,
      namespace,
      podLabels: selectorLabels(identity(namespace)),
      port,
    }),
  };
}

/** The script that has a server read its configuration anew. */
export const runScript = readScripts(__dirname, ['run.sh']);

/**
 * Runs a server by that script.
 * @param scripts - folder that the script is in
 * @param folders - of its configuration
 */
export const run = (scripts: string, folders: readonly string[]): string[] => [
  ...['sh', `${scripts}/run.sh`, String(lookSeconds), ...folders, '--'],
];

/** What Prometheus and Alertmanager are told of how they are asked. @param externalUrl - where people reach it */
export const webFlags = (port: number, externalUrl: string | undefined): string[] => [
  `--web.config.file=${webFolder}/web.yml`,
  `--web.listen-address=:${port}`,
  ...(externalUrl === undefined ? [] : [`--web.external-url=${externalUrl}`]),
];

/** The files for that. @param logins - those with which it asks others @default none */
export const webFiles = (
  names: WebSecretNames,
  tls: boolean,
  logins: Workload['files'] = {},
): Workload['files'] => ({
  web: { path: webFolder, from: { secret: names.web } },
  login: { path: loginFolder, from: { secret: names.login } },
  ...logins,
  ...(tls ? { tls: { path: webTlsFolder, from: { secret: names.tls } } } : {}),
});
