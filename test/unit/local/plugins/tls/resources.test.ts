import { X509Certificate } from 'node:crypto';
import { UNKNOWN, type Properties } from '../../../../../local/plugins/protocol';
import { tlsTypes } from '../../../../../local/plugins/tls/resources';
import { Asker } from '../state-only/request';

function asker(name: string): Asker {
  const token = `tls:index/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`;
  const type = tlsTypes[token];
  if (!type) throw new Error(`no type ${token}`);
  return new Asker(type, token);
}

const privateKey = asker('PrivateKey');
const certRequest = asker('CertRequest');
const selfSigned = asker('SelfSignedCert');
const locallySigned = asker('LocallySignedCert');

const caKey = privateKey.create({ algorithm: 'ECDSA', ecdsaCurve: 'P256' });
const leafKey = privateKey.create({ algorithm: 'ED25519' });
const caKeyPem = caKey.outputs['privateKeyPem'] as string;
const leafKeyPem = leafKey.outputs['privateKeyPem'] as string;

const caInputs = {
  allowedUses: ['cert_signing', 'crl_signing'],
  earlyRenewalHours: 10,
  isCaCertificate: true,
  privateKeyPem: caKeyPem,
  subject: { commonName: 'ca', organization: 'o' },
  validityPeriodHours: 100,
};
const ca = selfSigned.create(caInputs);
const requestInputs = {
  dnsNames: ['a.b', '*.c'],
  ipAddresses: ['10.0.0.1'],
  privateKeyPem: leafKeyPem,
  subject: { commonName: 'leaf' },
};
const request = certRequest.create(requestInputs);
const leafInputs: Properties = {
  allowedUses: ['server_auth', 'client_auth', 'digital_signature'],
  caCertPem: ca.outputs['certPem'] as string,
  caPrivateKeyPem: caKeyPem,
  certRequestPem: request.outputs['certRequestPem'] as string,
  validityPeriodHours: 50,
};
const leaf = locallySigned.create(leafInputs);

/** Moves the end of a certificate's state so that this many hours are left. */
function withHoursLeft(state: Properties, hours: number): Properties {
  return { ...state, validityEndTime: new Date(Date.now() + hours * 3_600_000).toISOString() };
}

describe('PrivateKey', () => {
  it('has the layout of the official state', () => {
    expect(Object.keys(caKey.outputs).sort()).toEqual([
      '__meta',
      'algorithm',
      'ecdsaCurve',
      'id',
      'privateKeyOpenssh',
      'privateKeyPem',
      'privateKeyPemPkcs8',
      'publicKeyFingerprintMd5',
      'publicKeyFingerprintSha256',
      'publicKeyOpenssh',
      'publicKeyPem',
      'rsaBits',
    ]);
    expect([caKey.outputs['__meta'], caKey.outputs['rsaBits']]).toEqual(['{"schema_version":"1"}', 2048]);
    expect(caKey.id).toMatch(/^[0-9a-f]{40}$/);
    expect(caKey.outputs['id']).toBe(caKey.id);
  });

  it('has empty OpenSSH forms on its default curve, which OpenSSH does not know', () => {
    const { outputs } = privateKey.create({ algorithm: 'ECDSA' });
    expect(outputs['ecdsaCurve']).toBe('P224');
    const names = [
      'privateKeyOpenssh',
      'publicKeyOpenssh',
      'publicKeyFingerprintMd5',
      'publicKeyFingerprintSha256',
    ];
    expect(names.map((name) => outputs[name])).toEqual(['', '', '', '']);
  });

  it('keeps its private forms secret', () => {
    expect(privateKey.type.secretOutputs).toEqual([
      'privateKeyOpenssh',
      'privateKeyPem',
      'privateKeyPemPkcs8',
    ]);
  });

  it.each<[Properties, Record<string, string>]>([
    [{}, { algorithm: 'algorithm is missing' }],
    [{ algorithm: 'DSA' }, { algorithm: 'algorithm is "DSA", allowed are RSA, ECDSA, ED25519' }],
    [
      { algorithm: 'ECDSA', ecdsaCurve: 'P-256' },
      { ecdsaCurve: 'ecdsaCurve is "P-256", allowed are P224, P256, P384, P521' },
    ],
    [{ algorithm: 'RSA', rsaBits: 512 }, { rsaBits: 'rsaBits is 512, allowed is 1024 or more' }],
  ])('refuses %j', (inputs, failures) => {
    expect(privateKey.failures(inputs)).toEqual(failures);
  });
});

