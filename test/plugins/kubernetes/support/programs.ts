import type { Properties } from '../../../../local/plugins/protocol/values';
import { PluginError, type Diff, type PluginUnderTest, type Resource } from '../../harness';

export const CONFIG_MAP = 'kubernetes:core/v1:ConfigMap';
export const SECRET = 'kubernetes:core/v1:Secret';
export const STATEFUL_SET = 'kubernetes:apps/v1:StatefulSet';

/** What programs say of objects in one namespace, and where the API has them. */
export function programsIn(namespace: string) {
  return {
    configMap: (data: Properties, name?: string): Properties => ({
      metadata: { namespace, ...(name === undefined ? {} : { name }) },
      data,
    }),
    /** A StatefulSet that is ready without any pod. */
    statefulSet: (name: string, spec: Properties = {}, metadata: Properties = {}): Properties => ({
      metadata: { namespace, name, ...metadata },
      spec: {
        replicas: 0,
        serviceName: name,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: { containers: [{ name: 'main', image: 'docker.io/library/redis:8.0.2' }] },
        },
        ...spec,
      },
    }),
    pathOf: (kind: 'configmaps' | 'secrets' | 'pods', name: string): string =>
      `/api/v1/namespaces/${namespace}/${kind}/${name}`,
    statefulSetPath: (name: string): string => `/apis/apps/v1/namespaces/${namespace}/statefulsets/${name}`,
  };
}

/** The error that a call is refused with. */
export async function failure(promise: Promise<unknown>): Promise<PluginError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof PluginError) return error;
  throw new Error('the call was not refused');
}

/** What the plugin wants of a resource whose program says `news`. */
export async function checkedDiff(
  plugin: PluginUnderTest,
  resource: Resource,
  news: Properties,
): Promise<Diff> {
  return plugin.diff(resource, await plugin.check(resource.urn, news, resource.inputs));
}
