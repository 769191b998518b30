import { type Identity, metadata } from '../kubernetes/labels';

/** How many pods there are at least and at most. */
export interface Scale {
  readonly min: number;
  readonly max: number;
  /** Part of the CPU that a pod needs for which it asks: what is used is measured by what is asked for. */
  readonly cpuPart: number;
}

/**
 * The autoscaler of a part's Deployment or StatefulSet, which has the part's name: pods for 70 % of the CPU that they need and
 * 80 % of their memory requests. It owns `spec.replicas` from then on: its component has to leave that field alone
 * (`ignoreChanges`), or every run of the program would take back what the load asked for.
 */
export function autoscaler(
  identity: Identity,
  kind: 'Deployment' | 'StatefulSet',
  { min, max, cpuPart }: Scale,
) {
  return {
    metadata: metadata(identity, identity.name),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind, name: identity.name },
      minReplicas: min,
      maxReplicas: max,
      metrics: [utilization('cpu', Math.round(70 / cpuPart)), utilization('memory', 80)],
      behavior: {
        // A pod costs little, and load does not wait: doubled at once, or two more where that is more.
        scaleUp: {
          stabilizationWindowSeconds: 0,
          selectPolicy: 'Max',
          policies: [
            { type: 'Percent', value: 100, periodSeconds: 30 },
            { type: 'Pods', value: 2, periodSeconds: 30 },
          ],
        },
        // A pod that goes takes connections with it: one a minute, after five minutes in which none was needed.
        scaleDown: {
          stabilizationWindowSeconds: 300,
          selectPolicy: 'Max',
          policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }],
        },
      },
    },
  };
}

const utilization = (name: 'cpu' | 'memory', averageUtilization: number) => ({
  type: 'Resource',
  resource: { name, target: { type: 'Utilization', averageUtilization } },
});
