import { isKind, metadataOf } from '../../model/resource';
import { resourceRule } from '../../model/rule';
import { isObject } from './objects';

/** No objects that neither a preview nor these rules can see. */
export const noHelmRelease = resourceRule({
  id: 'no-helm-release',
  demand: 'Charts are rendered by the program, and not released by Helm.',
  reason: 'What a release makes is in no preview and is judged by no rule.',
  remedy: 'Use kubernetes.helm.v4.Chart.',
  severity: 'low',
  reference: { framework: 'session-database', control: 'Program' },
  check: (resource) => (isKind(resource, 'helm.sh', 'Release') ? ['is a release of Helm'] : []),
});

/** No object in the cluster that somebody's shell happens to point to. */
export const explicitProvider = resourceRule({
  id: 'explicit-provider',
  demand: 'Objects are made through a provider that the program made.',
  reason: 'The default one takes the cluster from the environment of whoever runs the program.',
  remedy: 'Make a kubernetes.Provider with the cluster and give it by the option provider.',
  severity: 'low',
  reference: { framework: 'session-database', control: 'Program' },
  check: ({ type, provider }) =>
    // Its name has the version of the plugin: default_4_18_0.
    type.startsWith('kubernetes:') && /^default(_|$)/.test(provider?.name ?? '')
      ? [`its provider is ${provider?.name}`]
      : [],
});

const waited = [
  ['apps', 'Deployment'],
  ['apps', 'StatefulSet'],
  ['apps', 'DaemonSet'],
  ['batch', 'Job'],
] as const;

/** No update that waits as long as the provider happens to. */
export const timeouts = resourceRule({
  id: 'timeouts',
  demand: 'Workloads that an update waits for say for how long.',
  reason: "Ten minutes, the provider's own time, are too short for some and too long for others.",
  remedy: 'Set the option customTimeouts.',
  severity: 'low',
  reference: { framework: 'session-database', control: 'Program' },
  advisory: true,
  check: (resource) => {
    if (!isObject(resource) || !waited.some(([group, kind]) => isKind(resource, group, kind))) return [];
    const { annotations = {} } = metadataOf(resource);
    if (annotations['pulumi.com/skipAwait'] === 'true' || 'pulumi.com/timeoutSeconds' in annotations)
      return [];
    return (['create', 'update'] as const)
      .filter((operation) => resource.timeouts[operation] === 0)
      .map((operation) => `customTimeouts.${operation} is left out`);
  },
});
