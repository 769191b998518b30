import { kubectl } from '../../../local/cluster/cluster';

interface Autoscaler {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly minReplicas: number; readonly maxReplicas: number };
}

/** Where its bounds are kept, should this process end before it lets go. */
const kept = 'session-database/chaos-kept';

/** Holds the autoscaler of Redis at so many pods: one that comes in the middle of a case would be nobody's. */
export async function holdPods(namespace: string, count: number): Promise<void> {
  const own = await autoscalerOf(namespace);
  if (own === undefined || own.metadata.annotations?.[kept] !== undefined) return;
  const { minReplicas, maxReplicas } = own.spec;
  await patch(namespace, JSON.stringify({ minReplicas, maxReplicas }), {
    minReplicas: count,
    maxReplicas: count,
  });
}

/** Lets it go. */
export async function releasePods(namespace: string): Promise<void> {
  const bounds = (await autoscalerOf(namespace))?.metadata.annotations?.[kept];
  if (bounds !== undefined) await patch(namespace, null, JSON.parse(bounds) as Autoscaler['spec']);
}

async function autoscalerOf(namespace: string): Promise<Autoscaler | undefined> {
  const text = await kubectl(['get', 'hpa', '--namespace', namespace, '-o', 'json']);
  const { items } = JSON.parse(text) as { items: readonly Autoscaler[] };
  return items.find(({ metadata }) => metadata.name === 'redis');
}

async function patch(namespace: string, note: string | null, spec: Autoscaler['spec']): Promise<void> {
  const text = JSON.stringify({ metadata: { annotations: { [kept]: note } }, spec });
  await kubectl(['patch', 'hpa', 'redis', '--namespace', namespace, '--type', 'merge', '--patch', text]);
}
