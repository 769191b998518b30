import * as fc from 'fast-check';
import { podSecurity } from '../../policy/rules/podSecurity';
import { compliantPod, corpus } from './support/corpus';
import { type Anything, type Changeable, Program } from './support/program';
import { judge } from './support/judge';

const resource = (type: string, props: Anything): Changeable => ({
  ...{ type, name: 'any', urn: `urn:pulumi:test::test::${type}::any`, props, protect: false },
  ...{ ignoreChanges: [], timeouts: { create: 0, update: 0, delete: 0 } },
});

/** The rules of the family that refuse an object, each once. */
const refusing = (type: string, props: Anything): string[] => [
  ...new Set(judge(new Program([resource(type, props)]), {}, podSecurity).map(({ rule }) => rule)),
];

test('the corpus has a pod that is allowed and one that is forbidden for every rule', () => {
  const ids = (allowed: boolean) => [
    ...new Set(corpus.filter((pod) => pod.allowed === allowed).map(({ rule }) => rule)),
  ];
  const all = podSecurity.map(({ id }) => id).sort();
  expect(ids(true).sort()).toEqual(all);
  expect(ids(false).sort()).toEqual(all);
});

test('the controls of the corpus are those that the rules refer to', () => {
  const controls = new Map(podSecurity.map(({ id, reference }) => [id, reference.control]));
  expect(corpus.filter(({ rule, control }) => controls.get(rule) !== control)).toEqual([]);
});

test('a compliant pod keeps every rule', () => {
  expect(refusing('kubernetes:core/v1:Pod', compliantPod())).toEqual([]);
});

test.each(corpus.map((pod) => [pod.rule, pod.allowed ? 'allows' : 'forbids', pod.title, pod] as const))(
  '%s %s: %s',
  (rule, _, __, { allowed, also = [], change }) => {
    const pod = compliantPod();
    change(pod);
    expect(refusing('kubernetes:core/v1:Pod', pod).sort()).toEqual(allowed ? [] : [rule, ...also].sort());
  },
);

/** Every kind that makes pods, and how a pod is in it. */
const template = (pod: Anything) => ({ spec: { template: pod } });
const kinds: Readonly<Record<string, (pod: Anything) => Anything>> = {
  'kubernetes:core/v1:Pod': (pod) => pod,
  'kubernetes:core/v1:PodTemplate': (pod) => ({ template: pod }),
  'kubernetes:core/v1:ReplicationController': template,
  'kubernetes:apps/v1:Deployment': template,
  'kubernetes:apps/v1beta2:Deployment': template,
  'kubernetes:extensions/v1beta1:Deployment': template,
  'kubernetes:apps/v1:StatefulSet': template,
  'kubernetes:apps/v1:DaemonSet': template,
  'kubernetes:extensions/v1beta1:DaemonSet': template,
  'kubernetes:apps/v1:ReplicaSet': template,
  'kubernetes:extensions/v1beta1:ReplicaSet': template,
  'kubernetes:batch/v1:Job': template,
  'kubernetes:batch/v1:CronJob': (pod) => ({ spec: { jobTemplate: { spec: { template: pod } } } }),
};

/** A way to break one field: something missing, or something forbidden in a place. */
interface Break {
  readonly rule: string;
  readonly lacks: boolean;
  readonly change: (pod: Anything) => void;
}

const lists = ['containers', 'initContainers', 'ephemeralContainers'] as const;
type Place = 'pod' | (typeof lists)[number];
const at = (pod: Anything, place: Place): Anything => (place === 'pod' ? pod.spec : pod.spec[place][0]);

const inContainers = fc.constantFrom(...lists);
const anywhere = fc.constantFrom<Place>('pod', ...lists);
const other = (...permitted: string[]) => fc.string().filter((text) => !permitted.includes(text));

/** Forbidden values of a field of security contexts. */
const context = (
  rule: string,
  places: fc.Arbitrary<Place>,
  values: fc.Arbitrary<Anything>,
  fill: (value: Anything) => Anything,
): fc.Arbitrary<Break> =>
  fc.tuple(places, values).map(([place, value]) => ({
    rule,
    lacks: false,
    change: (pod) => {
      at(pod, place).securityContext = { ...at(pod, place).securityContext, ...fill(value) };
    },
  }));

/** A field that a container must have, or a pod for all of them. */
const lacking = (rule: string, change: Break['change']) => fc.constant({ rule, lacks: true, change });

/** A field of containers that is missing. */
const lackingIn = (rule: string, field: string): fc.Arbitrary<Break> =>
  inContainers.map((list) => ({
    rule,
    lacks: true,
    change: (pod) => delete pod.spec[list][0].securityContext[field],
  }));

const of = (rule: string, change: Break['change']): Break => ({ rule, lacks: false, change });

const unconfined = other('RuntimeDefault', 'Localhost');

