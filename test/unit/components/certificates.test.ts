import { X509Certificate } from 'node:crypto';
import type { Resource } from '@pulumi/pulumi';
import { Certificates, type CertificateFiles } from '../../../components/certificates/certificates';
import { serverNames } from '../../../components/certificates/names';
import type { Properties } from '../../../local/plugins/protocol';
import { tlsTypes } from '../../../local/plugins/tls/resources';
import { Asker } from '../local/plugins/state-only/request';
import { certificateOf, keyOf, known, record, type Registered } from '../../../scripts/record';

const build = (authorities: readonly string[]) =>
  record(() => {
    const certificates = new Certificates(
      'certificates',
      {
        namespace: 'shop',
        authorities,
        authorityDays: 3650,
        certificateDays: 90,
        renewBeforeDays: 30,
        after: undefined as unknown as Resource,
      },
      {},
    );
    const server = certificates.serverCertificate('redis', serverNames(['redis'], ['10.96.0.7']));
    const before = certificates.ends();
    const client = certificates.clientCertificate('probe');
    return { server, client, ends: { before, after: certificates.ends() } };
  });

const inputsOf = (resources: readonly Registered[], name: string) =>
  resources.find((one) => one.name === name)?.inputs;
const text = async (files: CertificateFiles) =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(files).map(async ([name, output]) => {
        const { promise, isSecret } = output as unknown as {
          promise: () => Promise<string>;
          isSecret: Promise<boolean>;
        };
        return [name, [await promise.call(output), await isSecret]] as const;
      }),
    ),
  );

describe('with one authority', () => {
  let run: Awaited<ReturnType<typeof build>>;
  beforeAll(async () => {
    run = await build(['1']);
  });

  test('each certificate has a key and a request of its own, below the component', () => {
    expect(run.resources.map(({ parent, name, type }) => `${parent} > ${name}: ${type}`).sort()).toEqual([
      'certificates > certificates-authority-1-key: tls:index/privateKey:PrivateKey',
      'certificates > certificates-authority-1: tls:index/selfSignedCert:SelfSignedCert',
      'certificates > certificates-client-probe-key: tls:index/privateKey:PrivateKey',
      'certificates > certificates-client-probe-request: tls:index/certRequest:CertRequest',
      'certificates > certificates-client-probe: tls:index/locallySignedCert:LocallySignedCert',
      'certificates > certificates-redis-key: tls:index/privateKey:PrivateKey',
      'certificates > certificates-redis-request: tls:index/certRequest:CertRequest',
      'certificates > certificates-redis: tls:index/locallySignedCert:LocallySignedCert',
      'certificates > certificates-trust: kubernetes:core/v1:ConfigMap',
      'session-database-test > certificates: session-database:certificates:Certificates',
    ]);
  });

  test('keys are ECDSA on P-256', () => {
    const keys = run.resources.filter(({ type }) => type === 'tls:index/privateKey:PrivateKey');
    expect(keys.map(({ inputs }) => inputs)).toEqual(
      keys.map(() => ({ algorithm: 'ECDSA', ecdsaCurve: 'P256' })),
    );
  });

  test('the authority signs certificates and no other authority, and is made anew before it would not outlive one', () => {
    expect(inputsOf(run.resources, 'certificates-authority-1')).toEqual({
      privateKeyPem: 'sec1 key of certificates-authority-1-key',
      subject: {
        organization: 'session-database',
        organizationalUnit: 'shop',
        commonName: 'authority 1',
      },
      isCaCertificate: true,
      maxPathLength: 0,
      allowedUses: ['cert_signing', 'crl_signing'],
      validityPeriodHours: 87_600,
      earlyRenewalHours: 2160,
    });
  });

  test("a server's certificate is for its names and addresses, as server and as client of its peers", () => {
    expect(inputsOf(run.resources, 'certificates-redis-request')).toEqual({
      privateKeyPem: 'sec1 key of certificates-redis-key',
      subject: { organization: 'session-database', commonName: 'redis' },
      dnsNames: ['localhost', 'redis'],
      ipAddresses: ['127.0.0.1', '::1', '10.96.0.7'],
    });
    expect(inputsOf(run.resources, 'certificates-redis')).toEqual({
      certRequestPem: 'request of certificates-redis-request\n',
      caCertPem: certificateOf('certificates-authority-1'),
      caPrivateKeyPem: 'sec1 key of certificates-authority-1-key',
      allowedUses: ['digital_signature', 'server_auth', 'client_auth'],
      validityPeriodHours: 2160,
      earlyRenewalHours: 720,
    });
  });

  test("a client's certificate has its name, and is no server's", () => {
    expect(inputsOf(run.resources, 'certificates-client-probe-request')).toEqual({
      privateKeyPem: 'sec1 key of certificates-client-probe-key',
      subject: { organization: 'session-database', commonName: 'probe' },
    });
    expect(inputsOf(run.resources, 'certificates-client-probe')).toMatchObject({
      allowedUses: ['digital_signature', 'client_auth'],
    });
  });

  test('everybody may know when the authorities end, and the certificates that were signed until then', async () => {
    const { before, after } = run.result.ends;
    const [authority, certificate] = [2_082_855_845, 1_775_369_228];
    expect(await known(before)).toEqual([false, { 'authority 1': authority, redis: certificate }]);
    expect(await known(after)).toEqual([
      false,
      { 'authority 1': authority, redis: certificate, 'client-probe': certificate },
    ]);
  });

  test('files are the trusted authorities, the certificate, and its key, which is secret', async () => {
    expect(await text(run.result.client)).toEqual({
      'ca.crt': [certificateOf('certificates-authority-1'), false],
      'tls.crt': [certificateOf('certificates-client-probe'), false],
      'tls.key': [keyOf('certificates-client-probe-key'), true],
    });
  });
});

