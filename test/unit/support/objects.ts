import type { Registered } from '../../../scripts/record';

/** The Kubernetes objects of a recording, as far as tests look at them. */
export type Labels = Record<string, string>;

export interface Selector {
  readonly matchLabels?: Labels;
}

export interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels: Labels };
  readonly data?: Labels;
}

export interface Container {
  readonly name: string;
  readonly command: string[];
  readonly env?: unknown[];
  readonly ports?: { containerPort: number }[];
  readonly resources: { requests: Labels; limits: Labels };
}

/** What pods are made from. */
export interface Template {
  readonly metadata: { readonly labels: Labels };
  readonly spec: {
    readonly containers: Container[];
    readonly initContainers?: Container[];
    readonly serviceAccountName: string;
    readonly automountServiceAccountToken: boolean;
    readonly volumes: { configMap?: { name: string }; secret?: { secretName: string } }[];
  };
}

export interface Deployment extends KubernetesObject {
  readonly spec: { readonly replicas: number; readonly selector: Selector; readonly template: Template };
}

export interface StatefulSet extends KubernetesObject {
  readonly spec: Deployment['spec'] & {
    readonly serviceName: string;
    readonly volumeClaimTemplates: { spec: { resources: { requests: Labels } } }[];
  };
}

interface Job {
  readonly spec: { readonly template: Template };
}
interface CronJob {
  readonly spec: { readonly jobTemplate: Job };
}

export interface Service extends KubernetesObject {
  readonly spec: { readonly selector: Labels };
}

interface End {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: object;
}
export interface NetworkPolicy extends KubernetesObject {
  readonly spec: {
    readonly podSelector: Selector;
    readonly ingress?: { from: End[]; ports: { port: number }[] }[];
    readonly egress?: { to: End[]; ports: { port: number }[] }[];
  };
}

export const objectsOf = (resources: readonly Registered[]): KubernetesObject[] =>
  resources
    .filter(({ type }) => type.startsWith('kubernetes:'))
    .map(({ inputs }) => inputs as unknown as KubernetesObject);

/** Those of a kind. */
export const only = <T>(objects: readonly KubernetesObject[], kind: string): T[] =>
  objects.filter((object) => object.kind === kind) as unknown as T[];

/** Pod templates of Jobs and CronJobs. */
export const jobs = (objects: readonly KubernetesObject[]): Template[] => [
  ...only<Job>(objects, 'Job').map(({ spec }) => spec.template),
  ...only<CronJob>(objects, 'CronJob').map(({ spec }) => spec.jobTemplate.spec.template),
];

/** Pod templates of all. */
export const templates = (objects: readonly KubernetesObject[]): Template[] => [
  ...only<StatefulSet>(objects, 'StatefulSet').map(({ spec }) => spec.template),
  ...only<Deployment>(objects, 'Deployment').map(({ spec }) => spec.template),
  ...jobs(objects),
];

/** Of a pod: its own and those beside it. */
export const containersOf = ({ spec }: Template): Container[] => [
  ...spec.containers,
  ...(spec.initContainers ?? []),
];

export const portsOf = (template: Template): number[] =>
  containersOf(template).flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort));

/** Whether a selector picks pods with these labels. */
export const picks = ({ matchLabels = {} }: Selector, labels: Labels): boolean =>
  Object.entries(matchLabels).every(([key, value]) => labels[key] === value);

/** The objects that have one of these texts anywhere, plain or in base64; in a Secret's files, too. */
export function holders(objects: readonly KubernetesObject[], ...texts: readonly string[]): string[] {
  const forms = texts.flatMap((text) => [text, Buffer.from(text).toString('base64')]);
  const holds = (object: KubernetesObject) => {
    const files =
      object.kind === 'Secret'
        ? Object.values(object.data ?? {}).map((file) => Buffer.from(file, 'base64').toString())
        : [];
    return [JSON.stringify(object), ...files].some((where) => forms.some((form) => where.includes(form)));
  };
  return objects
    .filter(holds)
    .map(({ kind, metadata }) => `${kind}/${metadata.name}`)
    .sort();
}
