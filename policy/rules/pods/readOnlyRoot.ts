import { changed } from '../../model/change';
import { missing, onPods } from '../../model/podRule';
import { type Container, containersOf, type Located, type Pods } from '../../model/pods';
import { resourceRule } from '../../model/rule';
import { withSpec } from './repair';

const writable = (container: Container, path: string, pods: Pods): string[] => {
  const place = `${path}.securityContext.readOnlyRootFilesystem`;
  const readOnly = container.securityContext?.readOnlyRootFilesystem ?? undefined;
  if (readOnly === undefined) return missing(pods, `${place} is missing`);
  return readOnly ? [] : [`${place} is false`];
};

const writableOf = (pods: Pods): Located[] =>
  containersOf(pods).filter(({ container, path }) => writable(container, path, pods).length > 0);

/** Images as they were built, while they run. */
export const readOnlyRoot = resourceRule({
  id: 'read-only-root',
  demand: 'Containers cannot write to the files of their image.',
  reason: 'An intruder would change programs there or leave tools of theirs.',
  remedy:
    'Let readOnlyRootFilesystem of every container be true; give it an emptyDir for what it must write.',
  severity: 'high',
  reference: { framework: 'NSA', control: 'Immutable container file systems' },
  check: onPods((pods) =>
    containersOf(pods).flatMap(({ container, path }) => writable(container, path, pods)),
  ),
  repair: (resource) =>
    withSpec(resource, (pods) => {
      const wrong = writableOf(pods);
      if (wrong.length === 0) return undefined;
      const lists = [...new Set(wrong.map(({ list }) => list))];
      return lists.reduce(
        (spec, list) =>
          changed(spec, [list], () =>
            (pods.spec[list] ?? []).map((container) =>
              writable(container, '', pods).length === 0
                ? container
                : changed(container, ['securityContext', 'readOnlyRootFilesystem'], () => true),
            ),
          ),
        pods.spec,
      );
    }),
});
