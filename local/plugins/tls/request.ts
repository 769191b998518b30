import { createPublicKey, type KeyObject } from 'node:crypto';
import { AsnConvert, AsnProp, AsnPropTypes, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  Attribute,
  Extension,
  Extensions,
  id_ce_subjectAltName,
  Name,
  SubjectAlternativeName,
  SubjectPublicKeyInfo,
} from '@peculiar/asn1-x509';
import { algorithmOf, publicKeyDer } from './keys';
import { distinguishedName, generalNames, type AlternativeNames, type Subject } from './names';
import { decodePem, encodePem } from './pem';
import { isSignedBy, signatureAlgorithm, signBytes } from './signature';

/** PKCS #9 extensionRequest: the attribute that holds the extensions wished for. */
const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';

/** CertificationRequestInfo of RFC 2986. */
class RequestInfo {
  version = 0;
  subject = new Name();
  subjectPublicKeyInfo = new SubjectPublicKeyInfo();
  attributes: Attribute[] = [];
}
AsnProp({ type: AsnPropTypes.Integer })(RequestInfo.prototype, 'version');
AsnProp({ type: Name })(RequestInfo.prototype, 'subject');
AsnProp({ type: SubjectPublicKeyInfo })(RequestInfo.prototype, 'subjectPublicKeyInfo');
AsnProp({ type: Attribute, context: 0, implicit: true, repeated: 'set' })(
  RequestInfo.prototype,
  'attributes',
);

/** CertificationRequest of RFC 2986. */
class Request {
  info = new RequestInfo();
  /** The bytes that were signed, when the request was read. */
  infoRaw?: ArrayBuffer;
  signatureAlgorithm = new AlgorithmIdentifier();
  signature = new ArrayBuffer(0);
}
AsnProp({ type: RequestInfo, raw: true })(Request.prototype, 'info');
AsnProp({ type: AlgorithmIdentifier })(Request.prototype, 'signatureAlgorithm');
AsnProp({ type: AsnPropTypes.BitString })(Request.prototype, 'signature');

/** What a signing request asks for. */
export interface RequestedCertificate {
  readonly subject: Name;
  readonly names: AlternativeNames;
  readonly publicKey: KeyObject;
}

/** The extension that holds the names; undefined when there are none. */
export function alternativeNameExtension(names: AlternativeNames, critical: boolean): Extension | undefined {
  const list = generalNames(names);
  if (list.length === 0) return undefined;
  const value = AsnConvert.serialize(new SubjectAlternativeName(list));
  return new Extension({ extnID: id_ce_subjectAltName, critical, extnValue: new OctetString(value) });
}

/** A signing request (PKCS #10) in DER, signed with the key that the certificate is to be for. */
export function createRequest(key: KeyObject, subject: Subject, names: AlternativeNames): Buffer {
  const info = new RequestInfo();
  info.subject = distinguishedName(subject);
  info.subjectPublicKeyInfo = AsnConvert.parse(publicKeyDer(key), SubjectPublicKeyInfo);
  const extension = alternativeNameExtension(names, false);
  if (extension) {
    const values = [AsnConvert.serialize(new Extensions([extension]))];
    info.attributes = [new Attribute({ type: EXTENSION_REQUEST, values })];
  }
  const request = new Request();
  request.info = info;
  request.signatureAlgorithm = signatureAlgorithm(key);
  request.signature = new Uint8Array(signBytes(Buffer.from(AsnConvert.serialize(info)), key)).buffer;
  return Buffer.from(AsnConvert.serialize(request));
}

/** PEM text of a request in DER. */
export function requestPem(der: Uint8Array): string {
  return encodePem('CERTIFICATE REQUEST', der);
}

/**
 * Reads a signing request. Of the names, DNS names, addresses and URIs are taken, as only these are asked for here.
 * @throws Error, the end of a sentence, when it is not one or its signature is not that of its own key.
 */
export function parseRequest(text: string): RequestedCertificate {
  const { der } = decodePem(text, ['CERTIFICATE REQUEST']);
  let request: Request;
  let publicKey: KeyObject;
  try {
    request = AsnConvert.parse(der, Request);
    publicKey = createPublicKey({
      key: Buffer.from(AsnConvert.serialize(request.info.subjectPublicKeyInfo)),
      format: 'der',
      type: 'spki',
    });
  } catch {
    throw new Error('cannot be read as a certificate request');
  }
  algorithmOf(publicKey);
  const signed = Buffer.from(request.infoRaw ?? new ArrayBuffer(0));
  const { algorithm } = request.signatureAlgorithm;
  if (!isSignedBy(signed, Buffer.from(request.signature), algorithm, publicKey)) {
    throw new Error('is a certificate request whose signature is not that of the key in it');
  }
  return { subject: request.info.subject, names: requestedNames(request.info.attributes), publicKey };
}

function requestedNames(attributes: readonly Attribute[]): AlternativeNames {
  const extensions = attributes
    .filter(({ type }) => type === EXTENSION_REQUEST)
    .flatMap(({ values }) => values.flatMap((value) => [...AsnConvert.parse(value, Extensions)]));
  const names = extensions
    .filter(({ extnID }) => extnID === id_ce_subjectAltName)
    .flatMap(({ extnValue }) => [...AsnConvert.parse(extnValue.buffer, SubjectAlternativeName)]);
  return {
    dnsNames: names.flatMap(({ dNSName }) => dNSName ?? []),
    ipAddresses: names.flatMap(({ iPAddress }) => iPAddress ?? []),
    uris: names.flatMap(({ uniformResourceIdentifier }) => uniformResourceIdentifier ?? []),
  };
}
