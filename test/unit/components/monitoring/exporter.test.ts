import { output, type Resource, secret } from '@pulumi/pulumi';
import type { Signer } from '../../../../components/certificates/certificates';
import { roles } from '../../../../components/credentials/roles';
import { sha256 } from '../../../../components/kubernetes/checksum';
import { Exporters } from '../../../../components/monitoring/exporter/exporters';
import {
  exporter,
  exporterScripts,
  type ExporterSettings,
  overdueMilliseconds,
  passwordsFile,
} from '../../../../components/monitoring/exporter/objects';
import { known, record } from '../../../../scripts/record';

const settings: ExporterSettings = {
  image: 'docker.io/oliver006/redis_exporter:v1.2.3',
  ports: { redis: 6379, sentinel: 26379 },
  tls: false,
  passwordsChecksum: 'sum',
};
const folder = '/etc/session-database/exporter';
const scripts = exporterScripts('sessions');

describe('an exporter', () => {
  test('beside Redis asks its own pod, as its own user, by a password in a file', () => {
    expect(exporter('redis', settings)).toEqual({
      sidecar: {
        name: 'exporter',
        image: 'docker.io/oliver006/redis_exporter:v1.2.3',
        command: [
          '/redis_exporter',
          '-redis.addr=redis://127.0.0.1:6379',
          '-redis.user=metrics',
          `-redis.password-file=${folder}/credentials/passwords.json`,
          '-web.listen-address=:9121',
          '-config-command=-',
          `-script=${folder}/scripts/sessions.lua`,
        ],
        ports: { metrics: 9121 },
        resources: { cpu: '10m', memory: '48Mi', ephemeralStorage: '16Mi' },
        liveness: {
          get: '/health',
          port: 'metrics',
          periodSeconds: 30,
          timeoutSeconds: 5,
          failureThreshold: 3,
        },
      },
      files: {
        'exporter-credentials': { path: `${folder}/credentials`, from: { secret: 'redis-exporter' } },
        'exporter-scripts': { path: `${folder}/scripts`, from: { configMap: scripts.metadata.name } },
      },
      checksums: { 'exporter-passwords': 'sum' },
    });
  });

  test('beside a Sentinel asks that, and knows no script', () => {
    const { sidecar, files } = exporter('sentinel', settings);
    expect(sidecar.command).toEqual([
      '/redis_exporter',
      '-redis.addr=redis://127.0.0.1:26379',
      '-redis.user=metrics',
      `-redis.password-file=${folder}/credentials/passwords.json`,
      '-web.listen-address=:9121',
      '-config-command=-',
    ]);
    expect(Object.keys(files)).toEqual(['exporter-credentials']);
  });

  test.each(['redis', 'sentinel'] as const)(
    'beside %s speaks TLS where the platform does, and shows a certificate',
    (of) => {
      const [plain, secure] = [exporter(of, settings), exporter(of, { ...settings, tls: true })];
      expect(secure.sidecar.command).toEqual([
        ...plain.sidecar.command.map((word) => word.replace('redis://', 'rediss://')),
        `-tls-ca-cert-file=${folder}/credentials/ca.crt`,
        `-tls-client-cert-file=${folder}/credentials/tls.crt`,
        `-tls-client-key-file=${folder}/credentials/tls.key`,
      ]);
      expect(secure.files).toEqual(plain.files);
    },
  );
});

test('the file of passwords is by the addresses that exporters ask, with the user', () => {
  expect(JSON.parse(passwordsFile(settings, 'secret'))).toEqual({
    'redis://metrics@127.0.0.1:6379': 'secret',
    'redis://metrics@127.0.0.1:26379': 'secret',
  });
  expect(Object.keys(JSON.parse(passwordsFile({ ...settings, tls: true }, 'secret')) as object)).toEqual([
    'rediss://metrics@127.0.0.1:6379',
    'rediss://metrics@127.0.0.1:26379',
  ]);
});

test('the script has a name by its content, is never changed in place, and knows when an entry is overdue', () => {
  expect(scripts.metadata.name).toMatch(/^redis-exporter-[0-9a-f]{10}$/);
  expect(scripts.immutable).toBe(true);
  expect(Object.keys(scripts.data)).toEqual(['sessions.lua']);
  expect(overdueMilliseconds).toBe(900_000);
  expect(scripts.data['sessions.lua'].split('\n')[0]).toBe('local OVERDUE = 900000');
});

test('the script asks how many there are, and for no session', () => {
  const text = scripts.data['sessions.lua'];
  const calls = [...text.matchAll(/(?:ask|redis\.call)\('(\w+)'/g)].map(([, name]) => name!);
  const asked = [...new Set(calls)].sort();
  expect(asked).toEqual(['GET', 'HGETALL', 'TIME', 'ZCARD', 'ZCOUNT']);
  const { commands } = roles.find(({ name }) => name === 'metrics')!;
  expect(commands).toEqual(expect.arrayContaining(asked.map((name) => `+${name.toLowerCase()}`)));
});

describe('the exporters of a platform', () => {
  const files = {
    'ca.crt': output('authority'),
    'tls.crt': output('certificate'),
    'tls.key': secret('key'),
  };
  const build = (isSigned: boolean) =>
    record(() => {
      const signer = {
        clientCertificate: (name: string) => ({ ...files, 'tls.crt': output(`certificate of ${name}`) }),
      } as unknown as Signer;
      return new Exporters(
        'exporters',
        {
          namespace: 'sessions',
          image: settings.image,
          ports: settings.ports,
          password: secret('secret'),
          after: undefined as unknown as Resource,
          ...(isSigned ? { signer } : {}),
        },
        {},
      );
    });
  const decoded = (data: unknown) =>
    Object.fromEntries(
      Object.entries(data as Record<string, string>).map(([file, text]) => [
        file,
        Buffer.from(text, 'base64').toString(),
      ]),
    );

  test.each([false, true])('have the password in one Secret and nowhere else (TLS: %s)', async (tls) => {
    const { resources, result } = await build(tls);
    expect(resources.map(({ parent, name }) => `${parent} > ${name}`).sort()).toEqual([
      'exporters > exporters-credentials',
      'exporters > exporters-scripts',
      'session-database-test > exporters',
    ]);
    const [credentials, configMap] = ['credentials', 'scripts'].map((of) =>
      resources.find(({ name }) => name === `exporters-${of}`),
    );
    expect(credentials!.inputs['metadata']).toMatchObject({ name: 'redis-exporter', namespace: 'sessions' });
    expect(credentials!.secrets).toEqual(['data']);
    const passwords = passwordsFile({ ...settings, tls }, 'secret');
    expect(decoded(credentials!.inputs['data'])).toEqual({
      'passwords.json': passwords,
      ...(tls ? { 'ca.crt': 'authority', 'tls.crt': 'certificate of metrics', 'tls.key': 'key' } : {}),
    });
    expect(configMap!.inputs).toMatchObject(scripts);
    const { redis, sentinel } = result.attachments;
    // Without it a pod would go on with the password that was.
    expect(await known(redis.checksums['exporter-passwords'] as object)).toEqual([false, sha256(passwords)]);
    expect([redis.sidecar, sentinel.sidecar]).toEqual(
      (['redis', 'sentinel'] as const).map((of) => exporter(of, { ...settings, tls }).sidecar),
    );
  });
});
