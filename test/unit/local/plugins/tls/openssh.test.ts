import { createPrivateKey } from 'node:crypto';
import { generateKey, parsePrivateKey } from '../../../../../local/plugins/tls/keys';
import { opensshForms } from '../../../../../local/plugins/tls/openssh';

/** The fields of a blob: each a length in four bytes and its content. */
function fields(blob: Buffer): Buffer[] {
  if (blob.length === 0) return [];
  const end = 4 + blob.readUInt32BE();
  return [blob.subarray(4, end), ...fields(blob.subarray(end))];
}

it('gives the public forms that ssh-keygen gives', () => {
  const seed = Buffer.from('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 'hex');
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const forms = opensshForms(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }));
  expect(forms?.publicKey).toBe(
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4\n',
  );
  expect(forms?.fingerprintMd5).toBe('f1:02:17:de:ef:c1:30:83:11:8b:82:a0:0e:67:7f:d5');
  expect(forms?.fingerprintSha256).toBe('SHA256:lbmsoA0yIEcEiVDRnMWuzm+nV+3ZEEpVIURqFoeSspg');
});

it.each([
  [{ algorithm: 'RSA', bits: 2048 }, 'ssh-rsa', 3],
  [{ algorithm: 'ECDSA', curve: 'P256' }, 'ecdsa-sha2-nistp256', 3],
  [{ algorithm: 'ECDSA', curve: 'P384' }, 'ecdsa-sha2-nistp384', 3],
  [{ algorithm: 'ECDSA', curve: 'P521' }, 'ecdsa-sha2-nistp521', 3],
  [{ algorithm: 'ED25519' }, 'ssh-ed25519', 2],
] as const)('names the type of %j inside and outside the public key', (spec, type, count) => {
  const [name, blob] = (opensshForms(generateKey(spec))?.publicKey ?? '').trim().split(' ');
  const parts = fields(Buffer.from(blob ?? '', 'base64'));
  expect([name, parts[0]?.toString(), parts.length]).toEqual([type, type, count]);
});

it('keeps numbers positive: one whose first bit is set has a zero byte before it', () => {
  const key = generateKey({ algorithm: 'RSA', bits: 2048 });
  const blob = Buffer.from(opensshForms(key)?.publicKey.split(' ')[1] ?? '', 'base64');
  const [, exponent, modulus] = fields(blob);
  expect(exponent?.toString('hex')).toBe('010001');
  expect(modulus?.subarray(0, 1).toString('hex')).toBe('00');
  expect(modulus?.subarray(1).toString('base64url')).toBe(key.export({ format: 'jwk' }).n);
});

it('has no form for a key on P224', () => {
  expect(opensshForms(generateKey({ algorithm: 'ECDSA', curve: 'P224' }))).toBeUndefined();
});

it('writes the private key in whole blocks of eight bytes, padded by counting', () => {
  // Whatever the numbers' lengths, which decide how much must be padded.
  const forms = Array.from({ length: 20 }, () =>
    opensshForms(generateKey({ algorithm: 'ECDSA', curve: 'P521' })),
  );
  for (const form of forms) {
    const content = Buffer.from((form?.privateKey ?? '').replace(/-----.*-----|\n/g, ''), 'base64');
    expect(content.subarray(0, 15).toString()).toBe('openssh-key-v1\0');
    const [cipher, derivation, options] = fields(content.subarray(15, 15 + 20));
    expect([cipher, derivation, options].map(String)).toEqual(['none', 'none', '']);
    const [publicBlob, secret] = fields(content.subarray(15 + 20 + 4));
    expect(publicBlob?.toString('base64')).toBe(form?.publicKey.trim().split(' ')[1]);
    expect((secret?.length ?? 1) % 8).toBe(0);
    expect(secret?.subarray(0, 4)).toEqual(secret?.subarray(4, 8));
  }
});

it('does not read its own private form: the resources take the traditional ones', () => {
  const pem = opensshForms(generateKey({ algorithm: 'ED25519' }))?.privateKey ?? '';
  expect(() => parsePrivateKey(pem)).toThrow(/^is a PEM block of type "OPENSSH PRIVATE KEY", expected one/);
});
