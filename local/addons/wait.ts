import { until } from '../exec';

/** Runs kubectl with the arguments and gives back what it printed. */
export type Kubectl = (args: readonly string[], input?: string) => Promise<string>;

/** Which pods are waited for. */
export interface WaitOptions {
  readonly namespace: string;
  /** Label selector that finds all of the add-on's pods, and no others. */
  readonly selector: string;
  /** When a node was started, in milliseconds since 1970; undefined where it does not run. */
  readonly startOf: (node: string) => number | undefined;
  /** @default 120 */
  readonly seconds?: number;
  /** Time between two looks, in milliseconds. @default 500 */
  readonly everyMs?: number;
}

interface Pod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly nodeName?: string };
  readonly status: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
    readonly containerStatuses?: readonly {
      readonly ready: boolean;
      readonly state: {
        readonly running?: { readonly startedAt: string };
        readonly waiting?: { readonly reason?: string; readonly message?: string };
        readonly terminated?: { readonly reason?: string; readonly message?: string };
      };
    }[];
  };
}

/** Why a pod does not serve; undefined when it does. */
export function whyNotReady(pod: Pod, startOf: WaitOptions['startOf']): string | undefined {
  const { spec, status } = pod;
  if (spec.nodeName === undefined) {
    const scheduled = status.conditions?.find(({ type }) => type === 'PodScheduled');
    return `is on no node${scheduled?.message ? `: ${scheduled.message}` : ''}`;
  }
  const since = startOf(spec.nodeName);
  if (since === undefined) return `is on ${spec.nodeName}, which does not run`;
  const container = status.containerStatuses?.[0];
  if (!container) return `is starting on ${spec.nodeName}`;
  const { running, waiting, terminated } = container.state;
  if (!running) {
    const { reason = 'unknown reason', message = '' } = waiting ?? terminated ?? {};
    return `does not run on ${spec.nodeName}: ${reason} ${message}`.trimEnd();
  }
  // Times of the API are whole seconds.
  if (Date.parse(running.startedAt) + 1000 < since) return `has not been started again on ${spec.nodeName}`;
  return container.ready ? undefined : `is not ready yet on ${spec.nodeName}`;
}

/**
 * Waits until every pod of an add-on is ready, since its node was started; pods that are going do not count.
 *
 * @throws Error that names the pods which are not, and why
 */
export async function waitForPods(kubectl: Kubectl, options: WaitOptions): Promise<void> {
  const { namespace, selector, startOf, seconds = 120, everyMs = 500 } = options;
  const what = `readiness of the pods ${selector} in ${namespace}`;
  await until(
    what,
    seconds,
    async () => {
      const text = await kubectl([
        'get',
        'pods',
        '--namespace',
        namespace,
        '--selector',
        selector,
        '--output',
        'json',
      ]);
      const pods = (JSON.parse(text) as { items: Pod[] }).items.filter(
        (pod) => !pod.metadata.deletionTimestamp,
      );
      if (pods.length === 0) throw new Error('there is no pod yet');
      const problems = pods.flatMap((pod) => {
        const problem = whyNotReady(pod, startOf);
        return problem === undefined ? [] : [`${pod.metadata.name} ${problem}`];
      });
      if (problems.length > 0) throw new Error(problems.join('; '));
      return true;
    },
    everyMs,
  );
}
