import { resourceRule } from '../../model/rule';
import { grantsOf, has } from './roles';

interface Power {
  readonly group: string;
  readonly resources: readonly string[];
  /** Left out: every verb is one, as some of these are used by a mere get. */
  readonly verbs?: readonly string[];
}

const making = ['create', 'update', 'patch'];

const powers: readonly Power[] = [
  {
    group: '',
    resources: [
      'pods/exec',
      'pods/attach',
      'pods/portforward',
      'pods/proxy',
      'pods/ephemeralcontainers',
      'services/proxy',
      'nodes/proxy',
      'serviceaccounts/token',
    ],
  },
  { group: '', resources: ['pods', 'replicationcontrollers'], verbs: making },
  // Who makes these makes pods.
  { group: 'apps', resources: ['deployments', 'statefulsets', 'daemonsets', 'replicasets'], verbs: making },
  { group: 'batch', resources: ['jobs', 'cronjobs'], verbs: making },
];

/** Nobody gets into pods, or makes ones of his own, from inside the cluster. */
export const noPodPower = resourceRule({
  id: 'no-pod-power',
  demand: 'Roles allow nobody to make pods, to get into pods or nodes, or to make tokens.',
  reason: "A pod may mount each Secret of its namespace, and who gets into one has the pod's own.",
  remedy: 'Remove these resources from the role, or the verbs that change them.',
  severity: 'high',
  reference: { framework: 'CIS', control: '5.1.4' },
  check: (resource) =>
    grantsOf(resource).flatMap((grant) =>
      powers.flatMap(({ group, resources, verbs = grant.verbs }) => {
        if (!has(grant.apiGroups, group)) return [];
        const used = verbs.filter((verb) => has(grant.verbs, verb));
        if (used.length === 0) return [];
        return resources
          .filter((of) => has(grant.resources, of))
          .map((of) => `${grant.path} allows to ${used.join(', ')} ${of}`);
      }),
    ),
});
