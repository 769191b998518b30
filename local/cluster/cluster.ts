import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError, run, sleep, until } from '../exec';
import { hashOf, writeIfChanged } from '../files';
import { paths } from '../paths';
import { cgroupRemains, processesIn, removeCgroups } from './cgroups';
import { controlPlaneLog } from './controlPlane';
import { buildFabric, fabricRemains, removeFabric } from './fabric';
import { inMachine, kill, powerOff, running } from './machine';
import { makePki, kubeconfig } from './pki';
import { diskOf, machines, nodes, type Node } from './topology';

/** An image archive and the full reference it is imported under. */
export interface ImageArchive {
  readonly reference: string;
  readonly archivePath: string;
}

/** Runs kubectl as the cluster's administrator. @returns its standard output */
export const kubectl = (args: readonly string[], input?: string): Promise<string> =>
  run(join(paths.bin, 'kubectl'), args, {
    env: { KUBECONFIG: paths.kubeconfig },
    ...(input === undefined ? {} : { input }),
  });

// For people, too; a KUBECONFIG of their own goes first.
const kubectlWrapper = (kube: string) => `#!/bin/sh
[ -n "$KUBECONFIG" ] || export KUBECONFIG='${paths.kubeconfig}'
exec '${kube}/kubectl' "$@"
`;

/**
 * Makes what the machines share: authority, administrator's kubeconfig, kubectl, switch.
 *
 * @param kube folder of Kubernetes' executables
 */
export async function prepareCluster(kube: string): Promise<void> {
  await makePki();
  writeIfChanged(join(paths.bin, 'kubectl'), kubectlWrapper(kube), 0o755);
  writeIfChanged(paths.kubeconfig, kubeconfig('admin'), 0o600);
  await buildFabric();
}

/** Waits until the API server serves. @throws Error with the log's place */
export async function waitForApi(): Promise<void> {
  await until(`an answer of the API server (log: ${controlPlaneLog('kube-apiserver')})`, 90, async () => {
    return (await kubectl(['get', '--raw', '/readyz'])) === 'ok';
  });
}

interface NodeCondition {
  readonly type: string;
  readonly status: string;
  readonly lastHeartbeatTime: string;
}

/** Waits until a node says that it is ready, since it was started. @throws Error with the log's place */
export async function waitForNode(node: Node): Promise<void> {
  const log = join(diskOf(node), 'logs', 'kubelet.log');
  await until(`${node.name} getting ready (log: ${log})`, 120, async () => {
    const since = running(node)?.since;
    if (since === undefined) throw new Error(`${node.name} stopped`);
    const text = await kubectl(['get', 'node', node.name, '-o', 'jsonpath={.status.conditions}']);
    const ready = (JSON.parse(text) as NodeCondition[]).find(({ type }) => type === 'Ready');
    // What the API server knows may be from before a restart; its times are whole seconds.
    return ready?.status === 'True' && Date.parse(ready.lastHeartbeatTime) + 1000 >= since;
  });
}

/**
 * Imports images into a node's containerd; those it has from the same archive are left out.
 *
 * @returns the references that were imported
 */
export async function importImages(
  node: Node,
  containerd: string,
  images: readonly ImageArchive[],
): Promise<string[]> {
  const marks = join(diskOf(node), 'images');
  mkdirSync(marks, { recursive: true });
  const ctr = [`${containerd}/ctr`, '--address', '/run/containerd/containerd.sock', '--namespace', 'k8s.io'];
  await until(`an answer of containerd on ${node.name}`, 30, async () => {
    await inMachine(node, [...ctr, 'version']);
    return true;
  });
  const imported: string[] = [];
  for (const image of images) {
    const mark = join(marks, hashOf(image.reference).slice(0, 16));
    if (existsSync(mark) && readFileSync(mark, 'utf8') === image.archivePath) continue;
    await inMachine(node, [...ctr, 'images', 'import', '--digests=false', image.archivePath]);
    writeFileSync(mark, image.archivePath);
    imported.push(image.reference);
  }
  return imported;
}

// Redis writes its last second of changes when it is asked to end.
const gracePeriod = 10_000;

/**
 * Shuts the whole cluster down, pods first, and removes what the kernel holds of it. Disks stay: the next start
 * finds every pod and volume again.
 *
 * @throws Error naming what could not be removed
 */
export async function stopCluster(): Promise<void> {
  await Promise.all(nodes.filter((node) => running(node)).map(stopPods));
  for (const machine of machines) await powerOff(machine);
  await removeFabric();
  await removeCgroups();
  const left = await remains();
  if (left.length > 0) throw new Error(`these could not be removed:\n  ${left.join('\n  ')}`);
}

async function stopPods(node: Node): Promise<void> {
  try {
    await inMachine(node, ['s6-svc', '-d', '/run/services/kubelet']);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error; // a node that cannot answer is switched off as it is
  }
  for (const pid of processesIn(node, 'kubepods')) kill(pid, 'SIGTERM');
  const deadline = Date.now() + gracePeriod;
  while (processesIn(node, 'kubepods').length > 0 && Date.now() < deadline) await sleep(100);
}

/** What the kernel still holds of a cluster: processes, mounts, namespaces, cgroups. */
export async function remains(): Promise<string[]> {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((target) => target.startsWith(paths.platform));
  const processes = machines.flatMap((machine) =>
    processesIn(machine).map((pid) => `process ${pid} of ${machine.name}`),
  );
  return [
    ...processes,
    ...mounts.map((mount) => `mount ${mount}`),
    ...(await fabricRemains()),
    ...cgroupRemains().map((folder) => `cgroup ${folder}`),
  ];
}

/** Removes the machines' disks. The cluster must be stopped. */
export function removeDisks(): void {
  if (!existsSync(paths.machines)) return;
  for (const disk of readdirSync(paths.machines))
    rmSync(join(paths.machines, disk), { recursive: true, force: true });
}
