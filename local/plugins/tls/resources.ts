import type { ResourceType } from '../protocol';
import { stateOnlyType } from '../state-only/resource';
import { certRequest } from './cert-request';
import { locallySignedCert, selfSignedCert } from './certs';
import { privateKey } from './private-key';

/** The resource types of the tls package, by type token. */
export const tlsTypes: Readonly<Record<string, ResourceType>> = {
  'tls:index/certRequest:CertRequest': stateOnlyType(certRequest),
  'tls:index/locallySignedCert:LocallySignedCert': stateOnlyType(locallySignedCert),
  'tls:index/privateKey:PrivateKey': stateOnlyType(privateKey),
  'tls:index/selfSignedCert:SelfSignedCert': stateOnlyType(selfSignedCert),
};
