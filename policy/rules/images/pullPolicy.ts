import { missing, onPods } from '../../model/podRule';
import { resourceRule } from '../../model/rule';
import { imagesOf } from './references';

interface Settings {
  readonly policies: readonly string[];
}

/** No start that waits for a registry, nor one that depends on what a node happens to have. */
export const pullPolicy = resourceRule<Settings>({
  id: 'pull-policy',
  demand: 'Containers say when their image is pulled: if their node does not have it.',
  reason:
    'With Always nothing starts while the registry is away, though a fixed image cannot change; with Never it starts on some nodes only.',
  remedy: 'Set imagePullPolicy to IfNotPresent.',
  severity: 'low',
  reference: { framework: 'session-database', control: 'Images' },
  advisory: true,
  settings: {
    policies: { description: 'Which pull policies are allowed.', default: ['IfNotPresent'] },
  },
  check: onPods<Settings>((pods, { policies }) =>
    imagesOf(pods).flatMap(({ pullPolicyPath, pullPolicy: policy }) => {
      if (policy === undefined) return missing(pods, `${pullPolicyPath} is left out`);
      return policies.includes(policy) ? [] : [`${pullPolicyPath} is ${policy}`];
    }),
  ),
});
