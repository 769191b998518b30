import fc from 'fast-check';
import { bytes, millicoresOf } from '../../../components/kubernetes/quantity';
import { clientLabel } from '../../../components/network/clients';
import { buildPlatform } from '../../../stacks/platform';
import type { StackConfig } from '../../../stacks/schema';
import { receiverSecretMark, stackConfig } from '../support/arbitrary';
import {
  type Container,
  containersOf,
  type Deployment,
  holders,
  jobs,
  type KubernetesObject,
  type Labels,
  type NetworkPolicy,
  objectsOf,
  only,
  picks,
  portsOf,
  type Service,
  type StatefulSet,
  type Template,
  templates,
} from '../support/objects';
import { hashOf, keyOf, passwordOf, record } from '../../../scripts/record';

// Building them is the work, and the first property's.
jest.setTimeout(300_000);

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

const isRead = ({ monitoring }: StackConfig) => monitoring.mode !== 'off';
/** By servers of its own. */
const isWatched = ({ monitoring }: StackConfig) => monitoring.mode === 'bundled';
const hasGrafana = ({ monitoring }: StackConfig) =>
  monitoring.mode === 'bundled' && monitoring.grafana.enabled;

// What is in no namespace tells by its name whose it is.
const clusterWide: Record<string, (namespace: string) => string> = {
  Namespace: (namespace) => namespace,
  ClusterRole: (namespace) => `${namespace}-prometheus`,
  ClusterRoleBinding: (namespace) => `${namespace}-prometheus`,
};

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
      const named = clusterWide[kind]?.(namespace);
      expect([kind, metadata.name, metadata.namespace]).toEqual([
        kind,
        named ?? metadata.name,
        named === undefined ? namespace : undefined,
      ]);
    }
  }));

test('selectors of StatefulSets and Services pick the pods, and never by a version', () =>
  always((objects) => {
    const services = only<Service>(objects, 'Service');
    const pickedBy = (labels: Labels) =>
      services.filter(({ spec }) => picks({ matchLabels: spec.selector }, labels));
    const sets = only<StatefulSet>(objects, 'StatefulSet');
    for (const { metadata, spec } of sets) {
      expect(picks(spec.selector, spec.template.metadata.labels)).toBe(true);
      // The one that names its pods, and the one for those who dial it.
      const names = pickedBy(spec.template.metadata.labels).map((service) => service.metadata.name);
      expect(names.sort()).toEqual([metadata.name, spec.serviceName]);
    }
    const picked = templates(objects).flatMap(({ metadata }) => pickedBy(metadata.labels));
    expect(new Set(picked)).toEqual(new Set(services));
    expect(picked).toHaveLength(services.length);
    const selectors = [
      ...sets.map(({ spec }) => spec.selector),
      ...services.map(({ spec }) => spec.selector),
    ];
    expect(JSON.stringify(selectors)).not.toContain('version');
  }));

test('what a pod mounts and is, is there: its account, its ConfigMaps, its Secrets', () =>
  always((objects) => {
    const named = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    for (const { spec } of templates(objects)) {
      expect(named).toEqual(
        expect.arrayContaining([
          `ServiceAccount/${spec.serviceAccountName}`,
          ...spec.volumes.flatMap(({ configMap, secret }) => [
            ...(configMap === undefined ? [] : [`ConfigMap/${configMap.name}`]),
            ...(secret === undefined ? [] : [`Secret/${secret.secretName}`]),
          ]),
        ]),
      );
    }
  }));

test("nobody's pod but Prometheus' has a token of its service account", () =>
  always((objects, config) => {
    const tokens = templates(objects).filter(({ spec }) => spec.automountServiceAccountToken);
    expect(tokens.map(({ spec }) => spec.serviceAccountName)).toEqual(
      isWatched(config) ? ['prometheus'] : [],
    );
    const accounts = only<{ automountServiceAccountToken: boolean }>(objects, 'ServiceAccount');
    expect(accounts.map((account) => account.automountServiceAccountToken)).toEqual(
      accounts.map(() => false),
    );
  }));

const policiesOf = (objects: readonly KubernetesObject[], { metadata }: Template) =>
  only<NetworkPolicy>(objects, 'NetworkPolicy')
    .map(({ spec }) => spec)
    .filter(({ podSelector }) => podSelector.matchLabels && picks(podSelector, metadata.labels));
