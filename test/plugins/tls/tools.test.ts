import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Properties } from '../../../local/plugins/protocol/values';
import { PluginUnderTest, urnOf, type Resource } from '../harness';
import { textOf } from '../outputs';

/** What other people's tools, OpenSSL and OpenSSH, say of what the plugin makes. */
const run = promisify(execFile);

const SUBJECT = {
  commonName: 'leaf',
  country: 'CH',
  emailAddress: 'a@b.c',
  locality: 'Zürich',
  organization: 'o',
  organizationalUnit: 'ou',
  postalCode: '8000',
  province: 'ZH',
  serialNumber: '7',
  streetAddresses: ['first street 1', 'door 2'],
};
const NAMES = { dnsNames: ['a.b', '*.c'], ipAddresses: ['10.0.0.1', 'fe80::1'], uris: ['spiffe://a/b'] };

let plugin: PluginUnderTest;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tls-tools-'));
  plugin = await PluginUnderTest.start('tls');
  await plugin.configure();
});

afterAll(async () => {
  await plugin.stop();
  await rm(folder, { recursive: true, force: true });
});

async function make(name: string, inputs: Properties): Promise<Resource> {
  const type = `tls:index/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`;
  return plugin.make(urnOf(type, 'it'), inputs);
}

/** Writes an output to a file that only its owner reads, and returns its path. */
async function file(resource: Resource, output: string, name = output): Promise<string> {
  const target = path.join(folder, name);
  await writeFile(target, textOf(resource, output), { mode: 0o600 });
  return target;
}

/** The tool's standard output. @throws when it fails. */
async function tool(command: string, ...args: string[]): Promise<string> {
  return (await run(command, args)).stdout;
}

const keys: [string, Properties, string][] = [
  ['RSA', { algorithm: 'RSA', rsaBits: 2048 }, 'sha256WithRSAEncryption'],
  ['P224', { algorithm: 'ECDSA', ecdsaCurve: 'P224' }, 'ecdsa-with-SHA256'],
  ['P256', { algorithm: 'ECDSA', ecdsaCurve: 'P256' }, 'ecdsa-with-SHA256'],
  ['P384', { algorithm: 'ECDSA', ecdsaCurve: 'P384' }, 'ecdsa-with-SHA384'],
  ['P521', { algorithm: 'ECDSA', ecdsaCurve: 'P521' }, 'ecdsa-with-SHA512'],
  ['ED25519', { algorithm: 'ED25519' }, 'ED25519'],
];

