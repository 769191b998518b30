import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import {
  algorithmOf,
  belongTogether,
  contentId,
  curveOf,
  generateKey,
  parsePrivateKey,
  publicKeyDer,
  publicKeyPem,
  traditionalPem,
  type KeySpec,
} from '../../../../../local/plugins/tls/keys';

const specs: [string, KeySpec, string][] = [
  ['RSA', { algorithm: 'RSA', bits: 2048 }, 'RSA PRIVATE KEY'],
  ['ECDSA P224', { algorithm: 'ECDSA', curve: 'P224' }, 'EC PRIVATE KEY'],
  ['ECDSA P256', { algorithm: 'ECDSA', curve: 'P256' }, 'EC PRIVATE KEY'],
  ['ECDSA P384', { algorithm: 'ECDSA', curve: 'P384' }, 'EC PRIVATE KEY'],
  ['ECDSA P521', { algorithm: 'ECDSA', curve: 'P521' }, 'EC PRIVATE KEY'],
  ['ED25519', { algorithm: 'ED25519' }, 'PRIVATE KEY'],
];

describe.each(specs)('a key of %s', (_, spec, label) => {
  const key = generateKey(spec);

  it('says what it is', () => {
    expect(algorithmOf(key)).toBe(spec.algorithm);
    expect(curveOf(key)).toBe(spec.algorithm === 'ECDSA' ? spec.curve : undefined);
  });

  it('has its traditional PEM form, from which the same key is read', () => {
    const pem = traditionalPem(key);
    expect(pem.startsWith(`-----BEGIN ${label}-----\n`)).toBe(true);
    expect(pem.endsWith(`-----END ${label}-----\n`)).toBe(true);
    expect(parsePrivateKey(pem).equals(key)).toBe(true);
  });

  it('is read from PKCS #8 as well', () => {
    const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(parsePrivateKey(pem).equals(key)).toBe(true);
  });

  it('has one public half in PEM and DER', () => {
    const fromPem = createPublicKey(publicKeyPem(key));
    const fromDer = createPublicKey({ key: publicKeyDer(key), format: 'der', type: 'spki' });
    expect(fromPem.equals(createPublicKey(key))).toBe(true);
    expect(fromDer.equals(fromPem)).toBe(true);
  });
});

it('makes RSA keys of the size asked for, with the exponent 65537', () => {
  const details = generateKey({ algorithm: 'RSA', bits: 3072 }).asymmetricKeyDetails;
  expect(details).toEqual({ modulusLength: 3072, publicExponent: 65537n });
});

describe('parsePrivateKey', () => {
  const secret = 'hunter2-in-no-message';
  const pem = (label: string): string =>
    `-----BEGIN ${label}-----\n${btoa(secret)}\n-----END ${label}-----\n`;
  const expected =
    'expected one that begins with "-----BEGIN RSA PRIVATE KEY-----" or "-----BEGIN EC PRIVATE KEY-----" or ' +
    '"-----BEGIN PRIVATE KEY-----"';
  const encrypted = generateKeyPairSync('ed25519').privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'x',
  });
  const koblitz = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey;
  const pss = generateKeyPairSync('rsa-pss', { modulusLength: 1024 }).privateKey;
  const allowed = 'allowed are RSA, ECDSA on P224, P256, P384, P521, and ED25519';

  it.each([
    ['a text that is no PEM', secret, `is not PEM: ${expected.replace('one that', 'a text that')}`],
    ['a certificate', pem('CERTIFICATE'), `is a PEM block of type "CERTIFICATE", ${expected}`],
    ['an encrypted key', encrypted.toString(), `is a PEM block of type "ENCRYPTED PRIVATE KEY", ${expected}`],
    [
      'an empty block',
      '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----',
      'is an empty PEM block of type "PRIVATE KEY"',
    ],
    [
      'a block with something else in it',
      pem('PRIVATE KEY'),
      'cannot be read as a private key, although its PEM block says "PRIVATE KEY"',
    ],
    [
      'another curve',
      koblitz.export({ type: 'sec1', format: 'pem' }).toString(),
      `is a key of type ec on the curve secp256k1; ${allowed}`,
    ],
    [
      'another algorithm',
      pss.export({ type: 'pkcs8', format: 'pem' }).toString(),
      `is a key of type rsa-pss; ${allowed}`,
    ],
  ])('refuses %s without repeating it', (_, text, message) => {
    expect(() => parsePrivateKey(text)).toThrow(new Error(message));
  });

  it('takes the first of several blocks, whatever stands before it', () => {
    const [first, second] = [generateKey({ algorithm: 'ED25519' }), generateKey({ algorithm: 'ED25519' })];
    const text = `the key:\n${traditionalPem(first)}${traditionalPem(second)}`;
    expect(parsePrivateKey(text).equals(first)).toBe(true);
  });

  it('reads Windows line ends', () => {
    const key = generateKey({ algorithm: 'ED25519' });
    expect(parsePrivateKey(traditionalPem(key).replaceAll('\n', '\r\n')).equals(key)).toBe(true);
    expect(createPrivateKey(traditionalPem(key)).equals(key)).toBe(true);
  });
});

it('tells which keys belong together, and leaves nothing behind that fails the next one', () => {
  const [one, other] = [
    generateKey({ algorithm: 'ED25519' }),
    generateKey({ algorithm: 'ECDSA', curve: 'P256' }),
  ];
  expect(belongTogether(createPublicKey(one), one)).toBe(true);
  expect(belongTogether(createPublicKey(one), other)).toBe(false);
  expect(() => parsePrivateKey(traditionalPem(one))).not.toThrow();
});

it('names content by its SHA-1', () => {
  expect(contentId(Buffer.from('abc'))).toBe('a9993e364706816aba3e25717850c26c9cd0d89d');
});
