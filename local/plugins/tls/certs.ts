import { createPublicKey } from 'node:crypto';
import { isObject, UNKNOWN, containsUnknown, type CheckFailure, type Properties } from '../protocol';
import type { StateOnlyResource } from '../state-only/resource';
import { issueCertificate, parseAuthority, type IssuedCertificate } from './certificate';
import {
  alternativeNameFailures,
  certificateOutputs,
  certificateSchema,
  namesSchema,
  privateKeySchema,
  readText,
  subjectSpec,
} from './checks';
import { algorithmOf, belongTogether, parsePrivateKey } from './keys';
import { distinguishedName, type AlternativeNames, type Subject } from './names';
import { isDue } from './renewal';
import { parseRequest } from './request';

interface CertificateInputs {
  readonly allowedUses: readonly string[];
  readonly validityPeriodHours: number;
  readonly isCaCertificate: boolean;
  readonly maxPathLength?: number;
  readonly setSubjectKeyId: boolean;
}

interface SelfSignedCertInputs extends CertificateInputs, AlternativeNames {
  readonly privateKeyPem: string;
  readonly setAuthorityKeyId: boolean;
  readonly subject?: Subject;
}

interface LocallySignedCertInputs extends CertificateInputs {
  readonly caCertPem: string;
  readonly caPrivateKeyPem: string;
  readonly certRequestPem: string;
}

/** A certificate signed by the key it is for: that of an authority, or of a server that is trusted by itself. */
export const selfSignedCert: StateOnlyResource<SelfSignedCertInputs> = {
  schema: {
    ...certificateSchema,
    ...namesSchema,
    ...privateKeySchema('privateKeyPem'),
    setAuthorityKeyId: { type: 'boolean', default: false },
    subject: subjectSpec,
  },
  generatedOutputs: [...certificateOutputs, 'keyAlgorithm'],
  secretOutputs: ['privateKeyPem'],
  readyForRenewal: isDue,
  failures: (inputs) => [
    ...readText(inputs, 'privateKeyPem', parsePrivateKey).failures,
    ...alternativeNameFailures(inputs),
    ...authorityFailures(inputs),
  ],
  generate(inputs) {
    const key = parsePrivateKey(inputs.privateKeyPem);
    const subject = distinguishedName(inputs.subject ?? {});
    const template = { ...inputs, subject, names: inputs, publicKey: createPublicKey(key) };
    const issued = issueCertificate(template, undefined, key);
    return result(issued, { keyAlgorithm: algorithmOf(key) });
  },
};

/** A certificate for a signing request, signed by an authority whose key the program has. */
export const locallySignedCert: StateOnlyResource<LocallySignedCertInputs> = {
  schema: {
    ...certificateSchema,
    ...privateKeySchema('caPrivateKeyPem'),
    caCertPem: { type: 'string', required: true },
    certRequestPem: { type: 'string', required: true },
  },
  generatedOutputs: [...certificateOutputs, 'caKeyAlgorithm'],
  secretOutputs: ['caPrivateKeyPem'],
  readyForRenewal: isDue,
  failures(inputs) {
    const authority = readText(inputs, 'caCertPem', parseAuthority);
    const key = readText(inputs, 'caPrivateKeyPem', parsePrivateKey);
    const request = readText(inputs, 'certRequestPem', parseRequest);
    const failures = [...authority.failures, ...key.failures, ...request.failures];
    if (authority.value && key.value && !belongTogether(authority.value.publicKey, key.value)) {
      const reason = 'caPrivateKeyPem is not the key of the certificate in caCertPem';
      failures.push({ property: 'caPrivateKeyPem', reason });
    }
    if (inputs['isCaCertificate'] === true && request.value?.subject.length === 0) {
      const reason = 'certRequestPem has no subject, which the certificate of an authority must have';
      failures.push({ property: 'certRequestPem', reason });
    }
    return failures;
  },
  generate(inputs) {
    const authority = parseAuthority(inputs.caCertPem);
    const key = parsePrivateKey(inputs.caPrivateKeyPem);
    const template = { ...inputs, ...parseRequest(inputs.certRequestPem) };
    const issued = issueCertificate(template, authority, key);
    return result(issued, { caKeyAlgorithm: algorithmOf(key) });
  },
};

function authorityFailures(inputs: Properties): CheckFailure[] {
  const { isCaCertificate, setAuthorityKeyId, setSubjectKeyId, subject = {} } = inputs;
  const failures: CheckFailure[] = [];
  const named = containsUnknown(subject) || (isObject(subject) && !isNameless(subject));
  if (isCaCertificate === true && !named) {
    const reason =
      'subject is empty; the certificate of an authority must have at least one part, as commonName';
    failures.push({ property: 'subject', reason });
  }
  const hasSubjectKeyId = [isCaCertificate, setSubjectKeyId].some(
    (value) => value === true || value === UNKNOWN,
  );
  if (setAuthorityKeyId === true && !hasSubjectKeyId) {
    const reason =
      'setAuthorityKeyId is true, which needs setSubjectKeyId or isCaCertificate to be true as well';
    failures.push({ property: 'setAuthorityKeyId', reason });
  }
  return failures;
}

function isNameless(subject: Properties): boolean {
  return distinguishedName(subject).length === 0;
}

function result(issued: IssuedCertificate, keyAlgorithm: Properties): { id: string; outputs: Properties } {
  return {
    id: issued.serialNumber,
    outputs: {
      ...keyAlgorithm,
      certPem: issued.pem,
      readyForRenewal: false,
      validityEndTime: issued.notAfter.toISOString(),
      validityStartTime: issued.notBefore.toISOString(),
    },
  };
}
