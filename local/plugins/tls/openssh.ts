import { createHash, randomBytes, type JsonWebKey, type KeyObject } from 'node:crypto';
import { algorithmOf, curveOf } from './keys';
import { encodePem } from './pem';

/** The forms of a key that OpenSSH knows. */
export interface OpensshForms {
  /** PEM text "OPENSSH PRIVATE KEY", not encrypted, without a comment. */
  readonly privateKey: string;
  /** A line of authorized_keys, with its newline. */
  readonly publicKey: string;
  /** 16 bytes in hexadecimal with colons, without a prefix. */
  readonly fingerprintMd5: string;
  /** `SHA256:` and unpadded base64. */
  readonly fingerprintSha256: string;
}

/** OpenSSH names of the curves; OpenSSH knows no P224. */
const CURVE_NAMES = { P224: undefined, P256: 'nistp256', P384: 'nistp384', P521: 'nistp521' } as const;

/** The OpenSSH forms of a private key, undefined for a key that OpenSSH has no form of (ECDSA on P224). */
export function opensshForms(key: KeyObject): OpensshForms | undefined {
  const parts = keyParts(key);
  if (!parts) return undefined;
  const blob = Buffer.concat([string(parts.type), ...parts.publicFields]);
  const md5 = createHash('md5').update(blob).digest('hex').match(/../g) ?? [];
  const sha256 = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '');
  return {
    privateKey: privateKeyText(parts, blob),
    publicKey: `${parts.type} ${blob.toString('base64')}\n`,
    fingerprintMd5: md5.join(':'),
    fingerprintSha256: `SHA256:${sha256}`,
  };
}

interface KeyParts {
  readonly type: string;
  readonly publicFields: Buffer[];
  readonly privateFields: Buffer[];
}

function keyParts(key: KeyObject): KeyParts | undefined {
  // Neither has JSON Web Key a name for P224.
  if (curveOf(key) === 'P224') return undefined;
  const jwk = key.export({ format: 'jwk' });
  const field = (name: keyof JsonWebKey): Buffer => Buffer.from(jwk[name] as string, 'base64url');
  switch (algorithmOf(key)) {
    case 'RSA': {
      const [n, e, d, iqmp, p, q] = (['n', 'e', 'd', 'qi', 'p', 'q'] as const).map((name) =>
        integer(field(name)),
      );
      // The public form has the exponent first, the private one the modulus.
      return { type: 'ssh-rsa', publicFields: [e, n], privateFields: [n, e, d, iqmp, p, q] } as KeyParts;
    }
    case 'ECDSA': {
      const curve = CURVE_NAMES[curveOf(key) ?? 'P224'];
      if (!curve) return undefined;
      const point = Buffer.concat([Buffer.of(4), field('x'), field('y')]);
      const publicFields = [string(curve), string(point)];
      return {
        type: `ecdsa-sha2-${curve}`,
        publicFields,
        privateFields: [...publicFields, integer(field('d'))],
      };
    }
    case 'ED25519': {
      const [seed, point] = [field('d'), field('x')];
      return {
        type: 'ssh-ed25519',
        publicFields: [string(point)],
        privateFields: [string(point), string(Buffer.concat([seed, point]))],
      };
    }
  }
}

/** The format of OpenSSH's PROTOCOL.key, with the cipher "none". */
function privateKeyText(parts: KeyParts, publicBlob: Buffer): string {
  const check = randomBytes(4);
  const fields = Buffer.concat([check, check, string(parts.type), ...parts.privateFields, string('')]);
  const padding = Buffer.from(Array.from({ length: (8 - (fields.length % 8)) % 8 }, (_, index) => index + 1));
  const content = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    string('none'),
    string('none'),
    string(''),
    uint32(1),
    string(publicBlob),
    string(Buffer.concat([fields, padding])),
  ]);
  return encodePem('OPENSSH PRIVATE KEY', content);
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}

function string(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

/** SSH's `mpint` of an unsigned number: no leading zeros but the one that keeps it positive. */
function integer(unsigned: Buffer): Buffer {
  let start = 0;
  while (start < unsigned.length && unsigned[start] === 0) start += 1;
  const digits = unsigned.subarray(start);
  return string((digits[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), digits]) : digits);
}
