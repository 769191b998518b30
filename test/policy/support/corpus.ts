import type { Anything } from './program';

/** A pod that differs from a compliant one in a control of the Pod Security Standards, and what is to be said of it. */
export interface CorpusPod {
  /** The control, as the standards call it. */
  readonly control: string;
  /** The rule that is to refuse it, or to let it pass. */
  readonly rule: string;
  readonly title: string;
  readonly allowed: boolean;
  readonly change: (pod: Anything) => void;
  /** Other rules that refuse it, too, where the API server takes no pod that breaks the one alone. @default none */
  readonly also?: readonly string[];
}

/**
 * A pod that keeps profile restricted with as little as possible. Its init container is a sidecar, which may have probes and
 * hooks as any other.
 */
export const compliantPod = (): Anything => {
  const container = (name: string) => ({
    name,
    image: 'registry.k8s.io/pause:3.10',
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'compliant', annotations: { 'example.com/of': 'the corpus' } },
    spec: {
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      initContainers: [{ ...container('init'), restartPolicy: 'Always' }],
      containers: [container('app')],
    },
  };
};

/** Both places of a created pod that have containers. */
const lists = ['containers', 'initContainers'] as const;
const first = (pod: Anything, list: string): Anything => pod.spec[list][0];
const contextOf = (pod: Anything, list: string): Anything => first(pod, list).securityContext;

const pair = (control: string, rule: string) => {
  const of =
    (allowed: boolean) =>
    (title: string, change: CorpusPod['change'], also?: readonly string[]): CorpusPod => ({
      control,
      rule,
      title,
      allowed,
      change,
      ...(also === undefined ? {} : { also }),
    });
  return { allows: of(true), forbids: of(false) };
};

/** The same in each list of containers. */
const each = (
  of: ReturnType<typeof pair>['allows'],
  title: string,
  change: (container: Anything, context: Anything) => void,
): CorpusPod[] =>
  lists.map((list) => of(`${title}, in ${list}`, (pod) => change(first(pod, list), contextOf(pod, list))));

const namespaces = pair('Host Namespaces', 'pss-host-namespaces');
const privileged = pair('Privileged Containers', 'pss-privileged');
const hostProcess = pair('HostProcess', 'pss-host-process');
const hostPorts = pair('Host Ports', 'pss-host-ports');
const probeHost = pair('Host Probes / Lifecycle Hooks', 'pss-probe-host');
const appArmor = pair('AppArmor', 'pss-apparmor');
const annotation = pair('AppArmor', 'pss-apparmor-annotation');
const seLinuxType = pair('SELinux', 'pss-selinux-type');
const seLinuxUser = pair('SELinux', 'pss-selinux-user-role');
const procMount = pair('/proc Mount Type', 'pss-proc-mount');
const sysctls = pair('Sysctls', 'pss-sysctls');
const volumes = pair('Volume Types', 'pss-volumes');
const escalation = pair('Privilege Escalation', 'pss-privilege-escalation');
const nonRoot = pair('Running as Non-root', 'pss-run-as-non-root');
const user = pair('Running as Non-root user', 'pss-run-as-user');
const seccomp = pair('Seccomp', 'pss-seccomp');
const capabilities = pair('Capabilities', 'pss-capabilities');

const annotated = (container: string, value: string) => (pod: Anything) =>
  (pod.metadata.annotations[`container.apparmor.security.beta.kubernetes.io/${container}`] = value);
const parameter = (name: string) => (pod: Anything) =>
  (pod.spec.securityContext.sysctls = [{ name, value: '1' }]);
const volume = (of: Anything) => (pod: Anything) => (pod.spec.volumes = [{ name: 'data', ...of }]);
const probe = (host: string) => ({ httpGet: { path: '/', port: 8080, host } });

