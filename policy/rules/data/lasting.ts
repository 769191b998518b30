import { isKind, isPatch, type Resource, specOf } from '../../model/resource';
import { resourceRule } from '../../model/rule';

interface Protection {
  readonly required: boolean;
  readonly kinds: readonly string[];
}

/** What cannot be made again is not deleted by a mistake. */
export const protectStateful = resourceRule<Protection>({
  id: 'protect-stateful',
  demand: 'What holds data, or cannot be made again, is protected.',
  reason: 'A wrong name or a destroyed stack takes it along, and all data with it.',
  remedy: 'Give the resource the option protect: true.',
  severity: 'high',
  reference: { framework: 'session-database', control: 'Data' },
  settings: {
    required: { description: 'Whether data of this stack are worth it.', default: true },
    kinds: {
      description:
        "What is protected: kinds of Kubernetes' core, as Namespace, or whole types of other resources, as random:index/randomPassword:RandomPassword.",
      default: ['Namespace', 'PersistentVolumeClaim'],
    },
  },
  check: (resource, { required, kinds }) => {
    // Who takes a patch away leaves the object there.
    if (!required || resource.protect || isPatch(resource)) return [];
    const named = kinds.some((kind) => kind === resource.type || isKind(resource, '', kind));
    return named ? ['the resource is not protected'] : [];
  },
});

interface ClaimSpec {
  readonly storageClassName?: string;
}

interface StatefulSetSpec {
  readonly volumeClaimTemplates?: readonly {
    readonly metadata?: { readonly name?: string };
    readonly spec?: ClaimSpec;
  }[];
  readonly persistentVolumeClaimRetentionPolicy?: {
    readonly whenDeleted?: string;
    readonly whenScaled?: string;
  };
}

const ends = ['whenDeleted', 'whenScaled'] as const;

/** Claims outlive their StatefulSet, on storage that is known. */
export const pvcRetain = resourceRule<{ readonly namedClass: boolean }>({
  id: 'pvc-retain',
  demand: 'Claims are kept when their StatefulSet is deleted or scaled down, and name their storage class.',
  reason:
    "Data go with the last pod, or to whatever is the cluster's default on that day, which may delete volumes with their claims.",
  remedy:
    'Set both of persistentVolumeClaimRetentionPolicy to Retain, and storageClassName to a class whose volumes are retained.',
  severity: 'high',
  reference: { framework: 'session-database', control: 'Data' },
  settings: {
    namedClass: { description: "Whether claims may not rely on the cluster's default class.", default: true },
  },
  check: (resource, { namedClass }) => {
    const claims = claimsOf(resource);
    const unnamed = claims
      .filter(({ spec }) => namedClass && spec?.storageClassName === undefined)
      .map(({ path }) => `${path}.storageClassName is missing`);
    if (!isKind(resource, 'apps', 'StatefulSet')) return unnamed;
    const policy = specOf<StatefulSetSpec>(resource).persistentVolumeClaimRetentionPolicy;
    const deleted = ends.flatMap((end) => {
      // Kubernetes retains where nothing is said.
      const what = policy?.[end] ?? 'Retain';
      return what === 'Retain' ? [] : [`spec.persistentVolumeClaimRetentionPolicy.${end} is ${what}`];
    });
    return [...deleted, ...unnamed];
  },
});

interface Claim {
  readonly path: string;
  readonly spec: ClaimSpec | undefined;
}

/** The claims that a resource is or makes. Those of a patch may be complete elsewhere. */
function claimsOf(resource: Resource): Claim[] {
  if (isPatch(resource)) return [];
  if (isKind(resource, '', 'PersistentVolumeClaim'))
    return [{ path: 'spec', spec: specOf<ClaimSpec>(resource) }];
  if (!isKind(resource, 'apps', 'StatefulSet')) return [];
  return (specOf<StatefulSetSpec>(resource).volumeClaimTemplates ?? []).map(({ metadata, spec }, nth) => ({
    path: `spec.volumeClaimTemplates[${metadata?.name ?? nth}].spec`,
    spec,
  }));
}
