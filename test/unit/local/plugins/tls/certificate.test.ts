import { createHash, createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate } from '@peculiar/asn1-x509';
import {
  issueCertificate,
  parseAuthority,
  type CertificateTemplate,
} from '../../../../../local/plugins/tls/certificate';
import { generateKey, type KeySpec } from '../../../../../local/plugins/tls/keys';
import { distinguishedName } from '../../../../../local/plugins/tls/names';
import { ALLOWED_USES } from '../../../../../local/plugins/tls/uses';

const OIDS = {
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  basicConstraints: '2.5.29.19',
  subjectKeyId: '2.5.29.14',
  authorityKeyId: '2.5.29.35',
  alternativeNames: '2.5.29.17',
};

const now = new Date('2026-01-02T03:04:05.678Z');
const caKey = generateKey({ algorithm: 'ECDSA', curve: 'P256' });
const leafKey = generateKey({ algorithm: 'ECDSA', curve: 'P256' });

function template(key: KeyObject, changes: Partial<CertificateTemplate> = {}): CertificateTemplate {
  return {
    subject: distinguishedName({ commonName: 'leaf' }),
    names: {},
    publicKey: createPublicKey(key),
    allowedUses: [],
    validityPeriodHours: 1,
    isCaCertificate: false,
    setSubjectKeyId: false,
    ...changes,
  };
}

const caTemplate = template(caKey, {
  subject: distinguishedName({ commonName: 'ca' }),
  allowedUses: ['cert_signing'],
  isCaCertificate: true,
});
const ca = issueCertificate(caTemplate, undefined, caKey, now);
const authority = parseAuthority(ca.pem);

/** The extensions of a certificate by their identifiers, each as `critical` or `plain` and its value. */
function extensionsOf(pem: string): Map<string, string> {
  const { tbsCertificate } = AsnConvert.parse(new X509Certificate(pem).raw, Certificate);
  return new Map(
    [...(tbsCertificate.extensions ?? [])].map(({ extnID, critical, extnValue }) => [
      extnID,
      `${critical ? 'critical' : 'plain'} ${Buffer.from(extnValue.buffer).toString('hex')}`,
    ]),
  );
}

function issued(changes: Partial<CertificateTemplate>): Map<string, string> {
  return extensionsOf(issueCertificate(template(leafKey, changes), authority, caKey, now).pem);
}

function keyIdOf(key: KeyObject): string {
  const jwk = createPublicKey(key).export({ format: 'jwk' });
  const point = [jwk.x, jwk.y].map((part) => Buffer.from(part ?? '', 'base64url'));
  return createHash('sha1')
    .update(Buffer.concat([Buffer.of(4), ...point]))
    .digest('hex');
}

it('is valid from now on, for the hours asked for, under a serial number of its own', () => {
  const certificate = new X509Certificate(ca.pem);
  expect(ca.notBefore).toEqual(now);
  expect(ca.notAfter).toEqual(new Date('2026-01-02T04:04:05.678Z'));
  expect([certificate.validFrom, certificate.validTo]).toEqual([
    'Jan  2 03:04:05 2026 GMT',
    'Jan  2 04:04:05 2026 GMT',
  ]);
  const many = Array.from({ length: 50 }, () => issueCertificate(caTemplate, undefined, caKey));
  const serials = many.map(({ pem }) => BigInt(`0x${new X509Certificate(pem).serialNumber}`));
  expect(serials.map(String)).toEqual(many.map(({ serialNumber }) => serialNumber));
  expect(new Set(serials).size).toBe(50);
  expect(serials.every((serial) => serial > 0n && serial < 1n << 128n)).toBe(true);
  // 128 random bits: that none of fifty fills more than 120 is not to be expected.
  expect(serials.some((serial) => serial >= 1n << 120n)).toBe(true);
});

it('goes on past 2049, where the encoding of dates changes', () => {
  const hours = 30 * 365 * 24;
  const { pem } = issueCertificate({ ...caTemplate, validityPeriodHours: hours }, undefined, caKey, now);
  expect(new X509Certificate(pem).validTo).toBe('Dec 26 03:04:05 2055 GMT');
});

it.each<[KeySpec, string]>([
  [{ algorithm: 'RSA', bits: 2048 }, '1.2.840.113549.1.1.11'],
  [{ algorithm: 'ECDSA', curve: 'P224' }, '1.2.840.10045.4.3.2'],
  [{ algorithm: 'ECDSA', curve: 'P256' }, '1.2.840.10045.4.3.2'],
  [{ algorithm: 'ECDSA', curve: 'P384' }, '1.2.840.10045.4.3.3'],
  [{ algorithm: 'ECDSA', curve: 'P521' }, '1.2.840.10045.4.3.4'],
  [{ algorithm: 'ED25519' }, '1.3.101.112'],
])('is signed by a key of %j with its own algorithm, and by no other key', (spec, oid) => {
  const key = generateKey(spec);
  const own = { ...caTemplate, publicKey: createPublicKey(key) };
  const root = issueCertificate(own, undefined, key, now);
  const leaf = issueCertificate(template(leafKey), parseAuthority(root.pem), key, now);
  const [rootCertificate, leafCertificate] = [new X509Certificate(root.pem), new X509Certificate(leaf.pem)];
  expect(AsnConvert.parse(leafCertificate.raw, Certificate).signatureAlgorithm.algorithm).toBe(oid);
  expect(rootCertificate.verify(createPublicKey(key))).toBe(true);
  expect(leafCertificate.verify(createPublicKey(key))).toBe(true);
  expect(leafCertificate.checkIssued(rootCertificate)).toBe(true);
  expect(leafCertificate.verify(createPublicKey(leafKey))).toBe(false);
});

