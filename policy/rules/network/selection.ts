import { stackRule } from '../../model/rule';
import { isEmpty, namespaceOf, selects } from '../../model/selectors';
import { isOwnPolicy, openingsOf, selectorOf, workloadsOf } from './policies';

/** Somebody thought of every pod's connections. */
export const everyPodSelected = stackRule({
  id: 'every-pod-selected',
  demand: "Every workload's pods are selected by a NetworkPolicy that allows them something.",
  reason: 'Pods that only a default-deny selects reach nothing: a label is wrong, or nobody thought of them.',
  remedy: "Add a NetworkPolicy whose podSelector names the pods' labels and that lists what they need.",
  severity: 'high',
  reference: { framework: 'NSA', control: 'Network policies' },
  check: (resources) => {
    const allowing = resources.filter(
      (resource) =>
        isOwnPolicy(resource) && !isEmpty(selectorOf(resource)) && openingsOf(resource).length > 0,
    );
    return workloadsOf(resources)
      .filter(
        ({ namespace, labels }) =>
          !allowing.some(
            (policy) => namespaceOf(policy) === namespace && selects(selectorOf(policy), labels),
          ),
      )
      .map(({ resource, namespace }) => ({
        problem: `no NetworkPolicy in namespace ${namespace} that allows something selects the pods`,
        resource,
      }));
  },
});

/** No policy is left over, and none misses the pods that it is for. */
export const noOrphanPolicy = stackRule<{ others: readonly string[] }>({
  id: 'no-orphan-policy',
  demand: 'Every NetworkPolicy selects pods of the stack.',
  reason: 'One that selects none is left over from a workload that is gone, or its labels are wrong.',
  remedy: 'Remove it, correct its podSelector, or list a label of its pods in the setting others.',
  severity: 'low',
  reference: { framework: 'NSA', control: 'Network policies' },
  advisory: true,
  settings: {
    others: {
      description: 'Labels, as <key>=<value>, of pods that others make and policies of the stack are for.',
      default: [],
    },
  },
  check: (resources, { others }) => {
    const workloads = workloadsOf(resources);
    return resources
      .filter((resource) => {
        // An empty one is for whatever will come into the namespace.
        if (!isOwnPolicy(resource) || isEmpty(selectorOf(resource))) return false;
        const selector = selectorOf(resource);
        const wanted = selector.matchLabels ?? {};
        if (Object.keys(wanted).some((key) => others.includes(`${key}=${wanted[key]}`))) return false;
        const namespace = namespaceOf(resource);
        return !workloads.some((pods) => pods.namespace === namespace && selects(selector, pods.labels));
      })
      .map((resource) => ({ problem: 'spec.podSelector selects no pods of the stack', resource }));
  },
});
