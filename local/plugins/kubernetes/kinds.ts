/** A kind of object and where the API server serves it. */
export interface Kind {
  /** `apps/v1`, or `v1` for the core group. */
  readonly apiVersion: string;
  readonly kind: string;
  /** The name in paths. */
  readonly plural: string;
  readonly namespaced: boolean;
}

const NAMESPACED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  v1: {
    ConfigMap: 'configmaps',
    Endpoints: 'endpoints',
    LimitRange: 'limitranges',
    PersistentVolumeClaim: 'persistentvolumeclaims',
    Pod: 'pods',
    ResourceQuota: 'resourcequotas',
    Secret: 'secrets',
    Service: 'services',
    ServiceAccount: 'serviceaccounts',
  },
  'apps/v1': {
    DaemonSet: 'daemonsets',
    Deployment: 'deployments',
    ReplicaSet: 'replicasets',
    StatefulSet: 'statefulsets',
  },
  'autoscaling/v2': { HorizontalPodAutoscaler: 'horizontalpodautoscalers' },
  'batch/v1': { CronJob: 'cronjobs', Job: 'jobs' },
  'coordination.k8s.io/v1': { Lease: 'leases' },
  'discovery.k8s.io/v1': { EndpointSlice: 'endpointslices' },
  // Of the Prometheus Operator, where a cluster has it.
  'monitoring.coreos.com/v1': { PodMonitor: 'podmonitors', PrometheusRule: 'prometheusrules' },
  'networking.k8s.io/v1': { Ingress: 'ingresses', NetworkPolicy: 'networkpolicies' },
  'policy/v1': { PodDisruptionBudget: 'poddisruptionbudgets' },
  'rbac.authorization.k8s.io/v1': { Role: 'roles', RoleBinding: 'rolebindings' },
};

const CLUSTER_SCOPED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  v1: { Namespace: 'namespaces', PersistentVolume: 'persistentvolumes' },
  'admissionregistration.k8s.io/v1': {
    ValidatingAdmissionPolicy: 'validatingadmissionpolicies',
    ValidatingAdmissionPolicyBinding: 'validatingadmissionpolicybindings',
  },
  'networking.k8s.io/v1': { IngressClass: 'ingressclasses' },
  'node.k8s.io/v1': { RuntimeClass: 'runtimeclasses' },
  'rbac.authorization.k8s.io/v1': {
    ClusterRole: 'clusterroles',
    ClusterRoleBinding: 'clusterrolebindings',
  },
  'scheduling.k8s.io/v1': { PriorityClass: 'priorityclasses' },
  'storage.k8s.io/v1': { StorageClass: 'storageclasses' },
};

function table(groups: typeof NAMESPACED, namespaced: boolean): Kind[] {
  return Object.entries(groups).flatMap(([apiVersion, kinds]) =>
    Object.entries(kinds).map(([kind, plural]) => ({ apiVersion, kind, plural, namespaced })),
  );
}

const KINDS: readonly Kind[] = [...table(NAMESPACED, true), ...table(CLUSTER_SCOPED, false)];

/** The package's type token of a kind: `kubernetes:core/v1:Pod`, `kubernetes:apps/v1:Deployment`. */
export function tokenOf({ apiVersion, kind }: Pick<Kind, 'apiVersion' | 'kind'>): string {
  return `kubernetes:${apiVersion.includes('/') ? apiVersion : `core/${apiVersion}`}:${kind}`;
}

/** Every kind that the plugin knows, by type token. */
export const KINDS_BY_TOKEN: ReadonlyMap<string, Kind> = new Map(
  KINDS.map((entry) => [tokenOf(entry), entry]),
);

/** The kind of that name; for the plugin's own look-ups, so an unknown one is a programming error. */
export function kindOf(apiVersion: string, kind: string): Kind {
  const found = KINDS_BY_TOKEN.get(tokenOf({ apiVersion, kind }));
  if (found === undefined) throw new Error(`no such kind: ${apiVersion} ${kind}`);
  return found;
}

/** The API path of a kind's objects, or of one of them when it has a name. */
export function pathOf(kind: Kind, namespace: string | undefined, name?: string): string {
  const root = kind.apiVersion.includes('/') ? `/apis/${kind.apiVersion}` : `/api/${kind.apiVersion}`;
  const scope =
    kind.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}${scope}/${kind.plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}
