import { readFileSync, rmSync } from 'node:fs';
import type { KubernetesObject } from '@kubernetes/client-node';
import { writeAtomic } from '../files';

interface Resource {
  readonly type: string;
  readonly inputs?: KubernetesObject;
}

interface Deployment {
  readonly resources?: readonly unknown[];
  readonly pending_operations?: readonly { readonly type: string; readonly resource: Resource }[];
}

/** What of a stack's options is needed here. */
export interface PendingOptions {
  readonly kubeconfig: string;
  readonly onLine?: (line: string) => void;
}

/**
 * Settles what an interrupted run left open in the state. An object that it began to create may exist: then it is taken
 * into the state, or the next run would be refused because it exists already. (The engine's own `refresh
 * --import-pending-creates` marks such an operation as an import, which nothing then carries out.)
 *
 * @param engine runs the engine on the stack; its output is shown to people unless told otherwise
 * @param stateFile the state in the file backend
 */
export async function settlePending(
  engine: (args: readonly string[], shown?: boolean) => Promise<string>,
  stateFile: string,
  { kubeconfig, onLine }: PendingOptions,
): Promise<void> {
  const state = JSON.parse(readFileSync(stateFile, 'utf8')) as { checkpoint: { latest?: Deployment } };
  const count = state.checkpoint.latest?.pending_operations?.length ?? 0;
  if (count === 0) return;
  onLine?.(`an earlier run was interrupted at ${count} resources; settling them`);
  const exported = JSON.parse(await engine(['stack', 'export'], false)) as { deployment: Deployment };
  const found: unknown[] = [];
  for (const { type, resource } of exported.deployment.pending_operations ?? []) {
    const id = type === 'creating' ? await idOfExisting(kubeconfig, resource) : undefined;
    if (id !== undefined) found.push({ ...resource, id, outputs: {} });
  }
  // At the end: whatever depends on them has not been created.
  const resources = [...(exported.deployment.resources ?? []), ...found];
  const settled = { ...exported, deployment: { ...exported.deployment, resources, pending_operations: [] } };
  const file = `${stateFile}.settled`;
  writeAtomic(file, JSON.stringify(settled), 0o600);
  try {
    await engine(['stack', 'import', '--file', file], false);
  } finally {
    rmSync(file, { force: true });
  }
  await engine(['refresh', '--yes', '--skip-preview', '--suppress-outputs']);
}

/** The id of the object that a Kubernetes resource stands for, where it exists in the cluster. */
async function idOfExisting(kubeconfig: string, resource: Resource): Promise<string | undefined> {
  const { apiVersion = 'v1', kind = '', metadata } = resource.inputs ?? {};
  const { name, namespace } = metadata ?? {};
  if (!resource.type.startsWith('kubernetes:') || name === undefined) return undefined;
  // Loaded where it is needed: it takes a second.
  const { KubeConfig, KubernetesObjectApi } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const header = { apiVersion, kind, metadata: { name, namespace: namespace ?? 'default' } };
  try {
    await KubernetesObjectApi.makeApiClient(config).read(header);
    return namespace === undefined ? name : `${namespace}/${name}`;
  } catch (error) {
    if ((error as { code?: number }).code === 404) return undefined;
    throw error;
  }
}
