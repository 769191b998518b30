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

/** Limits of a check, in seconds. */
export interface ProbeLimits {
  /** Before the first try. @default 0 */
  readonly initialDelaySeconds?: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

/** A check by a command in the container, or by a GET on one of its ports by name, which has to answer 200. */
export type Probe = ProbeLimits &
  ({ readonly command: readonly string[] } | { readonly get: string; readonly port: string });

/** What is particular to a workload; all else of its pods is the same for every workload. */
export interface Workload {
  readonly identity: Identity;
  readonly image: string;
  readonly command: readonly string[];
  /** User, group and owner of volumes, as a number above zero. */
  readonly user: number;
  readonly ports: Readonly<Record<string, number>>;
  readonly resources: {
    /** CPU request; there is no limit, as throttling only adds latency where memory is what runs out. */
    readonly cpu: string;
    /** Memory request and limit: equal, so that the pod is not what a full node evicts first. */
    readonly memory: string;
    /** Request and limit of logs and scratch folders together. */
    readonly ephemeralStorage: string;
  };
  /** None for a pod that runs to its end. */
  readonly probes?: { readonly startup?: Probe; readonly readiness: Probe; readonly liveness: Probe };
  /** Read-only files by volume name. */
  readonly files: Readonly<Record<string, Files>>;
  /** Writable folders by volume name. */
  readonly folders: Readonly<Record<string, Folder>>;
  /** Run in the container before it is told to end. @default none */
  readonly preStop?: readonly string[];
  /** Time a pod has to end itself, `preStop` included. */
  readonly terminationGracePeriodSeconds: number;
  /** Checksums of what the pod reads at its start: a changed one is a new pod. */
  readonly checksums: Readonly<Record<string, Input<string>>>;
}

/** The pod template of a workload: restricted by the Pod Security Standards, root file system read-only, no token, no
 * service links, spread over nodes and zones as far as the cluster allows.
 * @param restartPolicy - for pods that run to their end @default Always */
export function podTemplate(workload: Workload, restartPolicy?: 'Never' | 'OnFailure') {
  const { identity } = workload;
  const checksums = Object.entries(workload.checksums);
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
      automountServiceAccountToken: false,
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
      topologySpreadConstraints: ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map(
        (topologyKey) => ({
          maxSkew: 1,
          topologyKey,
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: selectorLabels(identity) },
        }),
      ),
      containers: [container(workload)],
      volumes: [
        ...Object.entries(workload.files).map(([name, { from }]) => filesVolume(name, from)),
        ...Object.entries(workload.folders).flatMap(([name, folder]) =>
          'scratch' in folder ? [{ name, emptyDir: { sizeLimit: folder.scratch.sizeLimit } }] : [],
        ),
      ],
    },
  };
}

function container(workload: Workload) {
  const { cpu, memory, ephemeralStorage } = workload.resources;
  const { startup, readiness, liveness } = workload.probes ?? {};
  const ports = Object.entries(workload.ports);
  return {
    name: workload.identity.name,
    image: workload.image,
    imagePullPolicy: 'IfNotPresent',
    command: [...workload.command],
    ...(ports.length === 0
      ? {}
      : { ports: ports.map(([name, containerPort]) => ({ name, containerPort, protocol: 'TCP' })) }),
    resources: {
      requests: { cpu, memory, 'ephemeral-storage': ephemeralStorage },
      limits: { memory, 'ephemeral-storage': ephemeralStorage },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    ...(workload.preStop === undefined
      ? {}
      : { lifecycle: { preStop: { exec: { command: [...workload.preStop] } } } }),
    ...(startup === undefined ? {} : { startupProbe: probe(startup) }),
    ...(readiness === undefined ? {} : { readinessProbe: probe(readiness) }),
    ...(liveness === undefined ? {} : { livenessProbe: probe(liveness) }),
    volumeMounts: [
      ...Object.entries(workload.files).map(([name, { path }]) => ({
        name,
        mountPath: path,
        readOnly: true,
      })),
      ...Object.entries(workload.folders).map(([name, { path }]) => ({ name, mountPath: path })),
    ],
  };
}

function probe(of: Probe) {
  if ('command' in of) {
    const { command, ...limits } = of;
    return { exec: { command: [...command] }, ...limits };
  }
  const { get: path, port, ...limits } = of;
  return { httpGet: { path, port }, ...limits };
}

// Files of a Secret are readable by the pod's own group only.
function filesVolume(name: string, from: Files['from']) {
  return 'secret' in from
    ? { name, secret: { secretName: from.secret, defaultMode: 0o440 } }
    : { name, configMap: { name: from.configMap, defaultMode: 0o444 } };
}
