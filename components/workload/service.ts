import { type Identity, metadata, selectorLabels } from '../kubernetes/labels';

/** A port of a Service, which is the pods' own. */
export interface ServicePort {
  /** What it is called. */
  readonly name: string;
  readonly port: number;
  /** Name of the pods' port. @default that of the Service's */
  readonly target?: string;
}

const ports = ({ name, port, target = name }: ServicePort) => [
  { name, port, targetPort: target, protocol: 'TCP' },
];

/** The Service that leads to any pod of a part. @param name - its name, which clients know */
export const service = (identity: Identity, name: string, port: ServicePort) => ({
  metadata: metadata(identity, name),
  spec: { type: 'ClusterIP', selector: selectorLabels(identity), ports: ports(port) },
});

/**
 * The headless Service that names the pods of a part.
 * @param beforeReady - whether pods are found before they are ready @default false
 */
export const headlessService = (
  identity: Identity,
  name: string,
  port: ServicePort,
  beforeReady = false,
) => ({
  metadata: metadata(identity, name),
  spec: {
    clusterIP: 'None',
    ...(beforeReady ? { publishNotReadyAddresses: true } : {}),
    selector: selectorLabels(identity),
    ports: ports(port),
  },
});
