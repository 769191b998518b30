import { output, type Resource, secret } from '@pulumi/pulumi';
import type { Signer } from '../../../../components/certificates/certificates';
import type { ServerNames } from '../../../../components/certificates/names';
import { webConfig } from '../../../../components/monitoring/web';
import { WebSecrets } from '../../../../components/monitoring/webSecrets';
import { hashOf, known, passwordOf, record } from '../../../../scripts/record';

const identity = { name: 'prometheus', component: 'monitoring', namespace: 'sessions', version: '1.2.3' };
const secretNames = { web: 'prometheus-web', login: 'prometheus-login', tls: 'prometheus-tls' };

const build = async (isSigned: boolean, preview = false) => {
  const asked: [name: string, names: ServerNames][] = [];
  const signer = {
    serverCertificate: (name: string, names: ServerNames) => {
      asked.push([name, names]);
      return { 'ca.crt': output('authority'), 'tls.crt': output('certificate'), 'tls.key': secret('key') };
    },
  } as unknown as Signer;
  const { resources, result } = await record(
    () =>
      new WebSecrets(
        'access',
        {
          identity,
          secretNames,
          after: undefined as unknown as Resource,
          ...(isSigned ? { signer } : {}),
        },
        {},
      ),
    preview,
  );
  const secrets = resources.filter(({ type }) => type === 'kubernetes:core/v1:Secret');
  const files = Object.fromEntries(
    secrets.map(({ inputs }) => [
      (inputs['metadata'] as { name: string }).name,
      Object.fromEntries(
        Object.entries((inputs['data'] ?? {}) as Record<string, string>).map(([file, text]) => [
          file,
          Buffer.from(text, 'base64').toString(),
        ]),
      ),
    ]),
  );
  return { resources, result, asked, secrets, files };
};
const password = passwordOf('access-password');
const basicAuth = { username: 'operator', password_file: '/etc/session-database/login/password' };

test('a server has the hash of its password, and its probes the password; each in a Secret of its own', async () => {
  const { resources, files } = await build(false);
  expect(files).toEqual({
    'prometheus-web': { 'web.yml': webConfig(hashOf('access-password'), false) },
    'prometheus-login': { password, 'http.yml': expect.any(String) as string },
  });
  expect(JSON.parse(files['prometheus-login']!['http.yml']!)).toEqual({ basic_auth: basicAuth });
  expect(resources.map(({ parent, name }) => `${parent} > ${name}`).sort()).toEqual([
    'access > access-login',
    'access > access-password',
    'access > access-web',
    'session-database-test > access',
  ]);
  expect(resources.find(({ name }) => name === 'access-password')?.inputs).toEqual({
    length: 32,
    special: false,
  });
});

test('with TLS it has a certificate for every name of its Service, and its probes look at it', async () => {
  const { files, asked } = await build(true);
  expect(files['prometheus-tls']).toEqual({
    'ca.crt': 'authority',
    'tls.crt': 'certificate',
    'tls.key': 'key',
  });
  expect(files['prometheus-web']).toEqual({ 'web.yml': webConfig(hashOf('access-password'), true) });
  expect(JSON.parse(files['prometheus-login']!['http.yml']!)).toEqual({
    basic_auth: basicAuth,
    tls_config: {
      ca_file: '/etc/session-database/tls/ca.crt',
      server_name: 'prometheus.sessions.svc',
      min_version: 'TLS12',
    },
  });
  expect(asked).toEqual([
    [
      'prometheus',
      {
        dnsNames: [
          'localhost',
          'prometheus',
          'prometheus.sessions',
          'prometheus.sessions.svc',
          'prometheus.sessions.svc.cluster.local',
        ],
        ipAddresses: ['127.0.0.1', '::1'],
      },
    ],
  ]);
});

test('all of it is secret in the state, and so is the password that others are given', async () => {
  const { resources, result } = await build(true);
  expect(Object.fromEntries(resources.map(({ name, secrets }) => [name, secrets]))).toEqual({
    access: [],
    'access-password': [],
    'access-web': ['data'],
    'access-login': ['data'],
    'access-tls': ['data'],
  });
  expect(await known(result.password)).toEqual([true, password]);
});

test('a preview, which knows no password yet, has the same resources', async () => {
  const [{ resources }, previewed] = [await build(true), await build(true, true)];
  const names = (of: typeof resources) => of.map(({ name }) => name).sort();
  expect(names(previewed.resources)).toEqual(names(resources));
});

test('Secrets have the labels of their server', async () => {
  const { secrets } = await build(false);
  const labels = {
    'app.kubernetes.io/name': 'prometheus',
    'app.kubernetes.io/instance': 'sessions',
    'app.kubernetes.io/component': 'monitoring',
    'app.kubernetes.io/part-of': 'session-database',
    'app.kubernetes.io/managed-by': 'pulumi',
    'app.kubernetes.io/version': '1.2.3',
  };
  expect(secrets.map(({ inputs }) => inputs['metadata'])).toEqual(
    secrets.map(() => expect.objectContaining({ namespace: 'sessions', labels }) as object),
  );
});
