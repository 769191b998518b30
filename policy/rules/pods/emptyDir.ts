import { missing, onPods } from '../../model/podRule';
import { quantityOf } from '../../model/quantity';
import { resourceRule } from '../../model/rule';

interface Volume {
  readonly name?: string;
  readonly emptyDir?: { readonly sizeLimit?: string };
}

/** Scratch space with an end. */
export const emptydirSizeLimit = resourceRule({
  id: 'emptydir-size-limit',
  demand: 'Every emptyDir has a size limit.',
  reason: "Without one, a pod fills the disk of its node, or with medium Memory the pod's memory.",
  remedy: 'Set emptyDir.sizeLimit to what the container may write.',
  severity: 'medium',
  reference: { framework: 'NSA', control: 'Resource policies' },
  check: onPods(({ spec, path, patch }) =>
    ((spec.volumes ?? []) as readonly Volume[]).flatMap((volume, nth) => {
      // A volume that says nothing of its kind is an emptyDir.
      if (!('emptyDir' in volume) && Object.keys(volume).some((key) => key !== 'name')) return [];
      const place = `${path}.volumes[${volume.name ?? nth}].emptyDir.sizeLimit`;
      const limit = volume.emptyDir?.sizeLimit ?? undefined;
      if (limit === undefined) return missing({ patch }, `${place} is missing`);
      return (quantityOf(limit) ?? 0) > 0 ? [] : [`${place} is ${limit}, which is no limit`];
    }),
  ),
});
