import { sign, verify, type KeyObject } from 'node:crypto';
import { AlgorithmIdentifier } from '@peculiar/asn1-x509';
import { algorithmOf, curveOf, type Algorithm } from './keys';

interface Scheme {
  readonly oid: string;
  readonly key: Algorithm;
  /** ED25519 hashes by itself. */
  readonly hash: 'sha256' | 'sha384' | 'sha512' | null;
}

const RSA_SHA256: Scheme = { oid: '1.2.840.113549.1.1.11', key: 'RSA', hash: 'sha256' };
const ECDSA_SHA256: Scheme = { oid: '1.2.840.10045.4.3.2', key: 'ECDSA', hash: 'sha256' };
const ECDSA_SHA384: Scheme = { oid: '1.2.840.10045.4.3.3', key: 'ECDSA', hash: 'sha384' };
const ECDSA_SHA512: Scheme = { oid: '1.2.840.10045.4.3.4', key: 'ECDSA', hash: 'sha512' };
const ED25519: Scheme = { oid: '1.3.101.112', key: 'ED25519', hash: null };

/** Those that requests made elsewhere may be signed with; SHA-1 is not among them. */
const ACCEPTED: readonly Scheme[] = [
  RSA_SHA256,
  { oid: '1.2.840.113549.1.1.12', key: 'RSA', hash: 'sha384' },
  { oid: '1.2.840.113549.1.1.13', key: 'RSA', hash: 'sha512' },
  ECDSA_SHA256,
  ECDSA_SHA384,
  ECDSA_SHA512,
  ED25519,
];

function schemeFor(key: KeyObject): Scheme {
  switch (algorithmOf(key)) {
    case 'RSA':
      return RSA_SHA256;
    case 'ED25519':
      return ED25519;
    case 'ECDSA': {
      // A hash as long as the curve is strong.
      const curve = curveOf(key);
      if (curve === 'P521') return ECDSA_SHA512;
      return curve === 'P384' ? ECDSA_SHA384 : ECDSA_SHA256;
    }
  }
}

/** The identifier of the signatures that {@link signBytes} makes with the key. */
export function signatureAlgorithm(key: KeyObject): AlgorithmIdentifier {
  const { oid, key: algorithm } = schemeFor(key);
  // RFC 4055 wants NULL parameters with RSA, RFC 5758 and RFC 8410 none with the others.
  return new AlgorithmIdentifier(
    algorithm === 'RSA' ? { algorithm: oid, parameters: null } : { algorithm: oid },
  );
}

/** Signs with the hash that suits the key; ECDSA signatures are in DER. */
export function signBytes(content: Uint8Array, key: KeyObject): Buffer {
  return sign(schemeFor(key).hash, content, key);
}

/** Whether the signature of that algorithm over the content is the key's; false for an algorithm not accepted. */
export function isSignedBy(
  content: Uint8Array,
  signature: Uint8Array,
  algorithm: string,
  key: KeyObject,
): boolean {
  const scheme = ACCEPTED.find(({ oid }) => oid === algorithm);
  return (
    scheme !== undefined && scheme.key === algorithmOf(key) && verify(scheme.hash, content, key, signature)
  );
}
