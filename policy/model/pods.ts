import { kindOf, type Metadata, type Resource } from './resource';

/** Security context of a container, and what it shares with a pod's. */
export interface SecurityContext {
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly procMount?: string;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly seccompProfile?: { readonly type?: string };
  readonly appArmorProfile?: { readonly type?: string };
  readonly seLinuxOptions?: { readonly type?: string; readonly user?: string; readonly role?: string };
  readonly windowsOptions?: { readonly hostProcess?: boolean };
}

export interface PodSecurityContext extends SecurityContext {
  readonly fsGroup?: number;
  readonly sysctls?: readonly { readonly name?: string }[];
}

/** Something that is done to a container from outside: a probe or a hook. */
export interface Handler {
  readonly exec?: { readonly command?: readonly string[] };
  readonly httpGet?: { readonly host?: string; readonly path?: string; readonly port?: number | string };
  readonly tcpSocket?: { readonly host?: string; readonly port?: number | string };
  readonly grpc?: { readonly port?: number };
}

export interface Resources {
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
}

export interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly imagePullPolicy?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name?: string; readonly value?: string; readonly valueFrom?: object }[];
  readonly envFrom?: readonly { readonly secretRef?: object; readonly configMapRef?: object }[];
  readonly ports?: readonly { readonly containerPort?: number; readonly hostPort?: number }[];
  readonly resources?: Resources;
  readonly securityContext?: SecurityContext;
  readonly livenessProbe?: Handler;
  readonly readinessProbe?: Handler;
  readonly startupProbe?: Handler;
  readonly lifecycle?: { readonly preStop?: Handler; readonly postStart?: Handler };
  readonly restartPolicy?: string;
  readonly volumeMounts?: readonly { readonly name?: string; readonly mountPath?: string }[];
}

export interface PodSpec {
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly hostUsers?: boolean;
  readonly shareProcessNamespace?: boolean;
  readonly os?: { readonly name?: string };
  readonly securityContext?: PodSecurityContext;
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly enableServiceLinks?: boolean;
  readonly restartPolicy?: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly priorityClassName?: string;
  readonly resources?: Resources;
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly ephemeralContainers?: readonly Container[];
  readonly volumes?: readonly (Readonly<Record<string, unknown>> & { readonly name?: string })[];
  readonly affinity?: {
    readonly podAntiAffinity?: {
      readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly { readonly topologyKey?: string }[];
      readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
        readonly podAffinityTerm?: { readonly topologyKey?: string };
      }[];
    };
  };
  readonly topologySpreadConstraints?: readonly {
    readonly topologyKey?: string;
    readonly whenUnsatisfiable?: string;
  }[];
}

/** The pods that a resource makes. */
export interface Pods {
  readonly metadata: Metadata;
  readonly spec: PodSpec;
  /** Where the spec is in the object: `spec.template.spec`. */
  readonly path: string;
  /** Whether the resource only changes parts of pods that somebody else made: what it leaves out is not missing. */
  readonly patch: boolean;
}

// Where each kind has its template; a Pod is one itself.
const places: Readonly<Record<string, readonly string[]>> = {
  '/Pod': [],
  '/PodTemplate': ['template'],
  '/ReplicationController': ['spec', 'template'],
  'apps/Deployment': ['spec', 'template'],
  'apps/StatefulSet': ['spec', 'template'],
  'apps/DaemonSet': ['spec', 'template'],
  'apps/ReplicaSet': ['spec', 'template'],
  // Of before 1.16, which the provider still has.
  'extensions/Deployment': ['spec', 'template'],
  'extensions/DaemonSet': ['spec', 'template'],
  'extensions/ReplicaSet': ['spec', 'template'],
  'batch/Job': ['spec', 'template'],
  'batch/CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
};

/** The pods that a resource makes, or undefined where it makes none. */
export function podsOf({ type, props }: Pick<Resource, 'type' | 'props'>): Pods | undefined {
  const kind = kindOf(type);
  if (kind === undefined) return undefined;
  const place = places[`${kind.group}/${kind.kind}`];
  if (place === undefined) return undefined;
  const template = place.reduce<Readonly<Record<string, unknown>> | undefined>(
    (within, key) => within?.[key] as Readonly<Record<string, unknown>> | undefined,
    props,
  );
  return {
    metadata: (template?.['metadata'] as Metadata | undefined) ?? {},
    spec: (template?.['spec'] as PodSpec | undefined) ?? {},
    path: [...place, 'spec'].join('.'),
    patch: kind.patch,
  };
}

/** A resource of the stack that makes pods. */
export interface Maker {
  readonly resource: Resource;
  readonly pods: Pods;
}

/** All that makes pods; what only patches those of others is none. */
export const makersOf = (resources: readonly Resource[]): Maker[] =>
  resources.flatMap((resource) => {
    const pods = podsOf(resource);
    return pods === undefined || pods.patch ? [] : [{ resource, pods }];
  });

/** A container and where it is. */
export interface Located {
  readonly container: Container;
  /** `spec.template.spec.initContainers[reload]`: by its name, or its place where it has none. */
  readonly path: string;
  readonly list: 'containers' | 'initContainers' | 'ephemeralContainers';
}

const lists = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/** Every container of pods, also those that run before the others or are added later. */
export const containersOf = ({ spec, path }: Pick<Pods, 'spec' | 'path'>): Located[] =>
  lists.flatMap((list) =>
    (spec[list] ?? []).map((container, nth) => ({
      container,
      path: `${path}.${list}[${container.name ?? nth}]`,
      list,
    })),
  );
