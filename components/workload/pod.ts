import type { Input } from '@pulumi/pulumi';
import { type Identity, selectorLabels, standardLabels } from '../kubernetes/labels';

/** A folder of read-only files, from a ConfigMap or a Secret of the pod's namespace. */
export interface Files {
  readonly path: string;
  readonly from: { readonly configMap: string } | { readonly secret: string };
}

/** A folder the program may write to: `scratch` lives as long as the pod and is limited in size, `claim` is the
 * volume that a StatefulSet claims under the folder's name. Everything else of the file system is read-only. */
export type Folder =
  | { readonly path: string; readonly scratch: { readonly sizeLimit: string } }
  | { readonly path: string; readonly claim: { readonly size: string; readonly storageClass?: string } };

/** Size and class of a volume. */
export interface Storage {
  readonly size: string;
  /** @default the cluster's default class */
  readonly class?: string;
}

/** A folder on a volume. */
export const claimed = (path: string, { size, class: storageClass }: Storage): Folder => ({
  path,
  claim: { size, ...(storageClass === undefined ? {} : { storageClass }) },
});

/** Limits of a check, in seconds. */
export interface ProbeLimits {
  /** Before the first try. @default 0 */
  readonly initialDelaySeconds?: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

/** What a container asks for. */
export interface Resources {
  /** CPU request; there is no limit, as throttling only adds latency where memory is what runs out. */
  readonly cpu: string;
  /** Memory request and limit: equal, so that the pod is not what a full node evicts first. */
  readonly memory: string;
  /** Request and limit of logs and scratch folders together. */
  readonly ephemeralStorage: string;
}

/** A container beside the pod's own: there before it starts, and until it has ended. */
export interface Sidecar {
  /** Unique in the pod. */
  readonly name: string;
  /** @default the pod's own */
  readonly image?: string;
  /** @default none */
  readonly ports?: Readonly<Record<string, number>>;
  /** A failed one restarts this container alone. @default none */
  readonly liveness?: Probe;
  readonly command: readonly string[];
  readonly resources: Resources;
  /** Names of the files and folders that it sees. */
  readonly volumes: readonly string[];
}

/** A sidecar that another part of the platform adds to a workload's pods. */
export interface Attachment {
  readonly sidecar: Omit<Sidecar, 'volumes'>;
  /** Files that it alone sees, by volume name. */
  readonly files: Readonly<Record<string, Files>>;
  /** As {@link Workload.checksums}. */
  readonly checksums: Readonly<Record<string, Input<string>>>;
}

/** A check by a command in the container, or by a GET on one of its ports by name, which has to answer 200. */
export type Probe = ProbeLimits & ({ readonly command: readonly string[] } | Get);

interface Get {
  readonly get: string;
  readonly port: string;
  /** With TLS; the kubelet does not look at the certificate. @default without */
  readonly scheme?: 'HTTPS';
}

/** What is particular to a workload; all else of its pods is the same for every workload. */
export interface Workload {
  readonly identity: Identity;
  readonly image: string;
  readonly command: readonly string[];
  /** User, group and owner of volumes, as a number above zero. */
  readonly user: number;
  readonly ports: Readonly<Record<string, number>>;
  readonly resources: Resources;
  /** None for a pod that runs to its end. */
  readonly probes?: { readonly startup?: Probe; readonly readiness: Probe; readonly liveness: Probe };
  /** Read-only files by volume name. */
  readonly files: Readonly<Record<string, Files>>;
  /** Writable folders by volume name. */
  readonly folders: Readonly<Record<string, Folder>>;
  /** @default none */
  readonly sidecars?: readonly Sidecar[];
  /** What other parts add. @default nothing */
  readonly attachments?: readonly Attachment[];
  /** Whether it asks the Kubernetes API, with a token of its service account. @default false: no token is mounted */
  readonly asksKubernetes?: boolean;
  /** A command that runs to its end before SIGTERM when the pod is to end. @default none */
  readonly beforeEnd?: readonly string[];
  /** Time a pod has to end itself, `beforeEnd` and what follows SIGTERM together. */
  readonly terminationGracePeriodSeconds: number;
  /** Whether a pod waits until it can be on a node with fewer pods of its kind, or goes where there is room.
   * @default preferred */
  readonly spread?: 'required' | 'preferred';
  /** Checksums of what the pod reads at its start: a changed one is a new pod. */
  readonly checksums: Readonly<Record<string, Input<string>>>;
}

/** The pod template of a workload: restricted by the Pod Security Standards, root file system read-only, no service
 * links, spread over nodes and zones as far as the cluster allows.
 * @param restartPolicy - for pods that run to their end @default Always */
export function podTemplate(workload: Workload, restartPolicy?: 'Never' | 'OnFailure') {
  const { identity } = workload;
  const { sidecars = [], attachments = [] } = workload;
  const checksums = [workload, ...attachments].flatMap(({ checksums: of }) => Object.entries(of));
  return {
    metadata: {
      labels: standardLabels(identity),
      ...(checksums.length === 0
        ? {}
        : {
            annotations: Object.fromEntries(
              checksums.map(([of, sum]) => [`session-database/${of}-checksum`, sum]),
            ),
          }),
    },
    spec: {
      ...(restartPolicy === undefined ? {} : { restartPolicy }),
      serviceAccountName: identity.name,
      automountServiceAccountToken: workload.asksKubernetes === true,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: workload.terminationGracePeriodSeconds,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: workload.user,
        runAsGroup: workload.user,
        fsGroup: workload.user,
        // A volume that has the owner already is not walked again at every start.
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      },
      topologySpreadConstraints: [
        spreadOver('kubernetes.io/hostname', identity, workload.spread === 'required'),
        spreadOver('topology.kubernetes.io/zone', identity, false),
      ],
      // A container that starts before the others and always goes on is a sidecar.
      ...(sidecars.length + attachments.length === 0
        ? {}
        : {
            initContainers: [
              ...sidecars.map((sidecar) => beside(workload, sidecar)),
              ...attachments.map(({ sidecar, files }) =>
                beside({ ...workload, files, folders: {} }, { ...sidecar, volumes: Object.keys(files) }),
              ),
            ],
          }),
      containers: [main(workload)],
      volumes: [
        ...[workload, ...attachments].flatMap(({ files }) =>
          Object.entries(files).map(([name, { from }]) => filesVolume(name, from)),
        ),
        ...Object.entries(workload.folders).flatMap(([name, folder]) =>
          'scratch' in folder ? [{ name, emptyDir: { sizeLimit: folder.scratch.sizeLimit } }] : [],
        ),
      ],
    },
  };
}