describe('CertRequest', () => {
  it('has the layout of the official state', () => {
    expect(request.outputs).toEqual({
      ...requestInputs,
      certRequestPem: request.outputs['certRequestPem'],
      id: request.id,
      keyAlgorithm: 'ED25519',
    });
    expect(request.id).toMatch(/^[0-9a-f]{40}$/);
    expect(certRequest.type.secretOutputs).toEqual(['privateKeyPem']);
  });

  it('refuses everything wrong at once', () => {
    const inputs = {
      dnsNames: ['a b'],
      ipAddresses: ['10.0.0.1', '10.0.0'],
      privateKeyPem: 'x',
      uris: ['x'],
    };
    expect(Object.keys(certRequest.failures(inputs))).toEqual([
      'privateKeyPem',
      'dnsNames[0]',
      'ipAddresses[1]',
      'uris[0]',
    ]);
  });

  it('refuses the write-only key and parts of a subject that are none, by name', () => {
    const reason =
      'is not supported by the embedded plugin; use privateKeyPem, which is encrypted in the state';
    const inputs = { privateKeyPemWo: 'x', privateKeyPemWoVersion: 1, subject: { name: 'x' } };
    expect(certRequest.failures(inputs)).toMatchObject({
      privateKeyPem: 'privateKeyPem is missing',
      privateKeyPemWo: `privateKeyPemWo ${reason}`,
      privateKeyPemWoVersion: `privateKeyPemWoVersion ${reason}`,
      'subject.name': expect.stringMatching(
        /^subject\.name is not a property; allowed are commonName, country/,
      ) as string,
    });
  });

  it('passes what is not known yet', () => {
    expect(
      certRequest.failures({ privateKeyPem: UNKNOWN, dnsNames: [UNKNOWN], ipAddresses: UNKNOWN }),
    ).toEqual({});
  });
});

describe('SelfSignedCert', () => {
  it('has the layout of the official state', () => {
    expect(ca.outputs).toEqual({
      ...caInputs,
      certPem: ca.outputs['certPem'],
      id: ca.id,
      keyAlgorithm: 'ECDSA',
      readyForRenewal: false,
      setAuthorityKeyId: false,
      setSubjectKeyId: false,
      validityEndTime: ca.outputs['validityEndTime'],
      validityStartTime: ca.outputs['validityStartTime'],
    });
    expect(selfSigned.type.secretOutputs).toEqual(['privateKeyPem']);
  });

  it('has its serial number for an id, and says when it is valid', () => {
    const certificate = new X509Certificate(ca.outputs['certPem'] as string);
    const [start, end] = [ca.outputs['validityStartTime'], ca.outputs['validityEndTime']] as string[];
    expect(BigInt(`0x${certificate.serialNumber}`).toString()).toBe(ca.id);
    expect(start).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/);
    expect(Date.parse(end ?? '') - Date.parse(start ?? '')).toBe(100 * 3_600_000);
    expect(Date.parse(certificate.validTo)).toBe(Math.floor(Date.parse(end ?? '') / 1000) * 1000);
  });

  it.each<[string, Properties, Record<string, string>]>([
    [
      'an authority without a name',
      { subject: { commonName: '' } },
      {
        subject:
          'subject is empty; the certificate of an authority must have at least one part, as commonName',
      },
    ],
    [
      'its own key as an authority when it has no identifier',
      { isCaCertificate: false, setAuthorityKeyId: true },
      {
        setAuthorityKeyId:
          'setAuthorityKeyId is true, which needs setSubjectKeyId or isCaCertificate to be true as well',
      },
    ],
    [
      'a negative validity',
      { validityPeriodHours: -1 },
      { validityPeriodHours: 'validityPeriodHours is -1, allowed is 0 or more' },
    ],
    [
      'part of an hour',
      { earlyRenewalHours: 0.5 },
      { earlyRenewalHours: 'earlyRenewalHours is not a whole number' },
    ],
  ])('refuses %s', (_, changes, failures) => {
    expect(selfSigned.failures({ ...caInputs, ...changes })).toEqual(failures);
  });

  it('refuses a use that is none, with all that are', () => {
    const reason = selfSigned.failures({ ...caInputs, allowedUses: ['serverAuth'] })['allowedUses[0]'];
    expect(reason).toMatch(
      /^allowedUses\[0\] is "serverAuth", allowed are any_extended, cert_signing, .*, timestamping$/,
    );
  });

  it('passes a subject that is not known yet', () => {
    expect(selfSigned.failures({ ...caInputs, subject: UNKNOWN })).toEqual({});
    expect(selfSigned.failures({ ...caInputs, subject: { commonName: UNKNOWN } })).toEqual({});
  });
});

