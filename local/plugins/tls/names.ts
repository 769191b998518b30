import { isIP } from 'node:net';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  AttributeTypeAndValue,
  AttributeValue,
  GeneralName,
  Name,
  RelativeDistinguishedName,
} from '@peculiar/asn1-x509';

/** The parts of a distinguished name; what is missing, null or empty is left out. */
export interface Subject {
  readonly commonName?: string | null;
  readonly country?: string | null;
  readonly emailAddress?: string | null;
  readonly locality?: string | null;
  readonly organization?: string | null;
  readonly organizationalUnit?: string | null;
  readonly postalCode?: string | null;
  readonly province?: string | null;
  readonly serialNumber?: string | null;
  readonly streetAddresses?: readonly string[] | null;
}

/** The names that a certificate is for, beside its subject. */
export interface AlternativeNames {
  readonly dnsNames?: readonly string[] | null;
  readonly ipAddresses?: readonly string[] | null;
  readonly uris?: readonly string[] | null;
}

/** In the order in which they are written. */
const ATTRIBUTES = [
  ['country', '2.5.4.6'],
  ['organization', '2.5.4.10'],
  ['organizationalUnit', '2.5.4.11'],
  ['locality', '2.5.4.7'],
  ['province', '2.5.4.8'],
  ['streetAddresses', '2.5.4.9'],
  ['postalCode', '2.5.4.17'],
  ['commonName', '2.5.4.3'],
  ['serialNumber', '2.5.4.5'],
  ['emailAddress', '1.2.840.113549.1.9.1'],
] as const;

/** The distinguished name of a subject; several street addresses are one part with several values. */
export function distinguishedName(subject: Subject): Name {
  const parts = ATTRIBUTES.flatMap(([property, type]) => {
    const values = [subject[property] ?? []].flat().filter((value) => value !== '');
    const attributes = values.map(
      (value) => new AttributeTypeAndValue({ type, value: attributeValue(property, value) }),
    );
    return attributes.length === 0 ? [] : [new RelativeDistinguishedName(inSetOrder(attributes))];
  });
  return new Name(parts);
}

/** DER wants the members of a set in the order of their encodings. */
function inSetOrder(attributes: AttributeTypeAndValue[]): AttributeTypeAndValue[] {
  const encoded = (attribute: AttributeTypeAndValue): Buffer => Buffer.from(AsnConvert.serialize(attribute));
  return attributes.sort((left, right) => Buffer.compare(encoded(left), encoded(right)));
}

function attributeValue(property: keyof Subject, value: string): AttributeValue {
  if (property === 'emailAddress') return new AttributeValue({ ia5String: value });
  const printable = /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value);
  return new AttributeValue(printable ? { printableString: value } : { utf8String: value });
}

/** The alternative names in the order DNS, IP, URI. They must have passed {@link alternativeNameProblem}. */
export function generalNames(names: AlternativeNames): GeneralName[] {
  return [
    ...(names.dnsNames ?? []).map((dNSName) => new GeneralName({ dNSName })),
    ...(names.ipAddresses ?? []).map((address) => new GeneralName({ iPAddress: canonicalAddress(address) })),
    ...(names.uris ?? []).map((uri) => new GeneralName({ uniformResourceIdentifier: uri })),
  ];
}

/** What is wrong with an alternative name, as the end of a sentence; undefined when nothing is. */
export function alternativeNameProblem(kind: keyof AlternativeNames, value: string): string | undefined {
  if (kind === 'ipAddresses') {
    return isIP(value) === 0 || value.includes('%') ? `is "${value}", which is not an IP address` : undefined;
  }
  if (!/^[\x21-\x7e]+$/.test(value)) {
    return `is "${value}", allowed are one or more ASCII characters without spaces`;
  }
  if (kind === 'uris' && !URL.canParse(value)) return `is "${value}", which is not a URI with a scheme`;
  return undefined;
}

/** An address in the one form that the encoder reads: IPv6 in hexadecimal groups, one that maps IPv4 as IPv4. */
function canonicalAddress(address: string): string {
  if (isIP(address) === 4) return address;
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(groups);
  if (!mapped) return groups;
  return mapped
    .slice(1)
    .map((group) => parseInt(group, 16))
    .flatMap((value) => [value >> 8, value & 0xff])
    .join('.');
}
