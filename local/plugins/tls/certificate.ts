import { createHash, createPublicKey, randomBytes, type KeyObject } from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import type { Name } from '@peculiar/asn1-x509';
import {
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectKeyIdentifier,
  KeyIdentifier,
  KeyUsage,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';
import { algorithmOf, publicKeyDer } from './keys';
import type { AlternativeNames } from './names';
import { decodePem, encodePem } from './pem';
import { alternativeNameExtension } from './request';
import { signatureAlgorithm, signBytes } from './signature';
import { extendedKeyUsages, keyUsageFlags } from './uses';

const HOUR_MS = 3_600_000;

/** What a certificate is to say of its subject. */
export interface CertificateTemplate {
  readonly subject: Name;
  readonly names: AlternativeNames;
  readonly publicKey: KeyObject;
  /** Names of {@link ALLOWED_USES}. */
  readonly allowedUses: readonly string[];
  readonly validityPeriodHours: number;
  readonly isCaCertificate: boolean;
  /** How many authorities may stand below this one; undefined for any number. Only for authorities. */
  readonly maxPathLength?: number | undefined;
  /** An authority always has a subject key identifier. */
  readonly setSubjectKeyId: boolean;
  /** Only for a certificate signed by its own key: others name the authority's key whenever it has an identifier. */
  readonly setAuthorityKeyId?: boolean;
}

/** Who signs. */
export interface Authority {
  readonly subject: Name;
  readonly subjectKeyId: Buffer | undefined;
  readonly publicKey: KeyObject;
}

/** A signed certificate. */
export interface IssuedCertificate {
  /** In decimal. */
  readonly serialNumber: string;
  readonly pem: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/**
 * Signs a certificate (X.509 v3) that is valid from `now` on.
 * @param authority whose certificate signs; undefined for a certificate signed by the key it is for.
 * @param key the private key that signs.
 */
export function issueCertificate(
  template: CertificateTemplate,
  authority: Authority | undefined,
  key: KeyObject,
  now = new Date(),
): IssuedCertificate {
  const notAfter = new Date(now.getTime() + template.validityPeriodHours * HOUR_MS);
  const serial = randomBytes(16);
  const unsigned = new TBSCertificate({
    version: Version.v3,
    serialNumber: positiveInteger(serial),
    signature: signatureAlgorithm(key),
    issuer: authority?.subject ?? template.subject,
    validity: new Validity({ notBefore: now, notAfter }),
    subject: template.subject,
    subjectPublicKeyInfo: AsnConvert.parse(publicKeyDer(template.publicKey), SubjectPublicKeyInfo),
    extensions: new Extensions(extensions(template, authority)),
  });
  const signature = signBytes(Buffer.from(AsnConvert.serialize(unsigned)), key);
  const certificate = new Certificate({
    tbsCertificate: unsigned,
    signatureAlgorithm: signatureAlgorithm(key),
    signatureValue: exactBuffer(signature),
  });
  return {
    serialNumber: BigInt(`0x${serial.toString('hex')}`).toString(),
    pem: encodePem('CERTIFICATE', Buffer.from(AsnConvert.serialize(certificate))),
    notBefore: now,
    notAfter,
  };
}

/** Reads the certificate of an authority. @throws Error, the end of a sentence, when it is not a certificate. */
export function parseAuthority(text: string): Authority {
  const { der } = decodePem(text, ['CERTIFICATE']);
  try {
    const { tbsCertificate } = AsnConvert.parse(der, Certificate);
    const identifier = tbsCertificate.extensions?.find(({ extnID }) => extnID === id_ce_subjectKeyIdentifier);
    const spki = Buffer.from(AsnConvert.serialize(tbsCertificate.subjectPublicKeyInfo));
    return {
      subject: tbsCertificate.subject,
      subjectKeyId:
        identifier && Buffer.from(AsnConvert.parse(identifier.extnValue, SubjectKeyIdentifier).buffer),
      publicKey: createPublicKey({ key: spki, format: 'der', type: 'spki' }),
    };
  } catch {
    throw new Error('cannot be read as a certificate');
  }
}

/** In the order of Go's crypto/x509, which the official plugin signs with. */
function extensions(template: CertificateTemplate, authority: Authority | undefined): Extension[] {
  const subject = Buffer.from(AsnConvert.serialize(template.subject));
  const issuer = authority ? Buffer.from(AsnConvert.serialize(authority.subject)) : subject;
  const subjectKeyId =
    template.isCaCertificate || template.setSubjectKeyId ? keyIdentifier(template.publicKey) : undefined;
  const namedKeyId = template.setAuthorityKeyId ? (authority?.subjectKeyId ?? subjectKeyId) : undefined;
  const authorityKeyId = subject.equals(issuer) ? namedKeyId : authority?.subjectKeyId;

  const flags = keyUsageFlags(template.allowedUses);
  const extended = extendedKeyUsages(template.allowedUses);
  const constraints = new BasicConstraints({ cA: template.isCaCertificate });
  if (template.isCaCertificate && template.maxPathLength !== undefined) {
    constraints.pathLenConstraint = template.maxPathLength;
  }
  return [
    flags === 0 ? undefined : extension(id_ce_keyUsage, new KeyUsage(flags), true),
    extended.length === 0 ? undefined : extension(id_ce_extKeyUsage, new ExtendedKeyUsage(extended)),
    extension(id_ce_basicConstraints, constraints, true),
    subjectKeyId && extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(subjectKeyId)),
    authorityKeyId &&
      extension(
        id_ce_authorityKeyIdentifier,
        new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(authorityKeyId) }),
      ),
    // With no subject, the alternative names are all that says whose certificate it is (RFC 5280, 4.2.1.6).
    alternativeNameExtension(template.names, template.subject.length === 0),
  ].filter((item) => item !== undefined);
}

function extension(extnID: string, value: object, critical = false): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

/**
 * SHA-1 of the public key's bits (RFC 5280, 4.2.1.2, method 1). For ED25519 the official plugin hashes the key as an
 * OCTET STRING, and identifiers must not change with the plugin.
 */
function keyIdentifier(publicKey: KeyObject): Buffer {
  const { subjectPublicKey } = AsnConvert.parse(publicKeyDer(publicKey), SubjectPublicKeyInfo);
  const bits = Buffer.from(subjectPublicKey);
  const header = algorithmOf(publicKey) === 'ED25519' ? Buffer.of(0x04, bits.length) : Buffer.alloc(0);
  return createHash('sha1').update(header).update(bits).digest();
}

/** The content of a DER INTEGER that is not negative. */
function positiveInteger(digits: Buffer): ArrayBuffer {
  const trimmed = digits.subarray(digits.findIndex((byte) => byte !== 0));
  return exactBuffer((trimmed[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), trimmed]) : trimmed);
}

/** Small Buffers share one ArrayBuffer; this is one of their own. */
function exactBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
