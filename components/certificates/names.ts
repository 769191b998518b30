import type { Input } from '@pulumi/pulumi';

/** What a server is called by those who dial it; its certificate is valid for these only. */
export interface ServerNames {
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly Input<string>[];
}

/** The server itself, for whoever dials it inside its pod: probes, and people. */
const itself: ServerNames = { dnsNames: ['localhost'], ipAddresses: ['127.0.0.1', '::1'] };

/** Every name of a Service, from the short one that works in its own namespace to the full one of a cluster with the usual domain. */
export function serviceNames(service: string, namespace: string): string[] {
  const inNamespace = `${service}.${namespace}`;
  return [service, inNamespace, `${inNamespace}.svc`, `${inNamespace}.svc.cluster.local`];
}

/** Every name of the pods of a StatefulSet, whatever their number, by its headless Service. */
export function podNames(headless: string, namespace: string): string[] {
  return serviceNames(headless, namespace)
    .slice(1)
    .map((name) => `*.${name}`);
}

/**
 * The names of a server behind Services.
 * @param ipAddresses - of those who dial it by address @default only loopback
 */
export function serverNames(
  dnsNames: readonly string[],
  ipAddresses: readonly Input<string>[] = [],
): ServerNames {
  return {
    dnsNames: [...itself.dnsNames, ...dnsNames],
    ipAddresses: [...itself.ipAddresses, ...ipAddresses],
  };
}
