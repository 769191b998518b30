import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type ConnectionOptions, type TlsOptions } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Properties } from '../../../local/plugins/protocol/values';
import { PluginUnderTest, urnOf, type Resource } from '../harness';
import { textOf } from '../outputs';

/** A key and its certificate, in PEM. */
interface Identity {
  readonly key: string;
  readonly cert: string;
}

let plugin: PluginUnderTest;
let authority: Identity;

beforeAll(async () => {
  plugin = await PluginUnderTest.start('tls');
  await plugin.configure();
  authority = await makeAuthority('ca');
});

afterAll(() => plugin.stop());

async function make(name: string, inputs: Properties): Promise<Resource> {
  const type = `tls:index/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`;
  return plugin.make(urnOf(type, 'it'), inputs);
}

async function makeAuthority(commonName: string): Promise<Identity> {
  const key = textOf(await make('PrivateKey', { algorithm: 'ECDSA', ecdsaCurve: 'P384' }), 'privateKeyPem');
  const certificate = await make('SelfSignedCert', {
    allowedUses: ['cert_signing'],
    isCaCertificate: true,
    privateKeyPem: key,
    subject: { commonName },
    validityPeriodHours: 24,
  });
  return { key, cert: textOf(certificate, 'certPem') };
}

async function makeLeaf(
  allowedUses: string[],
  changes: { key?: Properties; validityPeriodHours?: number; authority?: Identity } = {},
): Promise<Identity> {
  const key = textOf(
    await make('PrivateKey', changes.key ?? { algorithm: 'ECDSA', ecdsaCurve: 'P256' }),
    'privateKeyPem',
  );
  const request = await make('CertRequest', {
    dnsNames: ['redis.example', '*.redis.example'],
    ipAddresses: ['127.0.0.1'],
    privateKeyPem: key,
    subject: { commonName: 'leaf' },
  });
  const { cert, key: caKey } = changes.authority ?? authority;
  const certificate = await make('LocallySignedCert', {
    allowedUses,
    caCertPem: cert,
    caPrivateKeyPem: caKey,
    certRequestPem: textOf(request, 'certRequestPem'),
    validityPeriodHours: changes.validityPeriodHours ?? 12,
  });
  return { key, cert: textOf(certificate, 'certPem') };
}

/** What the client reads from the server, the code of the error that ends the attempt, or `closed`. */
async function handshake(server: TlsOptions, client: ConnectionOptions): Promise<string> {
  const listener = createServer(server, (socket) => {
    socket.on('error', () => undefined);
    socket.end('hello');
  });
  listener.on('tlsClientError', () => undefined);
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  try {
    return await new Promise<string>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port, ca: authority.cert, ...client });
      socket.once('data', (chunk: Buffer) => {
        socket.destroy();
        resolve(chunk.toString());
      });
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      // A server may turn a client away without an alert.
      socket.once('close', () => resolve('closed'));
    });
  } finally {
    listener.close();
  }
}

it.each<[string, Properties]>([
  ['RSA', { algorithm: 'RSA', rsaBits: 2048 }],
  ['P256', { algorithm: 'ECDSA', ecdsaCurve: 'P256' }],
  ['P384', { algorithm: 'ECDSA', ecdsaCurve: 'P384' }],
  ['P521', { algorithm: 'ECDSA', ecdsaCurve: 'P521' }],
  ['ED25519', { algorithm: 'ED25519' }],
])('a client trusts a server with a key of %s', async (_, key) => {
  const server = await makeLeaf(['server_auth', 'digital_signature'], { key });
  expect(await handshake(server, { servername: 'redis.example' })).toBe('hello');
});

describe('a server', () => {
  let server: Identity;

  beforeAll(async () => {
    server = await makeLeaf(['server_auth', 'digital_signature']);
  });

  it.each(['redis.example', 'node-1.redis.example'])('is known by the DNS name %s', async (servername) => {
    expect(await handshake(server, { servername })).toBe('hello');
  });

  it('is known by its address', async () => {
    expect(await handshake(server, {})).toBe('hello');
  });

  it('is refused under another name', async () => {
    expect(await handshake(server, { servername: 'a.b.redis.example' })).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('is refused when its authority is not the one trusted', async () => {
    const { cert } = await makeAuthority('ca');
    expect(await handshake(server, { servername: 'redis.example', ca: cert })).toBe(
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    );
  });

  it('is refused when its certificate is for clients only', async () => {
    const client = await makeLeaf(['client_auth', 'digital_signature']);
    expect(await handshake(client, { servername: 'redis.example' })).toBe('INVALID_PURPOSE');
  });

  it('is refused when its certificate has expired', async () => {
    const expired = await makeLeaf(['server_auth'], { validityPeriodHours: 0 });
    await sleep(1100);
    expect(await handshake(expired, { servername: 'redis.example' })).toBe('CERT_HAS_EXPIRED');
  });
});

describe('a server that asks for certificates', () => {
  let server: TlsOptions;
  const refused = /^ERR_SSL_.*ALERT|^ECONNRESET$|^EPIPE$|^closed$/;

  beforeAll(async () => {
    const identity = await makeLeaf(['server_auth', 'digital_signature']);
    server = { ...identity, ca: authority.cert, requestCert: true, rejectUnauthorized: true };
  });

  it('lets in a client of its authority', async () => {
    const client = await makeLeaf(['client_auth', 'digital_signature']);
    expect(await handshake(server, { ...client, servername: 'redis.example' })).toBe('hello');
  });

  it('refuses one without a certificate, of another authority, or not for clients', async () => {
    const strangers = [
      {},
      await makeLeaf(['client_auth'], { authority: await makeAuthority('other') }),
      await makeLeaf(['server_auth']),
    ];
    for (const client of strangers) {
      expect(await handshake(server, { ...client, servername: 'redis.example' })).toMatch(refused);
    }
  });
});
