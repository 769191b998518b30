import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { decodePem } from './pem';

export const ALGORITHMS = ['RSA', 'ECDSA', 'ED25519'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

export const CURVES = ['P224', 'P256', 'P384', 'P521'] as const;
export type Curve = (typeof CURVES)[number];

/** OpenSSL's names of the curves; it knows P-256 by an older one. */
const OPENSSL_CURVES: Record<Curve, string> = {
  P224: 'secp224r1',
  P256: 'prime256v1',
  P384: 'secp384r1',
  P521: 'secp521r1',
};

export type KeySpec =
  { algorithm: 'RSA'; bits: number } | { algorithm: 'ECDSA'; curve: Curve } | { algorithm: 'ED25519' };

/** A new private key. RSA keys have the public exponent 65537. */
export function generateKey(spec: KeySpec): KeyObject {
  switch (spec.algorithm) {
    case 'RSA':
      return generateKeyPairSync('rsa', { modulusLength: spec.bits }).privateKey;
    case 'ECDSA':
      return generateKeyPairSync('ec', { namedCurve: OPENSSL_CURVES[spec.curve] }).privateKey;
    case 'ED25519':
      return generateKeyPairSync('ed25519').privateKey;
  }
}

/** The algorithm of a key, private or public. @throws Error for a key that certificates here are not made with. */
export function algorithmOf(key: KeyObject): Algorithm {
  if (key.asymmetricKeyType === 'rsa') return 'RSA';
  if (key.asymmetricKeyType === 'ed25519') return 'ED25519';
  if (key.asymmetricKeyType === 'ec' && curveOf(key)) return 'ECDSA';
  const curve = key.asymmetricKeyDetails?.namedCurve;
  throw new Error(
    `is a key of type ${key.asymmetricKeyType ?? 'secret'}${curve ? ` on the curve ${curve}` : ''}; allowed are RSA, ` +
      `ECDSA on ${CURVES.join(', ')}, and ED25519`,
  );
}

/** The curve of an ECDSA key, undefined for any other key. */
export function curveOf(key: KeyObject): Curve | undefined {
  const name = key.asymmetricKeyDetails?.namedCurve;
  return CURVES.find((curve) => OPENSSL_CURVES[curve] === name);
}

/**
 * Reads a private key: PKCS#1, SEC 1 or PKCS#8, not encrypted.
 * @throws Error that says what is wrong without repeating the text.
 */
export function parsePrivateKey(text: string): KeyObject {
  const { label, pem } = decodePem(text, ['RSA PRIVATE KEY', 'EC PRIVATE KEY', 'PRIVATE KEY']);
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new Error(`cannot be read as a private key, although its PEM block says "${label}"`);
  }
  algorithmOf(key);
  return key;
}

/** The public half in DER (SubjectPublicKeyInfo). */
export function publicKeyDer(key: KeyObject): Buffer {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return publicKey.export({ type: 'spki', format: 'der' });
}

/**
 * Whether a public key is that of a private key. `KeyObject.equals` would leave an error behind in OpenSSL when their
 * types differ, and the next private key that is read would fail with it (Node 20).
 */
export function belongTogether(publicKey: KeyObject, privateKey: KeyObject): boolean {
  return publicKeyDer(publicKey).equals(publicKeyDer(privateKey));
}

/** The public half of a private key in PEM. */
export function publicKeyPem(key: KeyObject): string {
  return createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
}

/** A private key in its traditional PEM form: PKCS#1 for RSA, SEC 1 for ECDSA, PKCS#8 for ED25519, which has no other. */
export function traditionalPem(key: KeyObject): string {
  const forms = { RSA: 'pkcs1', ECDSA: 'sec1', ED25519: 'pkcs8' } as const;
  return key.export({ type: forms[algorithmOf(key)], format: 'pem' }).toString();
}

/** SHA-1 in hexadecimal, the form of ids that name something by its content. */
export function contentId(content: Uint8Array): string {
  return createHash('sha1').update(content).digest('hex');
}
