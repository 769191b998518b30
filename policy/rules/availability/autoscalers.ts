import { isMade, isPatch, type Resource, specOf } from '../../model/resource';
import { stackRule } from '../../model/rule';
import { isNamed } from '../../model/servers';
import { modeOf, type Names, names } from './redis';
import { autoscalersOf, isTarget, scalingOf, type Workload, workloadsOf } from './workloads';

/** No update that undoes what an autoscaler did. */
export const hpaNoReplicas = stackRule({
  id: 'hpa-no-replicas',
  demand: 'What an autoscaler scales says no number of replicas of its own, or leaves changes of it alone.',
  reason:
    'Each update takes the pods away that the autoscaler added, in the middle of the load that they are for.',
  remedy: "Leave spec.replicas out, or set the option ignoreChanges to ['spec.replicas'].",
  severity: 'medium',
  reference: { framework: 'session-database', control: 'Availability' },
  check: (resources) =>
    autoscalersOf(resources).flatMap((autoscaler) =>
      resources
        .filter(
          (resource) =>
            isTarget(autoscaler, resource) &&
            'replicas' in specOf(resource) &&
            !resource.ignoreChanges.some((path) => leavesReplicas.includes(path)),
        )
        .map((resource) => ({
          problem: `spec.replicas is set, and autoscaler ${autoscaler.name} scales it`,
          resource,
        })),
    ),
});

const leavesReplicas: readonly string[] = ['spec.replicas', 'spec["replicas"]', 'spec'];

/** No autoscaler without effect. */
export const hpaTargetExists = stackRule({
  id: 'hpa-target-exists',
  demand: 'What an autoscaler scales is in the stack.',
  reason: 'One with a wrong name scales nothing, and nobody is told.',
  remedy: "Set spec.scaleTargetRef to the workload's apiVersion, kind and name.",
  severity: 'medium',
  reference: { framework: 'session-database', control: 'Availability' },
  check: (resources) =>
    autoscalersOf(resources)
      .filter((autoscaler) => isMade(autoscaler) || scalingOf(autoscaler).scaleTargetRef !== undefined)
      .filter((autoscaler) => !resources.some((resource) => isTarget(autoscaler, resource)))
      .map((resource) => {
        const { apiVersion, kind, name } = scalingOf(resource).scaleTargetRef ?? {};
        return {
          problem: `spec.scaleTargetRef is ${apiVersion} ${kind} ${name}, which is not in the stack`,
          resource,
        };
      }),
});

const leastPods = 3;

/** No autoscaler that takes away the only master. */
export const noHpaOnMaster = stackRule<Names>({
  id: 'no-hpa-on-master',
  demand:
    'Redis is autoscaled only where Sentinel can make another pod the master: with three pods at least, each of which hands over before it goes.',
  reason:
    'The pod that an autoscaler takes away may be the master, and with it goes what no other pod has yet.',
  remedy:
    'Remove the autoscaler, or give the pods a preStop hook that hands over and the autoscaler minReplicas of 3.',
  severity: 'medium',
  reference: { framework: 'session-database', control: 'Availability' },
  settings: names,
  check: (resources, { redis, sentinel }) => {
    const workloads = workloadsOf(resources);
    return autoscalersOf(resources).flatMap((autoscaler) =>
      workloads
        .filter((workload) => isNamed(workload.pods, redis) && isTarget(autoscaler, workload.resource))
        .flatMap((workload) => {
          const mode = modeOf(workload, { workloads, resources, sentinel });
          return mode === 'Sentinel'
            ? ofHandover(autoscaler, workload)
            : [
                `it scales ${workload.name}, which is Redis of mode ${mode}: a pod that goes takes its data with it`,
              ];
        })
        .map((problem) => ({ problem, resource: autoscaler })),
    );
  },
});

function ofHandover(autoscaler: Resource, { pods, name }: Workload): string[] {
  const { minReplicas = isPatch(autoscaler) ? leastPods : 1 } = scalingOf(autoscaler);
  const containers = pods.spec.containers ?? [];
  return [
    ...(minReplicas < leastPods ? [`spec.minReplicas is ${minReplicas}`] : []),
    ...(containers.some(({ lifecycle }) => lifecycle?.preStop !== undefined)
      ? []
      : [`it scales ${name}, whose containers have no preStop hook`]),
  ];
}
