import fc from 'fast-check';
import { bytes, millicoresOf } from '../../../components/kubernetes/quantity';
import { clientLabel } from '../../../components/network/clients';
import { buildPlatform } from '../../../stacks/platform';
import type { StackConfig } from '../../../stacks/schema';
import { stackConfig } from '../support/arbitrary';
import { passwordOf, record, type Registered } from '../support/recorder';

type Labels = Record<string, string>;
interface Selector {
  readonly matchLabels?: Labels;
}
interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels: Labels };
  readonly spec: Record<string, never>;
}
interface Container {
  readonly command: string[];
  readonly env?: unknown[];
  readonly ports: { containerPort: number }[];
  readonly resources: { requests: Labels; limits: Labels };
}
interface StatefulSet {
  readonly spec: {
    readonly replicas: number;
    readonly selector: Selector;
    readonly serviceName: string;
    readonly template: {
      metadata: { labels: Labels };
      spec: { containers: Container[]; serviceAccountName: string };
    };
    readonly volumeClaimTemplates: { spec: { resources: { requests: Labels } } }[];
  };
}
interface Job {
  readonly spec: { readonly template: StatefulSet['spec']['template'] };
}
interface CronJob {
  readonly spec: { readonly jobTemplate: Job };
}
interface NetworkPolicy {
  readonly spec: {
    readonly podSelector: Selector;
    readonly ingress?: {
      from: { podSelector?: Selector; namespaceSelector?: Selector }[];
      ports: { port: number }[];
    }[];
    readonly egress?: { to: { podSelector?: Selector }[]; ports: { port: number }[] }[];
  };
}

const picks = ({ matchLabels = {} }: Selector, labels: Labels) =>
  Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
const objectsOf = (resources: readonly Registered[]) =>
  resources
    .filter(({ type }) => type.startsWith('kubernetes:'))
    .map(({ inputs }) => inputs as unknown as KubernetesObject);
const only = <T>(objects: readonly KubernetesObject[], kind: string) =>
  objects.filter((object) => object.kind === kind) as unknown as T[];

/** Pod templates of Jobs and CronJobs. */
const jobs = (objects: readonly KubernetesObject[]) => [
  ...only<Job>(objects, 'Job').map(({ spec }) => spec.template),
  ...only<CronJob>(objects, 'CronJob').map(({ spec }) => spec.jobTemplate.spec.template),
];

// All properties are asked of the same configurations, new ones at each run of the tests; a platform is built once for each.
const seed = Date.now() % 2 ** 31;
const built = new Map<string, ReturnType<typeof build>>();
const build = async (config: StackConfig) => objectsOf((await record(() => buildPlatform(config))).resources);

/** Holds for the platform of any valid configuration. */
const always = (holds: (objects: readonly KubernetesObject[], config: StackConfig) => void) =>
  fc.assert(
    fc.asyncProperty(stackConfig, async (config) => {
      const key = JSON.stringify(config);
      const objects = built.get(key) ?? build(config);
      built.set(key, objects);
      holds(await objects, config);
    }),
    { numRuns: 20, seed },
  );

test('every object has a name of its own among its kind, the standard labels, and lives in the namespace', () =>
  always((objects, { namespace }) => {
    const names = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    for (const { kind, metadata } of objects) {
      expect(metadata.labels).toMatchObject({
        'app.kubernetes.io/part-of': 'session-database',
        'app.kubernetes.io/managed-by': 'pulumi',
        'app.kubernetes.io/instance': namespace,
      });
      expect(kind === 'Namespace' ? metadata.name : metadata.namespace).toBe(namespace);
    }
  }));

test('selectors of StatefulSets and Services pick the pods, and never by a version', () =>
  always((objects) => {
    for (const { spec } of only<StatefulSet>(objects, 'StatefulSet')) {
      expect(picks(spec.selector, spec.template.metadata.labels)).toBe(true);
      const services = only<{ metadata: { name: string }; spec: { selector: Labels } }>(objects, 'Service');
      expect(
        services.map((service) =>
          picks({ matchLabels: service.spec.selector }, spec.template.metadata.labels),
        ),
      ).toEqual([true, true]);
      expect(services.map(({ metadata }) => metadata.name)).toContain(spec.serviceName);
      const accounts = only<KubernetesObject>(objects, 'ServiceAccount').map(({ metadata }) => metadata.name);
      expect(accounts).toContain(spec.template.spec.serviceAccountName);
      expect(
        JSON.stringify([spec.selector, ...services.map((service) => service.spec.selector)]),
      ).not.toContain('version');
    }
  }));

