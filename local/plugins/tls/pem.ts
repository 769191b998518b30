/** Ways of wrapping DER in text that the tls resources read or write. */
export type PemLabel =
  | 'RSA PRIVATE KEY'
  | 'EC PRIVATE KEY'
  | 'PRIVATE KEY'
  | 'OPENSSH PRIVATE KEY'
  | 'PUBLIC KEY'
  | 'CERTIFICATE'
  | 'CERTIFICATE REQUEST';

/** PEM text of some bytes: lines of 64 characters, a newline at the end. */
export function encodePem(label: PemLabel, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/**
 * The first PEM block of a text. The error says what was expected and never repeats the text: it may be a secret.
 * @throws Error when there is no block, or its label is not one of those allowed.
 */
export function decodePem(
  text: string,
  allowed: readonly PemLabel[],
): { label: PemLabel; der: Buffer; pem: string } {
  const expected = allowed.map((label) => `"-----BEGIN ${label}-----"`).join(' or ');
  const block = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n([\s\S]*?)-----END \1-----/.exec(text);
  if (!block) throw new Error(`is not PEM: expected a text that begins with ${expected}`);
  const label = allowed.find((candidate) => candidate === block[1]);
  if (!label)
    throw new Error(`is a PEM block of type "${block[1]}", expected one that begins with ${expected}`);
  const der = Buffer.from(block[2] ?? '', 'base64');
  if (der.length === 0) throw new Error(`is an empty PEM block of type "${label}"`);
  return { label, der, pem: `${block[0]}\n` };
}
