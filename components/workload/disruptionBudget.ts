import { type Identity, metadata, selectorLabels } from '../kubernetes/labels';

/** At most one pod of a part is taken away at a time, by a drain or another planned eviction; one that is not ready
 * already, and so counts for nothing, may always be. */
export function disruptionBudget(identity: Identity) {
  return {
    metadata: metadata(identity, identity.name),
    spec: {
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: selectorLabels(identity) },
    },
  };
}
