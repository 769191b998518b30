import { createPublicKey } from 'node:crypto';
import { generateKey, type KeySpec } from '../../../../../local/plugins/tls/keys';
import { createRequest, parseRequest, requestPem } from '../../../../../local/plugins/tls/request';

const specs: KeySpec[] = [
  { algorithm: 'RSA', bits: 2048 },
  { algorithm: 'ECDSA', curve: 'P224' },
  { algorithm: 'ECDSA', curve: 'P256' },
  { algorithm: 'ECDSA', curve: 'P384' },
  { algorithm: 'ECDSA', curve: 'P521' },
  { algorithm: 'ED25519' },
];

it.each(specs)('reads back what a request signed with %j asks for', (spec) => {
  const key = generateKey(spec);
  const names = { dnsNames: ['a.b'], ipAddresses: ['10.0.0.1', 'fe80::1'], uris: ['spiffe://a/b'] };
  const parsed = parseRequest(requestPem(createRequest(key, { commonName: 'x' }, names)));
  expect(parsed.publicKey.equals(createPublicKey(key))).toBe(true);
  expect(parsed.names).toEqual(names);
  expect(parsed.subject[0]?.[0]?.value.toString()).toBe('x');
});

it('asks for no extension when there are no names', () => {
  const der = createRequest(generateKey({ algorithm: 'ED25519' }), {}, {});
  const parsed = parseRequest(requestPem(der));
  expect(parsed.names).toEqual({ dnsNames: [], ipAddresses: [], uris: [] });
  expect(parsed.subject).toHaveLength(0);
  // The attributes are there, but empty: an implicit [0] of length 0.
  expect(der.includes(Buffer.of(0xa0, 0x00))).toBe(true);
});

it.each(specs)('refuses a request of %j that was changed after it was signed', (spec) => {
  const der = createRequest(generateKey(spec), { commonName: 'good' }, {});
  der.write('evil', der.indexOf('good'));
  expect(() => parseRequest(requestPem(der))).toThrow(
    new Error('is a certificate request whose signature is not that of the key in it'),
  );
});

it('refuses what is no request', () => {
  const other = '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n';
  expect(() => parseRequest(other)).toThrow(new Error('cannot be read as a certificate request'));
  expect(() => parseRequest('')).toThrow(
    new Error('is not PEM: expected a text that begins with "-----BEGIN CERTIFICATE REQUEST-----"'),
  );
});
