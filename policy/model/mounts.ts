import { whenKnown } from './known';
import { podsOf } from './pods';
import { isKind, metadataOf, type Resource, type Texts } from './resource';

interface Source {
  readonly configMap?: { readonly name?: string };
}

/** A volume, as far as it may be of ConfigMaps. */
export interface Volume extends Source {
  readonly name?: string;
  readonly projected?: { readonly sources?: readonly Source[] };
}

/** The names of the ConfigMaps whose files are in a volume, alone or projected with others. */
export const configMapNamesOf = (volume: Volume): string[] =>
  [volume, ...(volume.projected?.sources ?? [])]
    .map(({ configMap }) => configMap?.name)
    .filter((name) => name !== undefined);

/** The ConfigMaps of a stack that a workload's pods have among their volumes, alone or projected with others. */
export function configMapsOf(workload: Resource, resources: readonly Resource[]): Resource[] {
  const volumes = (podsOf(workload)?.spec.volumes ?? []) as readonly Volume[];
  const names = volumes.flatMap(configMapNamesOf);
  const { namespace } = metadataOf(workload);
  return resources.filter((resource) => {
    if (names.length === 0 || !isKind(resource, '', 'ConfigMap')) return false;
    const metadata = metadataOf(resource);
    return metadata.namespace === namespace && metadata.name !== undefined && names.includes(metadata.name);
  });
}

/** The texts of a ConfigMap; empty where it has none. */
export const dataOf = ({ props }: Pick<Resource, 'props'>): Texts =>
  (props['data'] as Texts | undefined) ?? {};

/**
 * The same of a ConfigMap or Secret which may be computed as a whole: empty where nobody knows yet what files it has. Single
 * files that are not known yet can be looked for, but not read.
 */
export const knownDataOf = (
  { props }: Pick<Resource, 'props'>,
  field: 'data' | 'stringData' | 'binaryData' = 'data',
): Texts => whenKnown(() => props[field] as Texts | undefined) ?? {};

/**
 * The files that a workload's pods have of ConfigMaps of the stack; of what a preview does not know there are none.
 * @param ends - how the names of those that are read end; without any, all are
 */
export const textsOf = (
  workload: Resource,
  resources: readonly Resource[],
  ...ends: readonly string[]
): string[] =>
  configMapsOf(workload, resources).flatMap((configMap) => {
    const data = knownDataOf(configMap);
    return Object.keys(data)
      .filter((key) => ends.length === 0 || ends.some((end) => key.endsWith(end)))
      .map((key) => whenKnown(() => data[key]) ?? '');
  });
