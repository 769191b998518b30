import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import {
  containsSecret,
  plain,
  Secret,
  UNKNOWN,
  type Properties,
} from '../../../local/plugins/protocol/values';
import { isEmbedded, PluginUnderTest, urnOf, type Resource } from '../harness';
import { textOf } from '../outputs';
import { recordedResources, unchanging } from '../fixtures/recorded';

const HOUR_MS = 3_600_000;

let plugin: PluginUnderTest;

beforeAll(async () => {
  plugin = await PluginUnderTest.start('tls');
  await plugin.configure();
});

afterAll(() => plugin.stop());

const urn = (name: string): string =>
  urnOf(`tls:index/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`, 'it');

/** As the engine passes on an output: a secret stays one. */
const output = (resource: Resource, name: string): Properties[string] => resource.outputs[name] ?? null;

async function makeKey(inputs: Properties = { algorithm: 'ECDSA', ecdsaCurve: 'P256' }): Promise<Resource> {
  return plugin.make(urn('PrivateKey'), inputs);
}

function caInputs(key: Resource): Properties {
  return {
    allowedUses: ['cert_signing', 'crl_signing'],
    earlyRenewalHours: 10,
    isCaCertificate: true,
    privateKeyPem: output(key, 'privateKeyPem'),
    subject: { commonName: 'ca', organization: 'o' },
    validityPeriodHours: 100,
  };
}

/** The resource with this many hours left before its certificate's end. */
function withHoursLeft(resource: Resource, hours: number): Resource {
  const validityEndTime = new Date(Date.now() + hours * HOUR_MS).toISOString();
  return { ...resource, outputs: { ...resource.outputs, validityEndTime } };
}

/** The recordings, their certificates with the whole of their validity left. */
const recorded = recordedResources('tls').map((resource) => {
  const hours = resource.inputs['validityPeriodHours'];
  return typeof hours === 'number' ? withHoursLeft(resource, hours) : resource;
});

describe.each(recorded)('$urn from the official plugin', (resource) => {
  it('goes on without a change', async () => {
    const { changes, replaces } = await plugin.diff(resource, resource.inputs);
    expect({ changes, replaces }).toEqual({ changes: 'none', replaces: [] });
  });

  it('is as it was after a refresh', async () => {
    expect(await plugin.read(resource)).toEqual(resource);
  });
});

it('makes resources of the same layout as the official plugin', async () => {
  const inputsOf = (index: number): Properties => recorded[index]?.inputs ?? {};
  const order = recorded.map(
    (resource) => `${resource.urn.split(':').slice(-3)[0]} ${resource.urn.split('::').at(-1)}`,
  );
  expect(order).toEqual([
    'PrivateKey ca',
    'PrivateKey leaf',
    'CertRequest leaf',
    'SelfSignedCert ca',
    'LocallySignedCert leaf',
  ]);
  const caKey = await makeKey(inputsOf(0));
  const leafKey = await makeKey(inputsOf(1));
  const request = await plugin.make(urn('CertRequest'), {
    ...inputsOf(2),
    privateKeyPem: output(leafKey, 'privateKeyPem'),
  });
  const ca = await plugin.make(urn('SelfSignedCert'), {
    ...inputsOf(3),
    privateKeyPem: output(caKey, 'privateKeyPem'),
  });
  const leaf = await plugin.make(urn('LocallySignedCert'), {
    ...inputsOf(4),
    caCertPem: output(ca, 'certPem'),
    caPrivateKeyPem: output(caKey, 'privateKeyPem'),
    certRequestPem: output(request, 'certRequestPem'),
  });

  const generated = /Pem|Openssh|Fingerprint|^id$|Time$/;
  for (const [index, made] of [caKey, leafKey, request, ca, leaf].entries()) {
    const official = recorded[index]?.outputs ?? {};
    const names = Object.keys(official).filter((name) => generated.test(name));
    expect(Object.keys(made.outputs).sort()).toEqual(Object.keys(official).sort());
    expect(unchanging(made.outputs, names)).toEqual(unchanging(official, names));
    const secrets = (outputs: Properties): string[] =>
      Object.keys(outputs).filter((name) => containsSecret(outputs[name] ?? null));
    expect(secrets(made.outputs).sort()).toEqual(secrets(official).sort());
  }
});

