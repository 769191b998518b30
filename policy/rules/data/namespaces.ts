import { changed } from '../../model/change';
import { isKind, isMade, isPatch, kindOf, metadataOf, type Resource, specOf } from '../../model/resource';
import { resourceRule, stackRule } from '../../model/rule';

const prefix = 'pod-security.kubernetes.io/';
const modes = ['enforce', 'audit', 'warn'] as const;

/** Versions as admission knows them; undefined for `latest`, which changes with the cluster. */
const minorOf = (version = ''): number | undefined => {
  const [, minor] = /^v1\.(\d+)$/.exec(version) ?? [];
  return minor === undefined ? undefined : Number(minor);
};

const isPinned = (version: string | undefined, oldest: string): boolean =>
  (minorOf(version) ?? -1) >= (minorOf(oldest) ?? 0);

/** The labels of a namespace that are not as they should be, and how they should. */
function wrongLabels(namespace: Resource, oldest: string): readonly (readonly [label: string, to: string])[] {
  const { labels = {} } = metadataOf(namespace);
  const patch = isPatch(namespace);
  return modes.flatMap((mode) => {
    const [level, version] = [`${prefix}${mode}`, `${prefix}${mode}-version`];
    const right: readonly (readonly [label: string, is: boolean, to: string])[] = [
      [level, labels[level] === 'restricted', 'restricted'],
      [version, isPinned(labels[version], oldest), oldest],
    ];
    return right
      .filter(([label, is]) => !is && !(patch && labels[label] === undefined))
      .map(([label, , to]) => [label, to] as const);
  });
}

interface Pss {
  readonly version: string;
  readonly clustersOwn: readonly string[];
}

/** Admission holds every namespace to the standards, and nothing is put where it cannot. */
export const namespacePssLabels = resourceRule<Pss>({
  id: 'namespace-pss-labels',
  demand:
    "Namespaces enforce, audit and warn by profile restricted in a version of it, and nothing is put into the cluster's own.",
  reason: 'Pods that others start there, with kubectl or by an operator, are checked by nothing else.',
  remedy:
    'Set pod-security.kubernetes.io/enforce, audit and warn to restricted with their -version labels, and give objects a namespace of their own.',
  severity: 'high',
  reference: { framework: 'CIS', control: '5.2.1' },
  settings: {
    version: { description: 'Oldest version of the standards that is new enough.', default: 'v1.36' },
    clustersOwn: {
      description: 'Namespaces that no object may be in.',
      default: ['default', 'kube-system', 'kube-public', 'kube-node-lease'],
    },
  },
  check: (resource, { version, clustersOwn }) => {
    if (kindOf(resource.type) === undefined) return [];
    if (isKind(resource, '', 'Namespace')) {
      const { labels = {} } = metadataOf(resource);
      return wrongLabels(resource, version).map(
        ([label]) => `metadata.labels[${label}] is ${labels[label] ?? 'missing'}`,
      );
    }
    const { namespace } = metadataOf(resource);
    return namespace !== undefined && clustersOwn.includes(namespace)
      ? [`metadata.namespace is ${namespace}`]
      : [];
  },
  repair: (resource, { version }) => {
    if (!isKind(resource, '', 'Namespace')) return undefined;
    const wrong = wrongLabels(resource, version);
    if (wrong.length === 0) return undefined;
    return wrong.reduce<Record<string, unknown>>(
      (props, [label, to]) => changed(props, ['metadata', 'labels', label], () => to),
      resource.props,
    );
  },
});

interface Quota {
  readonly hard?: object;
}

interface Limits {
  readonly limits?: readonly object[];
}

// An empty one limits nothing.
const limiters: readonly (readonly [kind: string, limits: (resource: Resource) => boolean])[] = [
  ['ResourceQuota', (resource) => Object.keys(specOf<Quota>(resource).hard ?? {}).length > 0],
  ['LimitRange', (resource) => (specOf<Limits>(resource).limits ?? []).length > 0],
];

/** A namespace has an end to what it takes, as a whole and each container by default. */
export const quotaLimitrange = stackRule({
  id: 'quota-limitrange',
  demand: 'Every namespace that the stack makes has a ResourceQuota and a LimitRange.',
  reason:
    'One namespace can take all of the cluster, and a container without limits all of its node, from everybody else.',
  remedy: 'Add a ResourceQuota with spec.hard and a LimitRange with spec.limits to the namespace.',
  severity: 'medium',
  reference: { framework: 'NSA', control: 'Resource policies' },
  check: (resources) =>
    resources
      .filter((resource) => isKind(resource, '', 'Namespace') && isMade(resource))
      .flatMap((namespace) => {
        const { name = '' } = metadataOf(namespace);
        return limiters
          .filter(
            ([kind, limits]) =>
              !resources.some(
                (resource) =>
                  isKind(resource, '', kind) &&
                  isMade(resource) &&
                  metadataOf(resource).namespace === name &&
                  limits(resource),
              ),
          )
          .map(([kind]) => ({ problem: `namespace ${name} has no ${kind}`, resource: namespace }));
      }),
});
