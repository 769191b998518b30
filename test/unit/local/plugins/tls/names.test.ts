import { AsnConvert } from '@peculiar/asn1-schema';
import {
  alternativeNameProblem,
  distinguishedName,
  generalNames,
} from '../../../../../local/plugins/tls/names';

it('writes the parts of a name in the order of RFC 2253 reversed, as the official plugin', () => {
  const name = distinguishedName({
    commonName: 'cn',
    country: 'CH',
    emailAddress: 'a@b.c',
    locality: 'l',
    organization: 'o',
    organizationalUnit: 'ou',
    postalCode: 'pc',
    province: 'st',
    serialNumber: 'sn',
    streetAddresses: ['one', 'two'],
  });
  const parts = [...name].map((part) => [...part].map(({ type, value }) => `${type}=${value.toString()}`));
  expect(parts).toEqual([
    ['2.5.4.6=CH'],
    ['2.5.4.10=o'],
    ['2.5.4.11=ou'],
    ['2.5.4.7=l'],
    ['2.5.4.8=st'],
    ['2.5.4.9=one', '2.5.4.9=two'],
    ['2.5.4.17=pc'],
    ['2.5.4.3=cn'],
    ['2.5.4.5=sn'],
    ['1.2.840.113549.1.9.1=a@b.c'],
  ]);
});

it('writes the members of a set in the order of their encodings', () => {
  const one = AsnConvert.serialize(distinguishedName({ streetAddresses: ['bb', 'a', 'ü'] }));
  const two = AsnConvert.serialize(distinguishedName({ streetAddresses: ['ü', 'a', 'bb'] }));
  expect(Buffer.from(one)).toEqual(Buffer.from(two));
});

it('leaves out what is missing, null or empty', () => {
  const subject = { commonName: 'x', country: '', locality: null, streetAddresses: [''] };
  expect(distinguishedName(subject)).toHaveLength(1);
});

it.each([
  ['plain Text 1.0', 'printableString'],
  ['*.wild', 'utf8String'],
  ['a & b', 'utf8String'],
  ['Zürich', 'utf8String'],
] as const)('encodes %p as %s', (text, kind) => {
  const [attribute] = distinguishedName({ commonName: text })[0] ?? [];
  expect(attribute?.value[kind]).toBe(text);
});

it('lists DNS names, then addresses, then URIs', () => {
  const list = generalNames({ uris: ['spiffe://a/b'], ipAddresses: ['10.0.0.1'], dnsNames: ['a.b', '*.c'] });
  expect(
    list.map(({ dNSName, iPAddress, uniformResourceIdentifier }) => [
      dNSName,
      iPAddress,
      uniformResourceIdentifier,
    ]),
  ).toEqual([
    ['a.b', undefined, undefined],
    ['*.c', undefined, undefined],
    [undefined, '10.0.0.1', undefined],
    [undefined, undefined, 'spiffe://a/b'],
  ]);
});

it.each([
  ['10.0.0.1', '87040a000001'],
  ['::1', `8710${'00'.repeat(15)}01`],
  ['2001:DB8::a', '871020010db800000000000000000000000a'],
  ['::ffff:1.2.3.4', '870401020304'],
  ['::ffff:102:304', '870401020304'],
  ['64:ff9b::1.2.3.4', '87100064ff9b000000000000000001020304'],
])('encodes the address %s', (address, hex) => {
  const [name] = generalNames({ ipAddresses: [address] });
  expect(Buffer.from(AsnConvert.serialize(name)).toString('hex')).toBe(hex);
});

it.each([
  ['dnsNames', '*.a-b.example', undefined],
  ['dnsNames', '', 'is "", allowed are one or more ASCII characters without spaces'],
  ['dnsNames', 'zürich.ch', 'is "zürich.ch", allowed are one or more ASCII characters without spaces'],
  ['dnsNames', 'a b', 'is "a b", allowed are one or more ASCII characters without spaces'],
  ['ipAddresses', '10.0.0.1', undefined],
  ['ipAddresses', 'fe80::1', undefined],
  ['ipAddresses', 'fe80::1%eth0', 'is "fe80::1%eth0", which is not an IP address'],
  ['ipAddresses', '10.0.0.256', 'is "10.0.0.256", which is not an IP address'],
  ['ipAddresses', '10.0.0.0/8', 'is "10.0.0.0/8", which is not an IP address'],
  ['uris', 'spiffe://cluster/ns/a', undefined],
  ['uris', 'no-scheme', 'is "no-scheme", which is not a URI with a scheme'],
] as const)('judges %s %p', (kind, value, problem) => {
  expect(alternativeNameProblem(kind, value)).toBe(problem);
});
