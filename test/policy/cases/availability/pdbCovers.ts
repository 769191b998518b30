import type { CasesByRule } from '../../support/cases';
import type { Anything } from '../../support/program';
import { all } from '../../support/make';
import { without, spec, adding, copying, scaled, fixed } from './support';

const budget = (change: (spec: Anything) => void) => spec('PodDisruptionBudget', 'redis', change);

const only =
  (of: object) =>
  (given: Anything): void => {
    delete given.maxUnavailable;
    Object.assign(given, of);
  };

export const pdbCovers: CasesByRule = {
  'pdb-covers': {
    refused: {
      'no budget': {
        change: without('PodDisruptionBudget', 'redis'),
        says: 'no disruption budget selects its pods. Give it one PodDisruptionBudget',
      },
      'no budget of a Deployment': { change: without('PodDisruptionBudget', 'redis-proxy') },
      'a budget of other pods': {
        change: budget((of) => (of.selector.matchLabels['app.kubernetes.io/name'] = 'valkey')),
        says: 'no disruption budget selects its pods',
      },
      'a budget without a selector': {
        change: budget((of) => delete of.selector),
        says: 'no disruption budget selects its pods',
      },
      'a budget in another namespace': {
        change: (program) => (program.props('PodDisruptionBudget', 'redis').metadata.namespace = 'other'),
        says: 'no disruption budget selects its pods',
      },
      "somebody else's budget": {
        change: (program) =>
          (program.object('PodDisruptionBudget', 'redis').type =
            'kubernetes:example.com/v1:PodDisruptionBudget'),
        says: 'no disruption budget selects its pods',
      },
      'a patch of a budget in its place': {
        change: (program) =>
          (program.object('PodDisruptionBudget', 'redis').type =
            'kubernetes:policy/v1:PodDisruptionBudgetPatch'),
        says: 'no disruption budget selects its pods',
      },
      'two budgets': {
        change: copying('PodDisruptionBudget', 'redis', () => undefined),
        says: /^2 disruption budgets select its pods: no eviction is possible\./,
      },
      'a budget of everything beside it': {
        change: adding('policy/v1:PodDisruptionBudget', { selector: {}, maxUnavailable: 1 }),
        says: '2 disruption budgets select its pods',
      },
      'none may go': {
        change: budget(only({ maxUnavailable: 0 })),
        says: /^spec\.maxUnavailable is 0: of 4 pods of redis none may go\.[^\n]*$/,
      },
      'a share of none may go': {
        change: budget(only({ maxUnavailable: '0%' })),
        says: 'spec.maxUnavailable is 0%: of 4 pods of redis none may go',
      },
      'all may go': {
        change: budget(only({ maxUnavailable: 4 })),
        says: /^spec\.maxUnavailable is 4: of 4 pods of redis all may go\./,
      },
      'a share may go that is all, rounded up': {
        change: budget(only({ maxUnavailable: '76%' })),
        says: 'spec.maxUnavailable is 76%: of 4 pods of redis all may go',
      },
      'all must stay': {
        change: budget(only({ minAvailable: 4 })),
        says: /^spec\.minAvailable is 4: of 4 pods of redis none may go\./,
      },
      'a share must stay that is all, rounded up': {
        change: budget(only({ minAvailable: '76%' })),
        says: 'spec.minAvailable is 76%: of 4 pods of redis none may go',
      },
      'none must stay': {
        change: budget(only({ minAvailable: 0 })),
        says: 'spec.minAvailable is 0: of 4 pods of redis all may go',
      },
      'nothing is said': {
        change: budget(only({})),
        says: 'it has neither spec.maxUnavailable nor spec.minAvailable.',
      },
      'both of two must stay': {
        change: all(fixed(2), budget(only({ minAvailable: 2 }))),
        says: 'of 2 pods of redis none may go',
      },
      'more than what an autoscaler leaves at least must stay': {
        change: all(
          scaled('redis', (of) => (of.minReplicas = 3)),
          budget(only({ minAvailable: 3 })),
        ),
        says: 'of 3 pods of redis none may go',
      },
      'a workload that an autoscaler may make two': {
        change: all(
          scaled('redis', (of) => Object.assign(of, { minReplicas: 1, maxReplicas: 2 })),
          without('PodDisruptionBudget', 'redis'),
        ),
        says: 'no disruption budget selects its pods',
      },
      'a patch by which none may go': {
        change: adding('policy/v1:PodDisruptionBudgetPatch', { maxUnavailable: 0 }),
        says: 'spec.maxUnavailable is 0: no pod may go.',
      },
      'a patch by which a share of none may go': {
        change: adding('policy/v1:PodDisruptionBudgetPatch', { maxUnavailable: '0%' }),
        says: 'spec.maxUnavailable is 0%: no pod may go.',
      },
      'a patch by which all must stay': {
        change: adding('policy/v1:PodDisruptionBudgetPatch', { minAvailable: '100%' }),
        says: 'spec.minAvailable is 100%: no pod may go.',
      },
    },
    passed: {
      'all but one may go': { change: budget(only({ maxUnavailable: 3 })) },
      'a share that is not all may go': { change: budget(only({ maxUnavailable: '75%' })) },
      'a share that is one may go': { change: budget(only({ maxUnavailable: '1%' })) },
      'all but one must stay': { change: budget(only({ minAvailable: 3 })) },
      'a share that is not all must stay': { change: budget(only({ minAvailable: '75%' })) },
      'one must stay': { change: budget(only({ minAvailable: 1 })) },
      'two pods, of which one may go': { change: fixed(2) },
      'one pod that an autoscaler may make two': {
        change: scaled('redis', (of) => Object.assign(of, { minReplicas: 1, maxReplicas: 2 })),
      },
      'an older version of budgets': {
        change: (program) =>
          (program.object('PodDisruptionBudget', 'redis').type =
            'kubernetes:policy/v1beta1:PodDisruptionBudget'),
      },
      'a budget of everything alone': {
        change: all(
          without('PodDisruptionBudget'),
          adding('policy/v1:PodDisruptionBudget', { selector: {}, maxUnavailable: 1 }),
        ),
      },
      'one pod and no budget': { change: all(fixed(1), without('PodDisruptionBudget', 'redis')) },
      'patches that leave a pod its way': {
        change: all(
          adding('policy/v1:PodDisruptionBudgetPatch', { maxUnavailable: 1 }),
          adding('policy/v1:PodDisruptionBudgetPatch', { minAvailable: 2 }),
          adding('policy/v1:PodDisruptionBudgetPatch', {}),
        ),
      },
      'no workloads and no budgets': {
        change: all(without('StatefulSet'), without('Deployment'), without('PodDisruptionBudget')),
      },
    },
  },
};
