import type { StateOnlyResource } from '../state-only/resource';
import {
  ALGORITHMS,
  contentId,
  CURVES,
  generateKey,
  publicKeyDer,
  publicKeyPem,
  traditionalPem,
  type Algorithm,
  type Curve,
  type KeySpec,
} from './keys';
import { opensshForms } from './openssh';

interface PrivateKeyInputs {
  readonly algorithm: Algorithm;
  readonly ecdsaCurve: Curve;
  readonly rsaBits: number;
}

const secretOutputs = ['privateKeyOpenssh', 'privateKeyPem', 'privateKeyPemPkcs8'];

/** A private key with its public half in every form that programs ask for. */
export const privateKey: StateOnlyResource<PrivateKeyInputs> = {
  schema: {
    algorithm: { type: 'string', required: true, allowed: ALGORITHMS },
    ecdsaCurve: { type: 'string', default: 'P224', allowed: CURVES },
    // Below 1024 bits nothing accepts the key; above 16384 OpenSSL itself refuses it.
    rsaBits: { type: 'integer', default: 2048, minimum: 1024, maximum: 16384 },
  },
  generatedOutputs: [
    ...secretOutputs,
    'publicKeyFingerprintMd5',
    'publicKeyFingerprintSha256',
    'publicKeyOpenssh',
    'publicKeyPem',
  ],
  secretOutputs,
  schemaVersion: '1',
  generate(inputs) {
    const key = generateKey(keySpec(inputs));
    const openssh = opensshForms(key);
    return {
      id: contentId(publicKeyDer(key)),
      outputs: {
        privateKeyOpenssh: openssh?.privateKey ?? '',
        privateKeyPem: traditionalPem(key),
        privateKeyPemPkcs8: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
        publicKeyFingerprintMd5: openssh?.fingerprintMd5 ?? '',
        publicKeyFingerprintSha256: openssh?.fingerprintSha256 ?? '',
        publicKeyOpenssh: openssh?.publicKey ?? '',
        publicKeyPem: publicKeyPem(key),
      },
    };
  },
};

function keySpec({ algorithm, ecdsaCurve, rsaBits }: PrivateKeyInputs): KeySpec {
  switch (algorithm) {
    case 'RSA':
      return { algorithm, bits: rsaBits };
    case 'ECDSA':
      return { algorithm, curve: ecdsaCurve };
    case 'ED25519':
      return { algorithm };
  }
}
