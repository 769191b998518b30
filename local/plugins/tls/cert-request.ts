import type { StateOnlyResource } from '../state-only/resource';
import { alternativeNameFailures, namesSchema, privateKeySchema, readText, subjectSpec } from './checks';
import { algorithmOf, contentId, parsePrivateKey } from './keys';
import type { AlternativeNames, Subject } from './names';
import { createRequest, requestPem } from './request';

interface CertRequestInputs extends AlternativeNames {
  readonly privateKeyPem: string;
  readonly subject?: Subject;
}

/** A request to sign a certificate for a key. */
export const certRequest: StateOnlyResource<CertRequestInputs> = {
  schema: { ...namesSchema, ...privateKeySchema('privateKeyPem'), subject: subjectSpec },
  generatedOutputs: ['certRequestPem', 'keyAlgorithm'],
  secretOutputs: ['privateKeyPem'],
  failures: (inputs) => [
    ...readText(inputs, 'privateKeyPem', parsePrivateKey).failures,
    ...alternativeNameFailures(inputs),
  ],
  generate(inputs) {
    const key = parsePrivateKey(inputs.privateKeyPem);
    const der = createRequest(key, inputs.subject ?? {}, inputs);
    const outputs = { certRequestPem: requestPem(der), keyAlgorithm: algorithmOf(key) };
    return { id: contentId(der), outputs };
  },
};
