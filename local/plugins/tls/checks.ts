import type { CheckFailure, Properties } from '../protocol';
import type { PropertySpec, Schema } from '../state-only/schema';
import { isList } from '../state-only/schema';
import { alternativeNameProblem, type AlternativeNames } from './names';
import { ALLOWED_USES } from './uses';

const text: PropertySpec = { type: 'string' };
const names: PropertySpec = { type: 'strings' };

/** A distinguished name. */
export const subjectSpec: PropertySpec = {
  type: {
    commonName: text,
    country: text,
    emailAddress: text,
    locality: text,
    organization: text,
    organizationalUnit: text,
    postalCode: text,
    province: text,
    serialNumber: text,
    streetAddresses: names,
  },
};

/** Properties of what is for certain names. */
export const namesSchema: Schema = { dnsNames: names, ipAddresses: names, uris: names };

/** Hours of ten thousand years would end after the last date that a certificate can hold; of one thousand, not. */
const MAX_HOURS = 1000 * 365 * 24;

/** Properties of every certificate. */
export const certificateSchema: Schema = {
  allowedUses: { type: 'strings', required: true, allowed: ALLOWED_USES },
  earlyRenewalHours: { type: 'integer', default: 0, minimum: 0, changesInPlace: true },
  isCaCertificate: { type: 'boolean', default: false },
  maxPathLength: { type: 'integer', minimum: 0 },
  setSubjectKeyId: { type: 'boolean', default: false },
  validityPeriodHours: { type: 'integer', required: true, minimum: 0, maximum: MAX_HOURS },
};

/** Outputs that every certificate has beside its inputs and the algorithm of the key. */
export const certificateOutputs = ['certPem', 'readyForRenewal', 'validityEndTime', 'validityStartTime'];

/** The schema of a private key that the program gives, and of its write-only form, which is refused. */
export function privateKeySchema(name: 'privateKeyPem' | 'caPrivateKeyPem'): Schema {
  const refused = `is not supported by the embedded plugin; use ${name}, which is encrypted in the state`;
  return {
    [name]: { type: 'string', required: true },
    [`${name}Wo`]: { type: 'string', refused },
    [`${name}WoVersion`]: { type: 'integer', refused },
  };
}

/** What is wrong with the alternative names; unknown ones are taken to be right. */
export function alternativeNameFailures(inputs: Properties): CheckFailure[] {
  return (['dnsNames', 'ipAddresses', 'uris'] satisfies (keyof AlternativeNames)[]).flatMap((kind) => {
    const list = inputs[kind];
    if (!isList(list)) return [];
    return list.flatMap((value, index) => {
      const problem = typeof value === 'string' ? alternativeNameProblem(kind, value) : undefined;
      const property = `${kind}[${index}]`;
      return problem === undefined ? [] : [{ property, reason: `${property} ${problem}` }];
    });
  });
}

/**
 * Reads the text of a property: its value, or what is wrong with it; undefined for both when it is not known yet.
 * @param parse its error's message is the end of a sentence that begins with the property's name.
 */
export function readText<T>(
  inputs: Properties,
  property: string,
  parse: (text: string) => T,
): { readonly value?: T; readonly failures: CheckFailure[] } {
  const given = inputs[property];
  if (typeof given !== 'string') return { failures: [] };
  try {
    return { value: parse(given), failures: [] };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { failures: [{ property, reason: `${property} ${problem}` }] };
  }
}