const hosts: CorpusPod[] = [
  ...['hostNetwork', 'hostPID', 'hostIPC'].map((field) =>
    namespaces.forbids(field, (pod) => (pod.spec[field] = true)),
  ),
  namespaces.allows('all said to be off', (pod) =>
    Object.assign(pod.spec, { hostNetwork: false, hostPID: false, hostIPC: false }),
  ),
  // The API server takes no privileged container that says it gets no more privileges.
  ...each(
    (title, change) => privileged.forbids(title, change, ['pss-privilege-escalation']),
    'privileged',
    (_, context) => Object.assign(context, { privileged: true, allowPrivilegeEscalation: true }),
  ),
  ...each(privileged.allows, 'said to be unprivileged', (_, context) => (context.privileged = false)),
  // Nor one that is a process of its node without the network of the node and all others.
  hostProcess.forbids(
    'the pod',
    ({ spec }) => {
      spec.hostNetwork = true;
      spec.securityContext.windowsOptions = { hostProcess: true };
    },
    ['pss-host-namespaces'],
  ),
  hostProcess.forbids(
    'every container',
    (pod) => {
      pod.spec.hostNetwork = true;
      for (const list of lists) contextOf(pod, list).windowsOptions = { hostProcess: true };
    },
    ['pss-host-namespaces'],
  ),
  hostProcess.allows('the pod said to be none', ({ spec }) => {
    spec.securityContext.windowsOptions = { hostProcess: false };
  }),
  ...each(hostProcess.allows, 'said to be none', (_, context) => {
    context.windowsOptions = { hostProcess: false };
  }),
  ...each(hostPorts.forbids, 'a port', (container) => {
    container.ports = [{ containerPort: 8080 }, { containerPort: 8081, hostPort: 8081 }];
  }),
  ...each(hostPorts.allows, 'port 0', (container) => {
    container.ports = [{ containerPort: 8080, hostPort: 0 }];
  }),
  ...each(
    probeHost.forbids,
    'liveness by HTTP',
    (container) => (container.livenessProbe = probe('10.0.0.1')),
  ),
  ...each(probeHost.forbids, 'readiness by TCP', (container) => {
    container.readinessProbe = { tcpSocket: { port: 8080, host: '127.0.0.1' } };
  }),
  ...each(probeHost.forbids, 'startup by HTTP', (container) => (container.startupProbe = probe('localhost'))),
  ...each(probeHost.forbids, 'a hook after the start', (container) => {
    container.lifecycle = { postStart: probe('10.0.0.1') };
  }),
  ...each(probeHost.forbids, 'a hook before the end', (container) => {
    container.lifecycle = { preStop: { tcpSocket: { port: 8080, host: '10.0.0.1' } } };
  }),
  ...each(probeHost.allows, 'empty hosts', (container) => {
    container.livenessProbe = probe('');
    container.readinessProbe = { tcpSocket: { port: 8080 } };
    container.lifecycle = { preStop: probe('') };
  }),
];

const profiles: CorpusPod[] = [
  appArmor.forbids('the pod unconfined', ({ spec }) => {
    spec.securityContext.appArmorProfile = { type: 'Unconfined' };
  }),
  ...each(appArmor.forbids, 'unconfined', (_, context) => (context.appArmorProfile = { type: 'Unconfined' })),
  appArmor.allows("the pod by the runtime's", ({ spec }) => {
    spec.securityContext.appArmorProfile = { type: 'RuntimeDefault' };
  }),
  ...each(appArmor.allows, "by the node's", (_, context) => {
    context.appArmorProfile = { type: 'Localhost', localhostProfile: 'sessions' };
  }),
  ...['app', 'init'].flatMap((container) => [
    annotation.forbids(`${container} unconfined`, annotated(container, 'unconfined')),
    annotation.allows(`${container} by the runtime's`, annotated(container, 'runtime/default')),
    annotation.allows(`${container} by the node's`, annotated(container, 'localhost/sessions')),
    annotation.allows(`${container} empty`, annotated(container, '')),
  ]),
  seLinuxType.forbids('the pod', ({ spec }) => (spec.securityContext.seLinuxOptions = { type: 'spc_t' })),
  ...each(
    seLinuxType.forbids,
    'another',
    (_, context) => (context.seLinuxOptions = { type: 'unconfined_t' }),
  ),
  ...['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'].map((type) =>
    seLinuxType.allows(
      `the pod with '${type}'`,
      ({ spec }) => (spec.securityContext.seLinuxOptions = { type }),
    ),
  ),
  ...each(seLinuxType.allows, 'one for containers', (_, context) => {
    context.seLinuxOptions = { type: 'container_t', level: 's0:c1,c2' };
  }),
  ...['user', 'role'].flatMap((field) => [
    seLinuxUser.forbids(`the pod's ${field}`, ({ spec }) => {
      spec.securityContext.seLinuxOptions = { [field]: 'system' };
    }),
    ...each(seLinuxUser.forbids, field, (_, context) => (context.seLinuxOptions = { [field]: 'system' })),
    ...each(seLinuxUser.allows, `empty ${field}`, (_, context) => (context.seLinuxOptions = { [field]: '' })),
  ]),
  seccomp.forbids('missing', ({ spec }) => delete spec.securityContext.seccompProfile),
  seccomp.forbids('the pod unconfined', (pod) => {
    pod.spec.securityContext.seccompProfile = { type: 'Unconfined' };
    for (const list of lists) contextOf(pod, list).seccompProfile = { type: 'RuntimeDefault' };
  }),
  ...lists.map((list) =>
    seccomp.forbids(`missing in ${list} alone`, (pod) => {
      delete pod.spec.securityContext.seccompProfile;
      for (const other of lists)
        if (other !== list) contextOf(pod, other).seccompProfile = { type: 'RuntimeDefault' };
    }),
  ),
  ...each(seccomp.forbids, 'unconfined', (_, context) => (context.seccompProfile = { type: 'Unconfined' })),
  seccomp.allows("the pod by the node's", ({ spec }) => {
    spec.securityContext.seccompProfile = { type: 'Localhost', localhostProfile: 'sessions.json' };
  }),
  seccomp.allows('each container by itself', (pod) => {
    delete pod.spec.securityContext.seccompProfile;
    for (const list of lists) contextOf(pod, list).seccompProfile = { type: 'RuntimeDefault' };
  }),
];

