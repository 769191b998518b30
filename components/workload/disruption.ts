import { type Identity, metadata, selectorLabels } from '../kubernetes/labels';

/** At most one pod of a part is taken away at a time by who drains nodes; one that is not ready may always go. */
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
