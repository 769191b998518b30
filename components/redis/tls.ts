import type { Login } from '../credentials/login';
import type { Files, Sidecar } from '../workload/pod';
import { reloader } from '../workload/reloader';
import { inPod } from './cli';
import type { TlsConf } from './conf';

/** How Redis speaks TLS. */
export interface RedisTls extends Pick<TlsConf, 'clientCertificates'> {
  /** The role that has Redis take up renewed certificates. */
  readonly reloader: Login;
}

/** Secret with the servers' certificate, its key and whom they trust. */
export const tlsSecretName = 'redis-tls';

/** Folder of these files in a pod. */
export const tlsFolder = '/etc/session-database/tls';

const credentials = '/etc/session-database/reloader';

/** What of redis.conf or sentinel.conf TLS is. @returns nothing in plaintext */
export const tlsConf = (tls: Pick<TlsConf, 'clientCertificates'> | undefined): { readonly tls?: TlsConf } =>
  tls === undefined ? {} : { tls: { folder: tlsFolder, clientCertificates: tls.clientCertificates } };

/** Certificate, key and authorities as a volume of a pod. */
export const certificateFiles = (secret: string): Files => ({ path: tlsFolder, from: { secret } });

/** What a server mounts: these files, and the credentials of the role that reloads them. */
export const tlsFiles = ({ reloader }: RedisTls): Readonly<Record<string, Files>> => ({
  tls: certificateFiles(tlsSecretName),
  reloader: { path: credentials, from: { secret: reloader.secretName } },
});

/**
 * The container that has Redis take up renewed certificates. Reads reload.sh and redis.sh from the pod's scripts.
 * @param socket - path of Redis' socket
 * @param folder - name of the volume that the socket is on
 */
export const redisReloader = ({ reloader: { user } }: RedisTls, socket: string, folder: string): Sidecar =>
  reloader(
    ['sh', `${inPod.scripts}/reload.sh`, socket, user, credentials, tlsFolder],
    ['config', 'reloader', 'tls', folder],
  );
