/** What of grafana.ini differs between stacks. */
export interface GrafanaConf {
  readonly port: number;
  /** Address in browsers, as behind an Ingress. @default where it is forwarded to on the own machine */
  readonly url?: string;
  /** Files with the password of `admin`, and with the key that its database is encrypted with. */
  readonly passwordFile: string;
  readonly secretKeyFile: string;
  /** The dashboard that is seen first. @default Grafana's own page */
  readonly homeFile?: string;
  /** @default plain HTTP */
  readonly tls?: { readonly certificateFile: string; readonly keyFile: string };
}

/** What Grafana asks of Prometheus. */
export interface PrometheusSource {
  readonly url: string;
  readonly user: string;
  readonly passwordFile: string;
  /** Whom to trust. @default who the system trusts */
  readonly caFile?: string;
}

/** Grafana reads a file in the place of this, in its configuration and in what it is provisioned with. */
const fromFile = (path: string): string => `$__file{${path}}`;

/**
 * The text of grafana.ini; it names files with secrets, and holds none. Nothing of it dials out, and nothing can be added
 * by who looks: what there is to see is in the program.
 * @see https://grafana.com/docs/grafana/latest/setup-grafana/configure-grafana/
 */
export function grafanaConf(conf: GrafanaConf): string {
  const { tls } = conf;
  const sections: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>> = {
    server: {
      http_port: conf.port,
      protocol: tls === undefined ? 'http' : 'https',
      ...(conf.url === undefined ? {} : { root_url: conf.url }),
      ...(tls === undefined
        ? {}
        : {
            cert_file: tls.certificateFile,
            cert_key: tls.keyFile,
            // A renewed certificate is taken up without a restart.
            certs_watch_interval: '30s',
          }),
    },
    security: {
      admin_user: 'admin',
      admin_password: fromFile(conf.passwordFile),
      secret_key: fromFile(conf.secretKeyFile),
      cookie_samesite: 'strict',
      cookie_secure: tls !== undefined || conf.url?.startsWith('https:') === true,
      // Pictures of users come from another host.
      disable_gravatar: true,
    },
    users: { allow_sign_up: false, allow_org_create: false, auto_assign_org_role: 'Viewer' },
    'auth.anonymous': { enabled: false },
    analytics: {
      reporting_enabled: false,
      check_for_updates: false,
      check_for_plugin_updates: false,
      feedback_links_enabled: false,
    },
    plugins: {
      // Since version 11.5 some are fetched at every start.
      preinstall_disabled: true,
      preinstall_auto_update: false,
      plugin_admin_enabled: false,
      public_key_retrieval_disabled: true,
    },
    news: { news_feed_enabled: false },
    snapshots: { enabled: false, external_enabled: false },
    public_dashboards: { enabled: false },
    // Alerts are Prometheus' and Alertmanager's.
    unified_alerting: { enabled: false },
    // Dashboards ask by themselves; a web socket for each browser would bring nothing.
    live: { max_connections: 0 },
    dashboards: {
      min_refresh_interval: '15s',
      ...(conf.homeFile === undefined ? {} : { default_home_dashboard_path: conf.homeFile }),
    },
    log: { mode: 'console' },
  };
  return Object.entries(sections)
    .map(([section, keys]) => {
      const lines = Object.entries(keys).map(([key, value]) => `${key} = ${value}\n`);
      return `[${section}]\n${lines.join('')}`;
    })
    .join('\n');
}

/** The one data source, as a file that Grafana is provisioned with; panels find it by its kind. */
export const datasources = ({ url, user, passwordFile, caFile }: PrometheusSource) => ({
  apiVersion: 1,
  // What was in this file once and is no more goes.
  prune: true,
  datasources: [
    {
      name: 'Prometheus',
      uid: 'prometheus',
      type: 'prometheus',
      access: 'proxy',
      url,
      isDefault: true,
      editable: false,
      basicAuth: true,
      basicAuthUser: user,
      jsonData: {
        httpMethod: 'POST',
        prometheusType: 'Prometheus',
        // Of a scrape: what $__rate_interval is made of.
        timeInterval: '15s',
        manageAlerts: false,
        ...(caFile === undefined ? {} : { tlsAuthWithCACert: true }),
      },
      secureJsonData: {
        basicAuthPassword: fromFile(passwordFile),
        ...(caFile === undefined ? {} : { tlsCACert: fromFile(caFile) }),
      },
    },
  ],
});

/** Where dashboards come from: files, which are read again when they change, and nowhere else. */
export const dashboardProviders = (folder: string) => ({
  apiVersion: 1,
  providers: [
    {
      name: 'session-database',
      folder: 'Session database',
      folderUid: 'session-database',
      type: 'file',
      allowUiUpdates: false,
      disableDeletion: true,
      updateIntervalSeconds: 30,
      options: { path: folder },
    },
  ],
});