const labelsOf = (name: string, namespace: string, component: string) => ({
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/instance': namespace,
  'app.kubernetes.io/component': component,
});

test('Redis is open to every client, to the jobs and to whoever reads its metrics, each on its port, and to nobody else', () =>
  always((objects, config) => {
    const { clients, namespace } = config;
    const { mode, operator } = config.monitoring;
    const elsewhere = {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': operator.prometheus.namespace } },
      podSelector: { matchLabels: operator.prometheus.podLabels },
    };
    const redis = only<StatefulSet>(objects, 'StatefulSet').find(
      ({ metadata }) => metadata.name === 'redis',
    )!;
    const into = policiesOf(objects, redis.spec.template);
    const own = (name: string, component: string) => ({
      podSelector: { matchLabels: labelsOf(name, namespace, component) },
    });
    const rules = into.flatMap(({ ingress = [] }) => ingress);
    expect(rules.map(({ from, ports }) => [...from, ports.map(({ port }) => port)])).toEqual([
      [{ podSelector: { matchLabels: clientLabel } }, [6379]],
      ...clients.map((client) => [
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': client.namespace } },
          podSelector: { matchLabels: client.podLabels },
        },
        [6379],
      ]),
      ...['sessions-library', 'sessions-cleanup'].map((job) => [own(job, 'sessions'), [6379]]),
      ...(mode === 'bundled' ? [[own('prometheus', 'monitoring'), [9121]]] : []),
      ...(mode === 'operator' ? [[elsewhere, [9121]]] : []),
    ]);
    expect(into.flatMap(({ egress = [] }) => egress)).toEqual([]);
  }));

test('the ports that policies open into pods are the ports that these have', () =>
  always((objects) => {
    for (const template of templates(objects)) {
      const rules = policiesOf(objects, template).flatMap(({ ingress = [] }) => ingress);
      const open = rules.flatMap(({ ports }) => ports.map(({ port }) => port));
      expect([template.spec.serviceAccountName, new Set(open)]).toEqual([
        template.spec.serviceAccountName,
        new Set(portsOf(template)),
      ]);
    }
  }));

test('beyond pods, only monitoring dials: Kubernetes, and the receivers on the ports that they have', () =>
  always((objects, config) => {
    const beyond = templates(objects).flatMap((template) =>
      policiesOf(objects, template)
        .flatMap(({ egress = [] }) => egress)
        .filter(({ to }) => to.some(({ ipBlock }) => ipBlock !== undefined))
        .map(({ to, ports }) => [template.spec.serviceAccountName, to, ports.map(({ port }) => port)]),
    );
    const { kubelets, receivers, heartbeat } = config.monitoring;
    const urls = [
      ...receivers.flatMap((of) => of.webhook?.url ?? of.slack?.url ?? []),
      heartbeat ?? [],
    ].flat();
    const wanted = [
      ...urls.map((url) => Number(new URL(url).port || (url.startsWith('https:') ? 443 : 80))),
      ...receivers.flatMap(({ email }) => (email === undefined ? [] : [Number(email.server.split(':')[1])])),
      ...receivers.flatMap(({ pagerduty }) => (pagerduty === undefined ? [] : [443])),
    ];
    const to = (who: string) => (port: number) => [who, [{ ipBlock: { cidr: '0.0.0.0/0' } }], [port]];
    expect(new Set(beyond)).toEqual(
      new Set(
        isWatched(config)
          ? [
              ...[443, 6443, ...(kubelets === 'off' ? [] : [10250])].map(to('prometheus')),
              ...[...new Set(wanted)].map(to('alertmanager')),
            ]
          : [],
      ),
    );
  }));

const memory = ({ resources }: Container) => bytes(resources.limits['memory']!);
const cpu = ({ resources }: Container) => millicoresOf(resources.requests['cpu']!)!;