describe('LocallySignedCert', () => {
  it('has the layout of the official state', () => {
    expect(leaf.outputs).toEqual({
      ...leafInputs,
      caKeyAlgorithm: 'ECDSA',
      certPem: leaf.outputs['certPem'],
      earlyRenewalHours: 0,
      id: leaf.id,
      isCaCertificate: false,
      readyForRenewal: false,
      setSubjectKeyId: false,
      validityEndTime: leaf.outputs['validityEndTime'],
      validityStartTime: leaf.outputs['validityStartTime'],
    });
    expect(locallySigned.type.secretOutputs).toEqual(['caPrivateKeyPem']);
  });

  it('is what the request asked for, signed by the authority', () => {
    const certificate = new X509Certificate(leaf.outputs['certPem'] as string);
    const authority = new X509Certificate(ca.outputs['certPem'] as string);
    expect([certificate.subject, certificate.issuer]).toEqual(['CN=leaf', 'O=o\nCN=ca']);
    expect(certificate.subjectAltName).toBe('DNS:a.b, DNS:*.c, IP Address:10.0.0.1');
    expect(certificate.checkIssued(authority) && certificate.verify(authority.publicKey)).toBe(true);
  });

  it('refuses texts that are not what they should be, all at once and without repeating them', () => {
    const inputs = { ...leafInputs, caCertPem: 'x', caPrivateKeyPem: 'secret', certRequestPem: leafKeyPem };
    const failures = locallySigned.failures(inputs);
    expect(Object.keys(failures).sort()).toEqual(['caCertPem', 'caPrivateKeyPem', 'certRequestPem']);
    expect(failures['certRequestPem']).toBe(
      'certRequestPem is a PEM block of type "PRIVATE KEY", expected one that begins with "-----BEGIN CERTIFICATE REQUEST-----"',
    );
    expect(JSON.stringify(failures)).not.toContain('secret');
  });

  it('refuses a key that is not that of the authority', () => {
    expect(locallySigned.failures({ ...leafInputs, caPrivateKeyPem: leafKeyPem })).toEqual({
      caPrivateKeyPem: 'caPrivateKeyPem is not the key of the certificate in caCertPem',
    });
  });

  it('refuses to make an authority of a request without a name', () => {
    const nameless = certRequest.create({ privateKeyPem: leafKeyPem }).outputs['certRequestPem'] as string;
    const inputs = { ...leafInputs, certRequestPem: nameless };
    expect(locallySigned.failures(inputs)).toEqual({});
    expect(locallySigned.failures({ ...inputs, isCaCertificate: true })).toEqual({
      certRequestPem: 'certRequestPem has no subject, which the certificate of an authority must have',
    });
  });

  it('is replaced when its authority will be', () => {
    expect(locallySigned.diff(leaf.outputs, { ...leafInputs, caCertPem: UNKNOWN })).toEqual({
      changes: true,
      diffs: ['caCertPem'],
      replaces: ['caCertPem'],
    });
  });
});

describe.each([
  ['SelfSignedCert', selfSigned, ca.outputs, caInputs],
  ['LocallySignedCert', locallySigned, leaf.outputs, leafInputs],
] as const)('renewal of a %s', (_, type, state, inputs) => {
  const none = { changes: false, diffs: [], replaces: [] };

  it('is not due before its hours of early renewal', () => {
    expect(
      type.diff(withHoursLeft({ ...state, earlyRenewalHours: 10 }, 11), { ...inputs, earlyRenewalHours: 10 }),
    ).toEqual(none);
  });

  it('is due within them, and past the end', () => {
    const due = { changes: true, diffs: ['readyForRenewal'], replaces: ['readyForRenewal'] };
    expect(
      type.diff(withHoursLeft({ ...state, earlyRenewalHours: 10 }, 9), { ...inputs, earlyRenewalHours: 10 }),
    ).toEqual(due);
    expect(
      type.diff(withHoursLeft({ ...state, earlyRenewalHours: 0 }, -1), { ...inputs, earlyRenewalHours: 0 }),
    ).toEqual(due);
  });

  it('goes by the hours that the program asks for now', () => {
    const before = withHoursLeft({ ...state, earlyRenewalHours: 10 }, 11);
    expect(type.diff(before, { ...inputs, earlyRenewalHours: 12 })).toEqual({
      changes: true,
      diffs: ['earlyRenewalHours', 'readyForRenewal'],
      replaces: ['readyForRenewal'],
    });
  });

  it('changes the hours in place when it is not due', () => {
    const before = { ...state, earlyRenewalHours: 10 };
    const news = { ...inputs, earlyRenewalHours: 11 };
    const expected = { changes: true, diffs: ['earlyRenewalHours'], replaces: [] };
    expect(type.diff(before, news)).toEqual(expected);
    expect(type.update(before, news)).toEqual({ ...state, earlyRenewalHours: 11 });
  });

  it('shows in a refresh', () => {
    expect(type.read(withHoursLeft(state, -1)).outputs['readyForRenewal']).toBe(true);
    expect(type.read(withHoursLeft(state, 30)).outputs['readyForRenewal']).toBe(false);
  });
});
