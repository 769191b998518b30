import { UNKNOWN, type CheckFailure, type Properties, type Value } from '../protocol';
import type { ClusterAccess } from './cluster-access';

/** The provider's configuration, read. */
export interface Config {
  /** Undefined when none can be loaded; `problem` says why. */
  readonly access: ClusterAccess | undefined;
  readonly problem: string | undefined;
  /** For namespaced objects that name none. */
  readonly namespace: string;
  readonly patchForce: boolean;
  readonly mutable: { readonly configMaps: boolean; readonly secrets: boolean };
  readonly deleteUnreachable: boolean;
}

const BOOLEANS = {
  deleteUnreachable: 'PULUMI_K8S_DELETE_UNREACHABLE',
  enableConfigMapMutable: 'PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE',
  enablePatchForce: 'PULUMI_K8S_ENABLE_PATCH_FORCE',
  enableSecretMutable: 'PULUMI_K8S_ENABLE_SECRET_MUTABLE',
} as const;
const TEXTS = ['cluster', 'clusterIdentifier', 'context', 'kubeconfig', 'namespace'];
/** Accepted without effect: what they tune or silence, this plugin does not have. */
const WITHOUT_EFFECT = [
  'enableServerSideApply',
  'kubeClientSettings',
  'pluginDownloadURL',
  'suppressDeprecationWarnings',
  'suppressHelmHookWarnings',
  'version',
];
const KNOWN = new Set<string>([...Object.keys(BOOLEANS), ...TEXTS, ...WITHOUT_EFFECT]);

/** What is wrong with a provider's inputs, every problem of them. */
export function checkConfig(inputs: Properties): readonly CheckFailure[] {
  return Object.entries(inputs).flatMap(([property, value]): CheckFailure[] => {
    if (property.startsWith('__') || value === UNKNOWN || value === null || value === '') return [];
    if (!KNOWN.has(property)) {
      const reason = `the embedded kubernetes plugin has no ${property}; use the official plugin for it`;
      return isOff(value) ? [] : [{ property, reason }];
    }
    if (property === 'enableServerSideApply' && isOff(value)) {
      const reason =
        'the embedded kubernetes plugin always uses server-side apply; use the official plugin for false';
      return [{ property, reason }];
    }
    if (property in BOOLEANS && !['true', 'false', true, false].includes(value as string | boolean)) {
      return [{ property, reason: `must be true or false, not ${JSON.stringify(value)}` }];
    }
    if (TEXTS.includes(property) && typeof value !== 'string') {
      return [{ property, reason: `must be a string, not ${JSON.stringify(value)}` }];
    }
    return [];
  });
}

function isOff(value: Value): boolean {
  return value === false || value === 'false';
}

function text(inputs: Properties, key: string): string | undefined {
  const value = inputs[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

async function accessOf(inputs: Properties): Promise<ClusterAccess> {
  const kubeconfig = await import('./kubeconfig.mjs');
  return kubeconfig.accessOf({
    kubeconfig: text(inputs, 'kubeconfig'),
    context: text(inputs, 'context'),
    cluster: text(inputs, 'cluster'),
  });
}

/**
 * Reads the provider's inputs. A kubeconfig that cannot be loaded is no error here, as a preview can do without a
 * cluster: it becomes one when the cluster is needed.
 */
export async function readConfig(inputs: Properties, env: NodeJS.ProcessEnv = process.env): Promise<Config> {
  const flag = (key: keyof typeof BOOLEANS): boolean => {
    const value = inputs[key];
    return value === undefined ? env[BOOLEANS[key]] === 'true' : value === true || value === 'true';
  };
  let access: ClusterAccess | undefined;
  let problem: string | undefined;
  try {
    access = await accessOf(inputs);
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  return {
    access,
    problem,
    namespace: text(inputs, 'namespace') ?? access?.namespace ?? 'default',
    patchForce: flag('enablePatchForce'),
    mutable: { configMaps: flag('enableConfigMapMutable'), secrets: flag('enableSecretMutable') },
    deleteUnreachable: flag('deleteUnreachable'),
  };
}

/** Undefined when it cannot be told. */
async function clusterIdentity(inputs: Properties): Promise<string | undefined> {
  try {
    return (await accessOf(inputs)).identity;
  } catch {
    return undefined;
  }
}

const CLUSTER_KEYS = ['kubeconfig', 'context', 'cluster'];

/**
 * Inputs by whose change the provider means another cluster, so that everything in it must be made anew. With a
 * `clusterIdentifier` on both sides only that decides.
 */
export async function replacedConfig(olds: Properties, news: Properties): Promise<readonly string[]> {
  const [oldIdentifier, identifier] = [olds['clusterIdentifier'], news['clusterIdentifier']];
  if (oldIdentifier !== undefined && identifier !== undefined) {
    return oldIdentifier === identifier ? [] : ['clusterIdentifier'];
  }
  const unknown = CLUSTER_KEYS.filter((key) => news[key] === UNKNOWN);
  if (unknown.length > 0) return unknown;
  const changed = CLUSTER_KEYS.filter((key) => olds[key] !== news[key]);
  if (changed.length === 0) return [];
  const [before, after] = [await clusterIdentity(olds), await clusterIdentity(news)];
  return before === undefined || after === undefined || before === after ? [] : changed;
}