const breaks: fc.Arbitrary<Break> = fc.oneof(
  fc
    .constantFrom('hostNetwork', 'hostPID', 'hostIPC')
    .map((field) => of('pss-host-namespaces', (pod) => (pod.spec[field] = true))),
  context('pss-privileged', inContainers, fc.constant(true), (privileged) => ({ privileged })),
  context('pss-host-process', anywhere, fc.constant({ hostProcess: true }), (windowsOptions) => ({
    windowsOptions,
  })),
  fc
    .tuple(inContainers, fc.integer({ min: 1, max: 65535 }))
    .map(([list, hostPort]) =>
      of('pss-host-ports', (pod) => (pod.spec[list][0].ports = [{ containerPort: 80 }, { hostPort }])),
    ),
  fc
    .tuple(
      inContainers,
      fc.constantFrom('livenessProbe', 'readinessProbe', 'startupProbe', 'postStart', 'preStop'),
      fc.constantFrom('httpGet', 'tcpSocket'),
      fc.string({ minLength: 1 }),
    )
    .map(([list, handler, call, host]) =>
      of('pss-probe-host', (pod) => {
        const calls = { [handler]: { [call]: { port: 80, host } } };
        Object.assign(pod.spec[list][0], handler.endsWith('Probe') ? calls : { lifecycle: calls });
      }),
    ),
  context('pss-apparmor', anywhere, unconfined, (type) => ({ appArmorProfile: { type } })),
  fc
    .tuple(
      fc.string(),
      fc.string({ minLength: 1 }).filter((text) => !/^(runtime\/default$|localhost\/)/.test(text)),
    )
    .map(([container, profile]) =>
      of('pss-apparmor-annotation', (pod) => {
        pod.metadata.annotations[`container.apparmor.security.beta.kubernetes.io/${container}`] = profile;
      }),
    ),
  context(
    'pss-selinux-type',
    anywhere,
    other('', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'),
    (type) => ({ seLinuxOptions: { type } }),
  ),
  context(
    'pss-selinux-user-role',
    anywhere,
    fc.tuple(fc.constantFrom('user', 'role'), fc.string({ minLength: 1 })),
    ([field, value]) => ({ seLinuxOptions: { [field]: value } }),
  ),
  context('pss-proc-mount', inContainers, other('Default'), (mount) => ({ procMount: mount })),
  context('pss-sysctls', fc.constant('pod'), fc.string(), (name) => ({
    sysctls: [{ name: 'net.ipv4.tcp_rmem' }, { name: `x${name}` }],
  })),
  fc
    .constantFrom('hostPath', 'nfs', 'iscsi', 'gcePersistentDisk', 'flexVolume', 'notYetKnown')
    .map((kind) =>
      of('pss-volumes', (pod) => (pod.spec.volumes = [{ name: 'data', [kind]: { path: '/' } }])),
    ),
  context('pss-privilege-escalation', inContainers, fc.constant(true), (allowPrivilegeEscalation) => ({
    allowPrivilegeEscalation,
  })),
  lackingIn('pss-privilege-escalation', 'allowPrivilegeEscalation'),
  context('pss-run-as-non-root', anywhere, fc.constant(false), (runAsNonRoot) => ({ runAsNonRoot })),
  lacking('pss-run-as-non-root', (pod) => delete pod.spec.securityContext.runAsNonRoot),
  context('pss-run-as-user', anywhere, fc.constant(0), (runAsUser) => ({ runAsUser })),
  context('pss-seccomp', anywhere, unconfined, (type) => ({ seccompProfile: { type } })),
  lacking('pss-seccomp', (pod) => delete pod.spec.securityContext.seccompProfile),
  context('pss-capabilities', inContainers, other('NET_BIND_SERVICE'), (name) => ({
    capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE', name] },
  })),
  lackingIn('pss-capabilities', 'capabilities'),
);

/** A compliant pod with containers of every list. */
function pod(): Anything {
  const compliant = compliantPod();
  compliant.spec.ephemeralContainers = [{ ...structuredClone(compliant.spec.containers[0]), name: 'shell' }];
  return compliant;
}

test.each(Object.keys(kinds))('a compliant pod keeps every rule as %s', (type) => {
  expect(refusing(type, kinds[type]!(pod()))).toEqual([]);
  expect(refusing(`${type}Patch`, kinds[type]!(pod()))).toEqual([]);
});

test('whatever a pod of any kind breaks, its one rule says so, and a patch may leave out what it does not change', () => {
  fc.assert(
    fc.property(
      breaks,
      fc.constantFrom(...Object.keys(kinds)),
      fc.boolean(),
      ({ rule, lacks, change }, type, patch) => {
        const broken = pod();
        change(broken);
        const found = refusing(patch ? `${type}Patch` : type, kinds[type]!(broken));
        expect(found).toEqual(lacks && patch ? [] : [rule]);
      },
    ),
    { numRuns: 2000 },
  );
});

test('the property breaks every rule', () => {
  const broken = fc.sample(breaks, { numRuns: 2000, seed: 1 }).map(({ rule }) => rule);
  expect([...new Set(broken)].sort()).toEqual(podSecurity.map(({ id }) => id).sort());
});