describe('PrivateKey', () => {
  it.each([
    [{ algorithm: 'RSA', rsaBits: 3072 }, 'RSA PRIVATE KEY', 'rsa'],
    [{ algorithm: 'ECDSA' }, 'EC PRIVATE KEY', 'ec'],
    [{ algorithm: 'ECDSA', ecdsaCurve: 'P521' }, 'EC PRIVATE KEY', 'ec'],
    [{ algorithm: 'ED25519' }, 'PRIVATE KEY', 'ed25519'],
  ])('of %j is one key in all its forms', async (inputs, label, type) => {
    const key = await makeKey(inputs);
    const publicKey = createPublicKey(textOf(key, 'publicKeyPem'));
    const derived = [textOf(key, 'privateKeyPem'), textOf(key, 'privateKeyPemPkcs8')].map((pem) =>
      createPublicKey(pem),
    );
    expect(derived.map((each) => each.export({ type: 'spki', format: 'pem' }))).toEqual([
      textOf(key, 'publicKeyPem'),
      textOf(key, 'publicKeyPem'),
    ]);
    expect(publicKey.asymmetricKeyType).toBe(type);
    expect(textOf(key, 'privateKeyPem').split('\n')[0]).toBe(`-----BEGIN ${label}-----`);
    expect(textOf(key, 'privateKeyPemPkcs8').split('\n')[0]).toBe('-----BEGIN PRIVATE KEY-----');
    expect(key.id).toMatch(/^[0-9a-f]{40}$/);
  });

  it('says the fingerprints of its OpenSSH form', async () => {
    const key = await makeKey();
    const blob = Buffer.from(textOf(key, 'publicKeyOpenssh').split(' ')[1] ?? '', 'base64');
    const md5 = createHash('md5')
      .update(blob)
      .digest('hex')
      .replace(/..(?!$)/g, '$&:');
    const sha256 = createHash('sha256').update(blob).digest('base64').replace('=', '');
    expect(textOf(key, 'publicKeyFingerprintMd5')).toBe(md5);
    expect(textOf(key, 'publicKeyFingerprintSha256')).toBe(`SHA256:${sha256}`);
  });

  it('is not known in a preview', async () => {
    const { outputs } = await plugin.create(urn('PrivateKey'), { algorithm: 'ED25519' }, { preview: true });
    const names = ['privateKeyPem', 'publicKeyPem', 'publicKeyOpenssh'];
    expect(names.map((name) => plain(outputs[name] ?? null))).toEqual([UNKNOWN, UNKNOWN, UNKNOWN]);
    expect(outputs['rsaBits']).toBe(2048);
  });

  it('is replaced when its curve changes, and left alone when a default is written out', async () => {
    const key = await makeKey();
    const other = await plugin.diff(key, { algorithm: 'ECDSA', ecdsaCurve: 'P384' });
    expect([other.changes, other.replaces, other.diffs]).toEqual(['some', ['ecdsaCurve'], ['ecdsaCurve']]);
    const same = await plugin.diff(key, { algorithm: 'ECDSA', ecdsaCurve: 'P256', rsaBits: 2048 });
    expect(same.changes).toBe('none');
  });

  it.each<[string, Properties]>([
    ['algorithm', { algorithm: 'DSA' }],
    ['algorithm', {}],
    ['ecdsaCurve', { algorithm: 'ECDSA', ecdsaCurve: 'P-256' }],
  ])('refuses %s in %j', async (property, inputs) => {
    const wanted = new RegExp(property.replace(/[A-Z]/g, '_?$&'), 'i');
    await expect(makeKey(inputs)).rejects.toThrow(wanted);
  });
});

describe('renewal', () => {
  let inputs: Properties;
  let ca: Resource;

  beforeAll(async () => {
    inputs = caInputs(await makeKey());
    ca = await plugin.make(urn('SelfSignedCert'), inputs);
  });

  const reasons = async (resource: Resource, news: Properties): Promise<unknown[]> => {
    const { changes, replaces, diffs, deleteBeforeReplace } = await plugin.diff(resource, news);
    return [changes, replaces, diffs, deleteBeforeReplace];
  };

  it('is not due while more hours are left than are to be early', async () => {
    expect(await reasons(ca, inputs)).toEqual(['none', [], [], false]);
    expect(await reasons(withHoursLeft(ca, 11), inputs)).toEqual(['none', [], [], false]);
  });

  it('replaces when the program asks for more hours than are left, as recorded', async () => {
    const news = { ...inputs, earlyRenewalHours: 200 };
    const expected = ['some', ['readyForRenewal'], ['earlyRenewalHours', 'readyForRenewal'], false];
    expect(await reasons(ca, news)).toEqual(expected);
  });

  it('replaces when the hours have come, as recorded', async () => {
    const expected = ['some', ['readyForRenewal'], ['readyForRenewal'], false];
    expect(await reasons(withHoursLeft(ca, 9), inputs)).toEqual(expected);
    expect(await reasons(withHoursLeft(ca, -9), inputs)).toEqual(expected);
  });

  it('changes the hours in place', async () => {
    const news = { ...inputs, earlyRenewalHours: 20 };
    expect(await reasons(ca, news)).toEqual(['some', [], ['earlyRenewalHours'], false]);
    const updated = await plugin.update(ca, news);
    expect(updated.outputs).toEqual({ ...ca.outputs, earlyRenewalHours: 20 });
  });

  it('shows in a refresh, and is planned after it', async () => {
    const due = await plugin.read(withHoursLeft(ca, 9));
    expect(due?.outputs['readyForRenewal']).toBe(true);
    expect(await reasons(due ?? ca, inputs)).toEqual([
      'some',
      ['readyForRenewal'],
      ['readyForRenewal'],
      false,
    ]);
  });
});

