import { type Identity, metadata } from '../../kubernetes/labels';
import type { Connection, Peer } from '../../network/connections';
import type { Pods } from '../../redis/service';

/** How people come in from outside the cluster. */
export interface IngressSettings {
  /** Class of the controller. @default the cluster's default class */
  readonly class?: string;
  /** Pods of the controller. */
  readonly controller: Omit<Peer, 'name'>;
  /** For controllers that are told by annotations. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Secret in the namespace with the certificate for browsers, such as of cert-manager. */
  readonly secretName: string;
}

/** A server that people reach by a host name of its own. */
export interface Published {
  readonly host: string;
  readonly pods: Pods;
  /** Secret with whom its own certificate is of; it speaks TLS then. @default it speaks none */
  readonly tlsSecretName?: string;
}

/** Secret with the platform's own certificate for browsers. */
export const ingressSecretName = 'monitoring-ingress-tls';

export const ingressIdentity = (namespace: string): Identity => ({
  name: 'ingress',
  component: 'monitoring',
  namespace,
});

/** The controller passes browsers on to the servers. */
export const ingressConnections = (
  { controller }: Pick<IngressSettings, 'controller'>,
  servers: readonly Published[],
): Connection[] =>
  servers.map(({ pods }) => ({
    from: { name: 'ingress-controller', ...controller },
    to: pods,
    port: pods.port,
    purpose: 'people look at monitoring from outside the cluster',
  }));

/** The Ingress of a server: TLS to the controller, and where the server speaks it, on to the server. */
export function ingress(
  namespace: string,
  settings: IngressSettings,
  { host, pods, tlsSecretName }: Published,
) {
  return {
    metadata: {
      ...metadata(ingressIdentity(namespace), pods.name),
      annotations: {
        // A run must not wait for a controller that may come later.
        'pulumi.com/skipAwait': 'true',
        ...(tlsSecretName === undefined ? {} : toTls(namespace, pods.name, tlsSecretName)),
        ...settings.annotations,
      },
    },
    spec: {
      ...(settings.class === undefined ? {} : { ingressClassName: settings.class }),
      tls: [{ hosts: [host], secretName: settings.secretName }],
      rules: [
        {
          host,
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: pods.name, port: { number: pods.port } } },
              },
            ],
          },
        },
      ],
    },
  };
}

// The Ingress API has no words for this; these are of ingress-nginx, and mean nothing to others.
const toTls = (namespace: string, server: string, secretName: string) => ({
  'nginx.ingress.kubernetes.io/backend-protocol': 'HTTPS',
  'nginx.ingress.kubernetes.io/proxy-ssl-secret': `${namespace}/${secretName}`,
  'nginx.ingress.kubernetes.io/proxy-ssl-verify': 'on',
  'nginx.ingress.kubernetes.io/proxy-ssl-name': `${server}.${namespace}.svc`,
});
