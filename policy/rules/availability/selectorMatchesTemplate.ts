import { podsOf } from '../../model/pods';
import { isKind, isPatch, specOf } from '../../model/resource';
import { resourceRule } from '../../model/rule';
import { isEmpty, type Selector, selects } from '../../model/selectors';

const kinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'] as const;

/** A workload's pods are its own. */
export const selectorMatchesTemplate = resourceRule({
  id: 'selector-matches-template',
  demand: "A workload's selector selects the pods that it makes.",
  reason: 'The cluster refuses it otherwise, in the middle of an update.',
  remedy:
    "Set spec.selector to labels of the template, such as the application's name, instance and component.",
  severity: 'medium',
  reference: { framework: 'session-database', control: 'Availability' },
  check: (resource) => {
    if (!isKind(resource, 'apps', ...kinds)) return [];
    const { selector } = specOf<{ selector: Selector }>(resource);
    const { labels = {} } = podsOf(resource)?.metadata ?? {};
    // What a patch leaves out is in the object that it changes.
    if (isPatch(resource)) {
      const { matchLabels = {} } = selector ?? {};
      return Object.keys(matchLabels)
        .filter((key) => key in labels && labels[key] !== matchLabels[key])
        .map((key) => `spec.selector.matchLabels[${key}] is not the label of the template`);
    }
    if (selector === undefined) return ['spec.selector is left out'];
    if (isEmpty(selector)) return ['spec.selector is empty'];
    return selects(selector, labels) ? [] : ['spec.selector does not select spec.template.metadata.labels'];
  },
});
