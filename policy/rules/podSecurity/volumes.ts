import { onPods } from '../../model/podRule';
import { resourceRule } from '../../model/rule';

const permitted = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

/** No directory of a node, and no storage past claims. */
export const volumes = resourceRule({
  id: 'pss-volumes',
  demand: 'Volumes are of kinds that cannot reach the node.',
  reason:
    "A hostPath leads to the node's files and its container runtime; old kinds of storage past every claim.",
  remedy: `Use one of ${permitted.join(', ')}.`,
  severity: 'critical',
  reference: { framework: 'PSS', control: 'Volume Types' },
  check: onPods(({ spec, path }) =>
    // By what they are not, so that kinds that nobody knows yet are forbidden. Without a kind it is an emptyDir.
    (spec.volumes ?? []).flatMap((volume, nth) =>
      Object.keys(volume)
        .filter(
          (key) => key !== 'name' && !permitted.includes(key) && (volume[key] ?? undefined) !== undefined,
        )
        .map((key) => `${path}.volumes[${volume.name ?? nth}] is of kind ${key}`),
    ),
  ),
});
