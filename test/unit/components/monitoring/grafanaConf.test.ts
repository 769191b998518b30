import { dashboardProviders, datasources, grafanaConf } from '../../../../components/monitoring/grafana/conf';

/** Sections and keys of an ini file. */
function ini(text: string): Record<string, Record<string, string>> {
  const result: Record<string, Record<string, string>> = {};
  let section = '';
  for (const line of text.split('\n').filter((of) => of !== '')) {
    const [, name] = /^\[(.+)\]$/.exec(line) ?? [];
    if (name !== undefined) {
      section = name;
      result[section] = {};
    } else {
      const [, key, value] = /^(\w+) = (.*)$/.exec(line)!;
      result[section]![key!] = value!;
    }
  }
  return result;
}

describe('grafana.ini', () => {
  const files = { passwordFile: '/c/password', secretKeyFile: '/c/key' };
  const plain = ini(grafanaConf({ port: 3000, ...files }));
  const tls = ini(
    grafanaConf({
      port: 3000,
      ...files,
      url: 'https://grafana.example.com/',
      homeFile: '/d/home.json',
      tls: { certificateFile: '/t/tls.crt', keyFile: '/t/tls.key' },
    }),
  );

  test('names files with secrets, and holds none', () => {
    expect(plain['security']).toMatchObject({
      admin_user: 'admin',
      admin_password: '$__file{/c/password}',
      secret_key: '$__file{/c/key}',
    });
  });

  test('dials nobody', () => {
    expect(plain['analytics']).toEqual({
      reporting_enabled: 'false',
      check_for_updates: 'false',
      check_for_plugin_updates: 'false',
      feedback_links_enabled: 'false',
    });
    expect(plain['plugins']).toEqual({
      preinstall_disabled: 'true',
      preinstall_auto_update: 'false',
      plugin_admin_enabled: 'false',
      public_key_retrieval_disabled: 'true',
    });
    expect(plain['news']).toEqual({ news_feed_enabled: 'false' });
    expect(plain['snapshots']).toEqual({ enabled: 'false', external_enabled: 'false' });
    expect(plain['security']).toMatchObject({ disable_gravatar: 'true' });
  });

  test('lets nobody in without a login', () => {
    expect(plain['auth.anonymous']).toEqual({ enabled: 'false' });
    expect(plain['users']).toEqual({
      allow_sign_up: 'false',
      allow_org_create: 'false',
      auto_assign_org_role: 'Viewer',
    });
    expect(plain['public_dashboards']).toEqual({ enabled: 'false' });
  });

  test('speaks TLS with a certificate that it takes up again when it is renewed', () => {
    expect(plain['server']).toEqual({ http_port: '3000', protocol: 'http' });
    expect(plain['security']).toMatchObject({ cookie_secure: 'false' });
    expect(tls['server']).toEqual({
      http_port: '3000',
      protocol: 'https',
      root_url: 'https://grafana.example.com/',
      cert_file: '/t/tls.crt',
      cert_key: '/t/tls.key',
      certs_watch_interval: '30s',
    });
    expect(tls['security']).toMatchObject({ cookie_secure: 'true' });
  });

  test('keeps cookies to TLS where it ends before Grafana', () => {
    const behind = ini(grafanaConf({ port: 3000, ...files, url: 'https://grafana.example.com/' }));
    expect(behind['security']).toMatchObject({ cookie_secure: 'true' });
  });

  test('shows a dashboard first', () => {
    expect(tls['dashboards']).toMatchObject({ default_home_dashboard_path: '/d/home.json' });
    expect(plain['dashboards']).toEqual({ min_refresh_interval: '15s' });
  });
});

describe('provisioning', () => {
  test('Prometheus is asked with a password from a file, and checked against its authorities', () => {
    const source = { url: 'https://p:9090', user: 'operator', passwordFile: '/c/password' };
    const common = {
      name: 'Prometheus',
      uid: 'prometheus',
      type: 'prometheus',
      access: 'proxy',
      url: 'https://p:9090',
      isDefault: true,
      editable: false,
      basicAuth: true,
      basicAuthUser: 'operator',
    };
    const jsonData = {
      httpMethod: 'POST',
      prometheusType: 'Prometheus',
      timeInterval: '15s',
      manageAlerts: false,
    };
    expect(datasources({ ...source, caFile: '/c/ca.crt' })).toEqual({
      apiVersion: 1,
      prune: true,
      datasources: [
        {
          ...common,
          jsonData: { ...jsonData, tlsAuthWithCACert: true },
          secureJsonData: {
            basicAuthPassword: '$__file{/c/password}',
            tlsCACert: '$__file{/c/ca.crt}',
          },
        },
      ],
    });
    expect(datasources(source).datasources).toEqual([
      { ...common, jsonData, secureJsonData: { basicAuthPassword: '$__file{/c/password}' } },
    ]);
  });

  test('dashboards come from files, and cannot be changed by who looks', () => {
    expect(dashboardProviders('/d').providers).toMatchObject([
      { type: 'file', allowUiUpdates: false, disableDeletion: true, options: { path: '/d' } },
    ]);
  });
});