describe('LocallySignedCert', () => {
  let inputs: Properties;

  beforeAll(async () => {
    const [caKey, leafKey] = [await makeKey(), await makeKey({ algorithm: 'ED25519' })];
    const ca = await plugin.make(urn('SelfSignedCert'), caInputs(caKey));
    const request = await plugin.make(urn('CertRequest'), {
      dnsNames: ['a.b'],
      privateKeyPem: output(leafKey, 'privateKeyPem'),
      subject: { commonName: 'leaf' },
    });
    inputs = {
      allowedUses: ['server_auth'],
      caCertPem: output(ca, 'certPem'),
      caPrivateKeyPem: output(caKey, 'privateKeyPem'),
      certRequestPem: output(request, 'certRequestPem'),
      validityPeriodHours: 50,
    };
  });

  it('keeps the key of its authority secret in the checked inputs and in the state', async () => {
    const checked = await plugin.check(urn('LocallySignedCert'), inputs);
    const made = await plugin.create(urn('LocallySignedCert'), checked);
    expect(checked['caPrivateKeyPem']).toBeInstanceOf(Secret);
    expect(made.outputs['caPrivateKeyPem']).toBeInstanceOf(Secret);
    expect(made.outputs['certPem']).not.toBeInstanceOf(Secret);
  });

  it('has its serial number for an id', async () => {
    const made = await plugin.make(urn('LocallySignedCert'), inputs);
    const { serialNumber } = new X509Certificate(textOf(made, 'certPem'));
    expect(BigInt(`0x${serialNumber}`).toString()).toBe(made.id);
  });

  it('is replaced when its authority will be, before the new one is known', async () => {
    const made = await plugin.make(urn('LocallySignedCert'), inputs);
    const news = await plugin.check(urn('LocallySignedCert'), { ...inputs, caCertPem: UNKNOWN });
    const { changes, replaces, diffs } = await plugin.diff(made, news);
    expect([changes, replaces, diffs]).toEqual(['some', ['caCertPem'], ['caCertPem']]);
  });

  it('is planned of inputs that are not known yet', async () => {
    const news = { ...inputs, caCertPem: UNKNOWN, caPrivateKeyPem: UNKNOWN, certRequestPem: UNKNOWN };
    const checked = await plugin.check(urn('LocallySignedCert'), news);
    const { outputs } = await plugin.create(urn('LocallySignedCert'), checked, { preview: true });
    expect([outputs['certPem'], outputs['isCaCertificate']]).toEqual([UNKNOWN, false]);
  });

  it('refuses a key that is not that of the authority', async () => {
    const other = await makeKey();
    const caPrivateKeyPem = output(other, 'privateKeyPem');
    await expect(plugin.make(urn('LocallySignedCert'), { ...inputs, caPrivateKeyPem })).rejects.toThrow(
      /key/i,
    );
  });

  it('refuses a use that is none', async () => {
    const news = { ...inputs, allowedUses: ['serverAuth'] };
    await expect(plugin.make(urn('LocallySignedCert'), news)).rejects.toThrow(/server_auth/);
  });
});

if (isEmbedded('tls')) {
  it('refuses a request that was changed after it was signed', async () => {
    const key = await makeKey();
    const ca = await plugin.make(urn('SelfSignedCert'), caInputs(key));
    const privateKeyPem = output(key, 'privateKeyPem');
    const request = await plugin.make(urn('CertRequest'), { privateKeyPem, subject: { commonName: 'good' } });
    const der = Buffer.from(textOf(request, 'certRequestPem').replace(/-----.*-----|\n/g, ''), 'base64');
    der.write('evil', der.indexOf('good'));
    const certRequestPem = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
    const inputs = {
      allowedUses: [],
      caCertPem: output(ca, 'certPem'),
      caPrivateKeyPem: privateKeyPem,
      certRequestPem,
      validityPeriodHours: 1,
    };
    await expect(plugin.check(urn('LocallySignedCert'), inputs)).rejects.toThrow(
      'certRequestPem: certRequestPem is a certificate request whose signature is not that of the key in it',
    );
  });

  it('refuses what the official plugin has and this one has not, by name', async () => {
    const inputs = { ...caInputs(await makeKey()), privateKeyPemWo: 'x' };
    await expect(plugin.check(urn('SelfSignedCert'), inputs)).rejects.toThrow(
      'privateKeyPemWo: privateKeyPemWo is not supported by the embedded plugin; use privateKeyPem, which is encrypted ' +
        'in the state',
    );
    const failures = await plugin.checkConfig('pulumi:providers:tls', { proxy: { url: 'http://127.0.0.1' } });
    expect(failures).toEqual([
      {
        property: 'proxy',
        reason:
          'proxy is not supported by the embedded tls plugin: it makes no connections; leave it out, or use the ' +
          'official plugin',
      },
    ]);
  });

  it('accepts a provider without configuration', async () => {
    expect(await plugin.checkConfig('pulumi:providers:tls', { version: '5.6.1' })).toEqual([]);
  });
}
