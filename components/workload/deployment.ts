import { metadata, selectorLabels } from '../kubernetes/labels';
import { podTemplate, type Workload } from './pod';

/** The Deployment of a workload. A new pod has to serve before an old one ends, so that there is never one less. */
export function deployment(workload: Workload, replicas: number) {
  const { identity } = workload;
  return {
    metadata: metadata(identity, identity.name),
    spec: {
      replicas,
      minReadySeconds: 5,
      progressDeadlineSeconds: 300,
      revisionHistoryLimit: 3,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      selector: { matchLabels: selectorLabels(identity) },
      template: podTemplate(workload),
    },
  };
}