test('what a pod of a job mounts and is, is there: its account, its ConfigMap, its Secret', () =>
  always((objects) => {
    const named = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    for (const { spec } of jobs(objects)) {
      const { serviceAccountName, volumes } = spec as unknown as {
        serviceAccountName: string;
        volumes: { configMap?: { name: string }; secret?: { secretName: string } }[];
      };
      expect(named).toEqual(
        expect.arrayContaining([
          `ServiceAccount/${serviceAccountName}`,
          ...volumes.map(({ configMap, secret }) =>
            configMap ? `ConfigMap/${configMap.name}` : `Secret/${secret?.secretName}`,
          ),
        ]),
      );
    }
  }));

test('the ports that policies open into the pods are the ports the pods have, for every client and nobody else', () =>
  always((objects, { clients, namespace }) => {
    const [pod] = only<StatefulSet>(objects, 'StatefulSet').map(({ spec }) => spec.template);
    const policies = only<NetworkPolicy>(objects, 'NetworkPolicy').map(({ spec }) => spec);
    const into = policies.filter(
      (spec) => spec.podSelector.matchLabels && picks(spec.podSelector, pod!.metadata.labels),
    );
    const rules = into.flatMap(({ ingress = [] }) => ingress);
    const containerPorts = pod!.spec.containers.flatMap(({ ports }) =>
      ports.map((port) => port.containerPort),
    );
    expect(new Set(rules.flatMap(({ ports }) => ports.map(({ port }) => port)))).toEqual(
      new Set(containerPorts),
    );
    expect(rules.flatMap(({ from }) => from)).toEqual([
      { podSelector: { matchLabels: clientLabel } },
      ...clients.map((client) => ({
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': client.namespace } },
        podSelector: { matchLabels: client.podLabels },
      })),
      ...['sessions-library', 'sessions-cleanup'].map((job) => ({
        podSelector: {
          matchLabels: {
            'app.kubernetes.io/name': job,
            'app.kubernetes.io/instance': namespace,
            'app.kubernetes.io/component': 'sessions',
          },
        },
      })),
    ]);
    expect(into.flatMap(({ egress = [] }) => egress)).toEqual([]);
  }));

const memory = ({ resources }: Container) => bytes(resources.limits['memory']!);
const cpu = ({ resources }: Container) => millicoresOf(resources.requests['cpu']!)!;

test('what the pods ask for fits the quota', () =>
  always((objects, { quota }) => {
    const sets = only<StatefulSet>(objects, 'StatefulSet').map(({ spec }) => spec);
    const sum = (read: (spec: StatefulSet['spec']) => number) =>
      sets.reduce((total, spec) => total + spec.replicas * read(spec), 0);
    const ofJobs = (read: (container: Container) => number) =>
      jobs(objects)
        .flatMap(({ spec }) => spec.containers)
        .reduce((total, container) => total + read(container), 0);
    const containers = (spec: StatefulSet['spec'], read: (container: Container) => number) =>
      spec.template.spec.containers.reduce((total, container) => total + read(container), 0);
    expect(sum((spec) => containers(spec, memory)) + ofJobs(memory)).toBeLessThanOrEqual(bytes(quota.memory));
    expect(sum((spec) => containers(spec, cpu)) + ofJobs(cpu)).toBeLessThanOrEqual(millicoresOf(quota.cpu)!);
    expect(
      sum(({ volumeClaimTemplates: [claim] }) => bytes(claim!.spec.resources.requests['storage']!)),
    ).toBeLessThanOrEqual(bytes(quota.storage));
    expect(sum(() => 1) + jobs(objects).length).toBeLessThanOrEqual(quota.pods);
  }));

test('no password is anywhere but in its own Secret: no ConfigMap, argument, environment or annotation has one', () =>
  always((objects) => {
    const roles = ['application', 'cleanup', 'deployer', 'admin', 'probe', 'proxy'];
    const forms = roles.flatMap((role) => {
      const password = passwordOf(`credentials-${role}-password`);
      return [password, Buffer.from(password).toString('base64')];
    });
    const holders = objects
      .filter((object) => forms.some((form) => JSON.stringify(object).includes(form)))
      .map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(holders.sort()).toEqual(
      ['application', 'cleanup', 'deployer', 'probe', 'proxy'].map((role) => `Secret/redis-${role}`),
    );
    const containers = [
      ...only<StatefulSet>(objects, 'StatefulSet').map(({ spec }) => spec.template),
      ...jobs(objects),
    ].flatMap(({ spec }) => spec.containers);
    expect(containers).toHaveLength(3);
    expect(containers.map(({ env }) => env)).toEqual(containers.map(() => undefined));
  }));
