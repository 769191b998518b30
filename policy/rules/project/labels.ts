import { changed } from '../../model/change';
import { podsOf } from '../../model/pods';
import { metadataOf, type Metadata } from '../../model/resource';
import { resourceRule } from '../../model/rule';
import { isObject } from './objects';

interface Settings {
  readonly required: readonly string[];
}

const managedBy = 'app.kubernetes.io/managed-by';

/** No object that nobody can tell the owner of. */
export const labels = resourceRule<Settings>({
  id: 'labels',
  demand: 'Objects and the pods that they make have the labels that Kubernetes recommends.',
  reason:
    'Without them nobody can tell what belongs together, and policies, budgets and queries select too much or too little.',
  remedy: 'Add the label; others may stay.',
  severity: 'low',
  reference: { framework: 'session-database', control: 'Labels' },
  settings: {
    required: {
      description: 'Which labels every object must have.',
      default: [
        'app.kubernetes.io/name',
        'app.kubernetes.io/instance',
        'app.kubernetes.io/component',
        'app.kubernetes.io/part-of',
        managedBy,
      ],
    },
  },
  check: (resource, { required }) => {
    if (!isObject(resource)) return [];
    const pods = podsOf(resource);
    const places: (readonly [string, Metadata])[] = [['metadata', metadataOf(resource)]];
    // A Pod is its own pod, whose labels are those above.
    if (pods !== undefined && pods.path !== 'spec')
      places.push([pods.path.replace(/spec$/, 'metadata'), pods.metadata]);
    return places.flatMap(([path, metadata]) =>
      required.filter(absentIn(metadata)).map((label) => `${path}.labels has no ${label}`),
    );
  },
  // The other labels say what only the program knows. Those of pods stay as they are: a change starts them anew.
  repair: (resource, { required }) =>
    isObject(resource) && required.includes(managedBy) && absentIn(metadataOf(resource))(managedBy)
      ? changed(resource.props, ['metadata', 'labels', managedBy], () => 'pulumi')
      : undefined,
});

// What a label says need not be known.
const absentIn =
  ({ labels: present = {} }: Metadata) =>
  (label: string): boolean =>
    !(label in present);