const spreadOver = (topologyKey: string, identity: Identity, required: boolean) => ({
  maxSkew: 1,
  topologyKey,
  whenUnsatisfiable: required ? 'DoNotSchedule' : 'ScheduleAnyway',
  labelSelector: { matchLabels: selectorLabels(identity) },
});

const beside = (workload: Workload, sidecar: Sidecar) => ({
  ...container(workload, sidecar),
  restartPolicy: 'Always',
  ...containerPorts(sidecar.ports),
  ...(sidecar.liveness === undefined ? {} : { livenessProbe: probe(sidecar.liveness) }),
});

function main(workload: Workload) {
  const { startup, readiness, liveness } = workload.probes ?? {};
  const volumes = [...Object.keys(workload.files), ...Object.keys(workload.folders)];
  return {
    ...container(workload, { ...workload, name: workload.identity.name, volumes }),
    ...containerPorts(workload.ports),
    ...(startup === undefined ? {} : { startupProbe: probe(startup) }),
    ...(readiness === undefined ? {} : { readinessProbe: probe(readiness) }),
    ...(liveness === undefined ? {} : { livenessProbe: probe(liveness) }),
    ...(workload.beforeEnd === undefined
      ? {}
      : { lifecycle: { preStop: { exec: { command: [...workload.beforeEnd] } } } }),
  };
}

function containerPorts(ports: Workload['ports'] = {}) {
  const all = Object.entries(ports).map(([name, containerPort]) => ({
    name,
    containerPort,
    protocol: 'TCP',
  }));
  return all.length === 0 ? {} : { ports: all };
}

function container(
  { image: own, files, folders }: Workload,
  { name, image = own, command, resources, volumes }: Sidecar,
) {
  const { cpu, memory, ephemeralStorage } = resources;
  return {
    name,
    image,
    imagePullPolicy: 'IfNotPresent',
    command: [...command],
    resources: {
      requests: { cpu, memory, 'ephemeral-storage': ephemeralStorage },
      limits: { memory, 'ephemeral-storage': ephemeralStorage },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      ...Object.entries(files).map(([of, { path }]) => ({ name: of, mountPath: path, readOnly: true })),
      ...Object.entries(folders).map(([of, { path }]) => ({ name: of, mountPath: path })),
    ].filter((mount) => volumes.includes(mount.name)),
  };
}

function probe(of: Probe) {
  if ('command' in of) {
    const { command, ...limits } = of;
    return { exec: { command: [...command] }, ...limits };
  }
  const { get: path, port, scheme, ...limits } = of;
  return { httpGet: { path, port, ...(scheme === undefined ? {} : { scheme }) }, ...limits };
}

// Files of a Secret are readable by the pod's own group only.
function filesVolume(name: string, from: Files['from']) {
  return 'secret' in from
    ? { name, secret: { secretName: from.secret, defaultMode: 0o440 } }
    : { name, configMap: { name: from.configMap, defaultMode: 0o444 } };
}
