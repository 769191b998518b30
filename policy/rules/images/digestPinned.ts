import { missing, onPods } from '../../model/podRule';
import { resourceRule } from '../../model/rule';
import { imagesOf, parse } from './references';

interface Settings {
  readonly digests: boolean;
}

/** No image that is another one tomorrow. */
export const digestPinned = resourceRule<Settings>({
  id: 'digest-pinned',
  demand: 'Images are named by a fixed tag and by a digest.',
  reason: 'A tag can be moved: what starts next may be other code than what was tested.',
  remedy: 'Name the image as repository:tag@sha256:digest.',
  severity: 'high',
  reference: { framework: 'NSA', control: 'Kubernetes Pod security: building secure container images' },
  settings: {
    digests: {
      description:
        'Whether a digest must be there, too. Where images are built with their stack there is none to name yet.',
      default: true,
    },
  },
  check: onPods<Settings>((pods, { digests }) =>
    imagesOf(pods).flatMap(({ path, reference }) => {
      if (reference === undefined) return missing(pods, `${path} is left out`);
      const { tag, digest } = parse(reference);
      const problems = [
        ...(tag === undefined || tag === '' ? ['has no tag'] : []),
        ...(tag === 'latest' ? ['has a tag that moves'] : []),
        ...(digests && digest === undefined ? ['has no digest'] : []),
        ...(digest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(digest)
          ? ['has a digest that is no sha256']
          : []),
      ];
      return problems.map((problem) => `${path} ${reference} ${problem}`);
    }),
  ),
});