describe.each(keys)('with keys of %s', (kind, spec, signature) => {
  let caKey: Resource;
  let ca: Resource;
  let request: Resource;
  let leaf: Resource;

  beforeAll(async () => {
    caKey = await make('PrivateKey', spec);
    const leafKey = await make('PrivateKey', spec);
    ca = await make('SelfSignedCert', {
      allowedUses: ['cert_signing', 'crl_signing'],
      isCaCertificate: true,
      maxPathLength: 0,
      privateKeyPem: caKey.outputs['privateKeyPem'] ?? null,
      setAuthorityKeyId: true,
      subject: { commonName: 'ca' },
      validityPeriodHours: 24,
    });
    request = await make('CertRequest', {
      ...NAMES,
      privateKeyPem: leafKey.outputs['privateKeyPem'] ?? null,
      subject: SUBJECT,
    });
    leaf = await make('LocallySignedCert', {
      allowedUses: ['digital_signature', 'key_encipherment', 'server_auth', 'client_auth'],
      caCertPem: ca.outputs['certPem'] ?? null,
      caPrivateKeyPem: caKey.outputs['privateKeyPem'] ?? null,
      certRequestPem: request.outputs['certRequestPem'] ?? null,
      setSubjectKeyId: true,
      validityPeriodHours: 12,
    });
  });

  it('openssl finds the private key whole in both forms', async () => {
    for (const form of ['privateKeyPem', 'privateKeyPemPkcs8']) {
      expect(await tool('openssl', 'pkey', '-check', '-noout', '-in', await file(caKey, form))).toBe(
        'Key is valid\n',
      );
    }
  });

  it('openssl verifies the request and reads every name in it', async () => {
    const pem = await file(request, 'certRequestPem');
    const { stdout, stderr } = await run('openssl', ['req', '-verify', '-noout', '-text', '-in', pem]);
    expect(stdout + stderr).toContain('Certificate request self-signature verify OK');
    expect(stdout).toContain(
      'Subject: C = CH, O = o, OU = ou, L = Z\\C3\\BCrich, ST = ZH, street = door 2 + street = first street 1, ' +
        'postalCode = 8000, CN = leaf, serialNumber = 7, emailAddress = a@b.c\n',
    );
    expect(stdout).toContain(
      'DNS:a.b, DNS:*.c, IP Address:10.0.0.1, IP Address:FE80:0:0:0:0:0:0:1, URI:spiffe://a/b\n',
    );
    expect(stdout).toContain(`Signature Algorithm: ${signature}\n`);
  });

  it('openssl verifies the chain by the letter of the standard, for servers and clients', async () => {
    const [caPem, leafPem] = [await file(ca, 'certPem', 'ca.pem'), await file(leaf, 'certPem', 'leaf.pem')];
    for (const purpose of ['sslserver', 'sslclient']) {
      const args = ['verify', '-x509_strict', '-purpose', purpose, '-CAfile', caPem, leafPem];
      expect(await tool('openssl', ...args)).toBe(`${leafPem}: OK\n`);
    }
  });

  it('openssl reads the extensions asked for', async () => {
    const print = async (resource: Resource): Promise<string> =>
      (await tool('openssl', 'x509', '-noout', '-text', '-in', await file(resource, 'certPem'))).replace(
        /\s+/g,
        ' ',
      );
    const [caText, leafText] = [await print(ca), await print(leaf)];
    expect(caText).toContain('X509v3 Key Usage: critical Certificate Sign, CRL Sign ');
    expect(caText).toContain('X509v3 Basic Constraints: critical CA:TRUE, pathlen:0 ');
    expect(leafText).toContain('Version: 3 (0x2)');
    expect(leafText).toContain(`Signature Algorithm: ${signature} Issuer: CN = ca `);
    expect(leafText).toContain('X509v3 Key Usage: critical Digital Signature, Key Encipherment ');
    expect(leafText).toContain(
      'Extended Key Usage: TLS Web Server Authentication, TLS Web Client Authentication ',
    );
    expect(leafText).toContain('X509v3 Basic Constraints: critical CA:FALSE ');
    const identifier = (text: string, name: string): string | undefined =>
      new RegExp(`X509v3 ${name} Key Identifier: ([0-9A-F:]{59}) `).exec(text)?.[1];
    expect(identifier(leafText, 'Authority')).toBe(identifier(caText, 'Subject'));
    expect(identifier(caText, 'Authority')).toBe(identifier(caText, 'Subject'));
    expect(identifier(leafText, 'Subject')).toMatch(/^([0-9A-F]{2}:){19}[0-9A-F]{2}$/);
  });

  const OPENSSH = ['publicKeyOpenssh', 'publicKeyFingerprintMd5', 'publicKeyFingerprintSha256'];

  if (kind === 'P224') {
    it('has no OpenSSH form, as OpenSSH does not know the curve', () => {
      expect([...OPENSSH, 'privateKeyOpenssh'].map((name) => textOf(caKey, name))).toEqual(['', '', '', '']);
    });
  } else {
    it('ssh-keygen reads the OpenSSH form, and says the same public key and fingerprints', async () => {
      const [publicKey, md5, sha256] = OPENSSH.map((name) => textOf(caKey, name));
      const pem = await file(caKey, 'privateKeyOpenssh', `openssh-${kind}`);
      const fingerprint = async (hash: string): Promise<string | undefined> =>
        (await tool('ssh-keygen', '-l', '-E', hash, '-f', pem)).split(' ')[1];
      expect(await tool('ssh-keygen', '-y', '-f', pem)).toBe(publicKey);
      expect(await fingerprint('md5')).toBe(`MD5:${md5}`);
      expect(await fingerprint('sha256')).toBe(sha256);
    });
  }
});