describe('extensions', () => {
  it('of a plain certificate: it is no authority, and names the key of its authority', () => {
    expect(issued({})).toEqual(
      new Map([
        [OIDS.basicConstraints, 'critical 3000'],
        [OIDS.authorityKeyId, `plain 30168014${keyIdOf(caKey)}`],
      ]),
    );
  });

  it('of an authority: it may sign, and has an identifier of its key without being asked', () => {
    expect(extensionsOf(ca.pem)).toEqual(
      new Map([
        [OIDS.keyUsage, 'critical 03020204'],
        [OIDS.basicConstraints, 'critical 30030101ff'],
        [OIDS.subjectKeyId, `plain 0414${keyIdOf(caKey)}`],
      ]),
    );
  });

  it('of a certificate with its own key identifier', () => {
    expect(issued({ setSubjectKeyId: true }).get(OIDS.subjectKeyId)).toBe(`plain 0414${keyIdOf(leafKey)}`);
  });

  it('of a self-signed certificate: its own key as its authority only when asked for', () => {
    const { pem } = issueCertificate({ ...caTemplate, setAuthorityKeyId: true }, undefined, caKey);
    expect(extensionsOf(pem).get(OIDS.authorityKeyId)).toBe(`plain 30168014${keyIdOf(caKey)}`);
  });

  it.each([
    [0, '30060101ff020100'],
    [3, '30060101ff020103'],
  ])('limits the authorities below one to %p', (maxPathLength, value) => {
    const { pem } = issueCertificate({ ...caTemplate, maxPathLength }, undefined, caKey);
    expect(extensionsOf(pem).get(OIDS.basicConstraints)).toBe(`critical ${value}`);
  });

  it('ignores the limit for what is no authority', () => {
    expect(issued({ maxPathLength: 1 }).get(OIDS.basicConstraints)).toBe('critical 3000');
  });

  it('writes the alternative names, critical when there is no other name', () => {
    const names = { dnsNames: ['a.b'], ipAddresses: ['10.0.0.1'] };
    const value = '300b8203612e6287040a000001';
    expect(issued({ names }).get(OIDS.alternativeNames)).toBe(`plain ${value}`);
    const nameless = { names, subject: distinguishedName({}) };
    expect(issued(nameless).get(OIDS.alternativeNames)).toBe(`critical ${value}`);
  });

  it.each([
    ['digital_signature', '03020780'],
    ['content_commitment', '03020640'],
    ['key_encipherment', '03020520'],
    ['data_encipherment', '03020410'],
    ['key_agreement', '03020308'],
    ['cert_signing', '03020204'],
    ['crl_signing', '03020102'],
    ['encipher_only', '03020001'],
    ['decipher_only', '0303070080'],
  ])('writes the key usage %s', (use, value) => {
    expect(issued({ allowedUses: [use] }).get(OIDS.keyUsage)).toBe(`critical ${value}`);
  });

  it('keeps the extended uses in the order given', () => {
    const order = (allowedUses: string[]): string[] | undefined =>
      new X509Certificate(issueCertificate(template(leafKey, { allowedUses }), authority, caKey).pem)
        .keyUsage;
    const [server, client] = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'];
    expect(order(['server_auth', 'digital_signature', 'client_auth'])).toEqual([server, client]);
    expect(order(['client_auth', 'server_auth'])).toEqual([client, server]);
  });

  it('writes every extended use', () => {
    const { pem } = issueCertificate(template(leafKey, { allowedUses: ALLOWED_USES }), authority, caKey);
    expect(new X509Certificate(pem).keyUsage).toEqual([
      '2.5.29.37.0',
      '1.3.6.1.5.5.7.3.2',
      '1.3.6.1.5.5.7.3.3',
      '1.3.6.1.5.5.7.3.4',
      '1.3.6.1.5.5.7.3.5',
      '1.3.6.1.5.5.7.3.6',
      '1.3.6.1.5.5.7.3.7',
      '1.3.6.1.4.1.311.2.1.22',
      '1.3.6.1.4.1.311.61.1.1',
      '1.3.6.1.4.1.311.10.3.3',
      '2.16.840.1.113730.4.1',
      '1.3.6.1.5.5.7.3.9',
      '1.3.6.1.5.5.7.3.1',
      '1.3.6.1.5.5.7.3.8',
    ]);
  });
});

it('hashes an ED25519 key for its identifier as the official plugin does', () => {
  const key = generateKey({ algorithm: 'ED25519' });
  const { pem } = issueCertificate(template(key, { setSubjectKeyId: true }), undefined, key);
  const bytes = Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url');
  const expected = createHash('sha1')
    .update(Buffer.concat([Buffer.of(4, 32), bytes]))
    .digest('hex');
  expect(extensionsOf(pem).get(OIDS.subjectKeyId)).toBe(`plain 0414${expected}`);
});

it('refuses what is no certificate as an authority', () => {
  const other = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  expect(() => parseAuthority(other)).toThrow(new Error('cannot be read as a certificate'));
});