test('what the pods ask for fits the quota', () =>
  always((objects, { quota }) => {
    const sets = only<StatefulSet>(objects, 'StatefulSet');
    const pods = [
      ...sets.map(({ spec }) => [spec.replicas, spec.template] as const),
      // One more while its pods are replaced.
      ...only<Deployment>(objects, 'Deployment').map(
        ({ spec }) => [spec.replicas + 1, spec.template] as const,
      ),
      ...jobs(objects).map((template) => [1, template] as const),
    ];
    const total = (numbers: readonly number[]) => numbers.reduce((sum, of) => sum + of, 0);
    const sum = (read: (container: Container) => number) =>
      total(pods.map(([count, template]) => count * total(containersOf(template).map(read))));
    expect(sum(memory)).toBeLessThanOrEqual(bytes(quota.memory));
    expect(sum(cpu)).toBeLessThanOrEqual(millicoresOf(quota.cpu)!);
    const claims = sets.map(({ spec }) => {
      const sizes = spec.volumeClaimTemplates.map((claim) =>
        bytes(claim.spec.resources.requests['storage']!),
      );
      return spec.replicas * total(sizes);
    });
    expect(total(claims)).toBeLessThanOrEqual(bytes(quota.storage));
    expect(total(pods.map(([count]) => count))).toBeLessThanOrEqual(quota.pods);
  }));

test('no password is anywhere but in its own Secret: no ConfigMap, argument, environment or annotation has one', () =>
  always((objects, config) => {
    const watched = isWatched(config);
    const own = ['application', 'cleanup', 'deployer', 'probe', ...(config.tls.enabled ? ['reloader'] : [])];
    const of = (resource: string) => holders(objects, passwordOf(resource));
    for (const role of own) expect(of(`credentials-${role}-password`)).toEqual([`Secret/redis-${role}`]);
    expect(of('credentials-admin-password')).toEqual([]);
    expect(of('credentials-metrics-password')).toEqual(isRead(config) ? ['Secret/redis-exporter'] : []);
    const { receivers, heartbeat } = config.monitoring;
    const isTold = watched && (receivers.length > 0 || heartbeat !== undefined);
    expect(holders(objects, receiverSecretMark)).toEqual(isTold ? ['Secret/alertmanager-receivers'] : []);
    const grafana = hasGrafana(config) ? ['Secret/grafana-credentials'] : [];
    expect(of('grafana-password')).toEqual(grafana);
    expect(of('prometheus-access-password')).toEqual(watched ? [...grafana, 'Secret/prometheus-login'] : []);
    expect(of('alertmanager-access-password')).toEqual(
      watched ? ['Secret/alertmanager-login', 'Secret/prometheus-alertmanager-login'] : [],
    );
    for (const server of ['prometheus', 'alertmanager']) {
      expect(holders(objects, hashOf(`${server}-access-password`))).toEqual(
        watched ? [`Secret/${server}-web`] : [],
      );
    }
    const containers = templates(objects).flatMap(containersOf);
    expect(containers.map(({ name }) => name).sort()).toEqual(
      [
        ...['redis', 'sessions-cleanup', 'sessions-library'],
        ...(config.tls.enabled ? ['reloader'] : []),
        ...(isRead(config) ? ['exporter'] : []),
        ...(watched ? ['alertmanager', 'prometheus'] : []),
        ...(hasGrafana(config) ? ['grafana'] : []),
      ].sort(),
    );
    expect(containers.map(({ env }) => env)).toEqual(containers.map(() => undefined));
  }));

test("no private key is anywhere but in its owner's Secret, and no authority's is in any", () =>
  always((objects, config) => {
    const { tls } = config;
    const of = (resource: string) => holders(objects, keyOf(resource), `sec1 ${keyOf(resource)}`);
    const owners = ['application', 'cleanup', 'deployer', 'probe', 'reloader'];
    for (const role of owners) {
      expect(of(`certificates-client-${role}-key`)).toEqual(tls.enabled ? [`Secret/redis-${role}`] : []);
    }
    expect(of('certificates-redis-key')).toEqual(tls.enabled ? ['Secret/redis-tls'] : []);
    const owner = (secret: string, has: boolean) => (tls.enabled && has ? [`Secret/${secret}`] : []);
    const watched = isWatched(config);
    expect(of('certificates-client-metrics-key')).toEqual(owner('redis-exporter', isRead(config)));
    expect(of('certificates-prometheus-key')).toEqual(owner('prometheus-tls', watched));
    expect(of('certificates-alertmanager-key')).toEqual(owner('alertmanager-tls', watched));
    const { hosts, secretName } = config.monitoring.ingress;
    const isPublished = watched && secretName === undefined && Object.keys(hosts).length > 0;
    expect(of('certificates-ingress-key')).toEqual(owner('monitoring-ingress-tls', isPublished));
    expect(of('certificates-grafana-key')).toEqual(owner('grafana-tls', hasGrafana(config)));
    for (const authority of tls.authorities) {
      expect(of(`certificates-authority-${authority}-key`)).toEqual([]);
    }
  }));
