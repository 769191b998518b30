/** Folder of the files by which a server of monitoring shows itself, and knows who asks. */
export const webFolder = '/etc/session-database/web';
/** Folder of its certificate, where it speaks TLS. */
export const webTlsFolder = '/etc/session-database/tls';
/** Folder of the password that it is asked with by itself and by its probes. */
export const loginFolder = '/etc/session-database/login';

/** The one user of a server of monitoring. */
export const webUser = 'operator';

/**
 * The web configuration that Prometheus and Alertmanager share: nobody is answered without the password. Both read it, and
 * the certificate, at every connection.
 * @param hash - bcrypt of the password
 * @see https://prometheus.io/docs/prometheus/latest/configuration/https/
 */
export function webConfig(hash: string, tls: boolean): string {
  return json({
    basic_auth_users: { [webUser]: hash },
    ...(tls
      ? {
          tls_server_config: {
            cert_file: `${webTlsFolder}/tls.crt`,
            key_file: `${webTlsFolder}/tls.key`,
            min_version: 'TLS12',
          },
        }
      : {}),
  });
}

/** How a client asks a server of monitoring, in the words of Prometheus' configuration. */
export const webClient = (server: string, tls: boolean, folder = loginFolder) => ({
  ...webLogin(folder),
  ...(tls ? webTls(server) : {}),
});

/** As whom. */
export const webLogin = (folder: string) => ({
  basic_auth: { username: webUser, password_file: `${folder}/password` },
});

/** Whose certificate is trusted, for which name. */
export const webTls = (server: string) => ({
  tls_config: { ca_file: `${webTlsFolder}/ca.crt`, server_name: server, min_version: 'TLS12' },
});

/** JSON, which is YAML. */
export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