test.each([
  [['1', '2'], '1'],
  [['2', '1'], '2'],
])('of authorities %j, %s signs and all are trusted', async (authorities, signer) => {
  const { resources, result } = await build(authorities);
  const trust = authorities.map((name) => certificateOf(`certificates-authority-${name}`)).join('');
  for (const name of ['certificates-redis', 'certificates-client-probe']) {
    expect(inputsOf(resources, name)).toMatchObject({
      caCertPem: certificateOf(`certificates-authority-${signer}`),
      caPrivateKeyPem: `sec1 key of certificates-authority-${signer}-key`,
    });
  }
  expect((await text(result.server))['ca.crt']).toEqual([trust, false]);
  expect(inputsOf(resources, 'certificates-trust')).toMatchObject({
    metadata: { name: 'redis-ca', namespace: 'shop' },
    data: { 'ca.crt': trust },
  });
});

/** The certificates that the plugin makes of these resources, by name. */
function issued(resources: readonly Registered[]): Record<string, X509Certificate> {
  const made = new Map<unknown, unknown>();
  const certificates: Record<string, X509Certificate> = {};
  for (const { type, name, inputs } of resources.filter((one) => one.type.startsWith('tls:'))) {
    const real = Object.fromEntries(
      Object.entries(inputs).map(([key, value]) => [key, made.get(value) ?? value]),
    ) as Properties;
    const plugin = new Asker(tlsTypes[type]!, type);
    expect(plugin.failures(real)).toEqual({});
    const { privateKeyPem, certRequestPem, certPem } = plugin.create(real).outputs;
    made.set(`sec1 ${keyOf(name)}`, privateKeyPem);
    made.set(`request of ${name}\n`, certRequestPem);
    made.set(certificateOf(name), certPem);
    if (typeof certPem === 'string') certificates[name] = new X509Certificate(certPem);
  }
  return certificates;
}

test('the plugin makes of them certificates that their authority has signed, for the names they should have', async () => {
  const made = issued((await build(['1', '2'])).resources);
  const [first, second] = [made['certificates-authority-1']!, made['certificates-authority-2']!];
  const [server, client] = [made['certificates-redis']!, made['certificates-client-probe']!];
  for (const leaf of [server, client]) {
    expect([leaf.checkIssued(first), leaf.verify(first.publicKey)]).toEqual([true, true]);
    expect([leaf.checkIssued(second), leaf.verify(second.publicKey)]).toEqual([false, false]);
    expect([leaf.ca, Date.parse(leaf.validTo) - Date.parse(leaf.validFrom)]).toEqual([
      false,
      90 * 86_400_000,
    ]);
  }
  expect(server.subjectAltName).toBe(
    'DNS:localhost, DNS:redis, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:10.96.0.7',
  );
  expect(client.subject).toBe('O=session-database\nCN=probe');
  expect(first.ca).toBe(true);
});