const kernel: CorpusPod[] = [
  // The API server takes it of pods with users of their own alone.
  ...lists.map((list) =>
    procMount.forbids(`unmasked, in ${list}`, (pod) => {
      pod.spec.hostUsers = false;
      contextOf(pod, list).procMount = 'Unmasked';
    }),
  ),
  ...each(procMount.allows, 'masked', (_, context) => (context.procMount = 'Default')),
  ...['kernel.msgmax', 'net.core.somaxconn', 'net.ipv4.ip_forward', 'net.ipv6.tcp_rmem'].map((name) =>
    sysctls.forbids(name, parameter(name)),
  ),
  ...[
    'kernel.shm_rmid_forced',
    'net.ipv4.ip_local_port_range',
    'net.ipv4.tcp_syncookies',
    'net.ipv4.ping_group_range',
    'net.ipv4.ip_unprivileged_port_start',
    'net.ipv4.ip_local_reserved_ports',
    'net.ipv4.tcp_keepalive_time',
    'net.ipv4.tcp_fin_timeout',
    'net.ipv4.tcp_keepalive_intvl',
    'net.ipv4.tcp_keepalive_probes',
    'net.ipv4.tcp_rmem',
    'net.ipv4.tcp_wmem',
  ].map((name) => sysctls.allows(name, parameter(name))),
];

const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };

const storage: CorpusPod[] = [
  ...Object.entries({
    hostPath: { path: '/' },
    nfs: { server: 'nfs.example.com', path: '/' },
    iscsi: { targetPortal: '10.0.0.1:3260', iqn: 'iqn.2001-04.com.example:storage', lun: 0 },
    fc: { targetWWNs: ['500a0982991b8dc5'], lun: 0 },
    gitRepo: { repository: 'https://git.example.com/repository' },
    glusterfs: { endpoints: 'glusterfs', path: 'volume' },
  }).map(([kind, of]) => volumes.forbids(kind, volume({ [kind]: of }))),
  ...Object.entries({
    configMap: { name: 'files' },
    csi: { driver: 'files.example.com' },
    downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] },
    emptyDir: {},
    ephemeral: { volumeClaimTemplate: { spec: claim } },
    image: { reference: 'registry.example.com/files:1', pullPolicy: 'IfNotPresent' },
    persistentVolumeClaim: { claimName: 'data' },
    projected: { sources: [{ configMap: { name: 'files' } }] },
    secret: { secretName: 'files' },
  }).map(([kind, of]) => volumes.allows(kind, volume({ [kind]: of }))),
  volumes.allows('of no kind, which is an emptyDir', volume({})),
];

const rights: CorpusPod[] = [
  ...each(escalation.forbids, 'missing', (_, context) => delete context.allowPrivilegeEscalation),
  ...each(escalation.forbids, 'allowed', (_, context) => (context.allowPrivilegeEscalation = true)),
  escalation.allows('as it is', () => undefined),
  nonRoot.forbids('missing', ({ spec }) => delete spec.securityContext.runAsNonRoot),
  nonRoot.forbids('false in the pod, though its containers say otherwise', (pod) => {
    pod.spec.securityContext.runAsNonRoot = false;
    for (const list of lists) contextOf(pod, list).runAsNonRoot = true;
  }),
  ...each(nonRoot.forbids, 'false', (_, context) => (context.runAsNonRoot = false)),
  ...lists.map((list) =>
    nonRoot.forbids(`missing in ${list} alone`, (pod) => {
      delete pod.spec.securityContext.runAsNonRoot;
      for (const other of lists) if (other !== list) contextOf(pod, other).runAsNonRoot = true;
    }),
  ),
  nonRoot.allows('each container by itself', (pod) => {
    delete pod.spec.securityContext.runAsNonRoot;
    for (const list of lists) contextOf(pod, list).runAsNonRoot = true;
  }),
  user.forbids('the pod is root', ({ spec }) => (spec.securityContext.runAsUser = 0)),
  ...each(user.forbids, 'root', (_, context) => (context.runAsUser = 0)),
  user.allows('the pod is user 1', ({ spec }) => (spec.securityContext.runAsUser = 1)),
  ...each(user.allows, 'user 65534', (_, context) => (context.runAsUser = 65534)),
  ...each(capabilities.forbids, 'drop missing', (_, context) => delete context.capabilities),
  ...each(capabilities.forbids, 'one dropped', (_, context) => (context.capabilities.drop = ['NET_RAW'])),
  ...each(capabilities.forbids, 'all in lower case', (_, context) => (context.capabilities.drop = ['all'])),
  ...each(capabilities.forbids, 'one added', (_, context) => {
    context.capabilities.add = ['NET_BIND_SERVICE', 'CHOWN'];
  }),
  ...each(capabilities.allows, 'ports below 1024', (_, context) => {
    context.capabilities = { drop: ['KILL', 'ALL'], add: ['NET_BIND_SERVICE'] };
  }),
];

/** Pods for every control: each forbidden thing in each place, and what is next to it and allowed. */
export const corpus: readonly CorpusPod[] = [...hosts, ...profiles, ...kernel, ...storage, ...rights];
