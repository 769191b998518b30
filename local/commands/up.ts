import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { addonManifests, waitForAddons, waitForMetrics } from '../addons';
import {
  importImages,
  kubectl,
  prepareCluster,
  waitForApi,
  waitForNode,
  type ImageArchive,
} from '../cluster/cluster';
import { startControlPlane } from '../cluster/controlPlane';
import { running } from '../cluster/machine';
import { startNode } from '../cluster/node';
import { machines, nodes, type Node } from '../cluster/topology';
import { deploy } from '../engine/stack';
import { hashOf } from '../files';
import { claim, rest } from '../host/owner';
import { installPackages } from '../host/packages';
import { rememberTunables } from '../host/tunables';
import { buildImages } from '../images';
import { givenImages, grafanaImage } from '../images/given';
import { recipes, type ImageBinary, type Recipe } from '../images/recipes';
import { paths } from '../paths';
import { Steps, unchanged, type Unchanged } from '../steps';
import { tools } from '../tools/build';
import { allOf, toolSteps, type ToolSteps, upEngine } from './engine';

/** What `up` is told. */
export interface UpOptions {
  readonly stack: string;
  /** A cluster of the user's own; the embedded one is then not started. */
  readonly kubeconfig?: string;
  /** Compare the cluster with the stack first, and put back what was changed by hand. */
  readonly refresh?: boolean;
  /** Stop when the cluster is ready, before the stack. */
  readonly clusterOnly?: boolean;
}

/** Builds what is missing, starts what does not run, deploys the stack. Can be run again at any time. */
export async function up(options: UpOptions): Promise<void> {
  const steps = new Steps();
  mkdirSync(paths.logs, { recursive: true, mode: 0o700 });
  const tool = toolSteps(steps);
  try {
    // Longest first; they wait for each other only where one needs what another makes.
    const cluster = options.kubeconfig === undefined ? upCluster(steps, tool) : Promise.resolve();
    const engine = options.clusterOnly ? Promise.resolve() : upEngine(steps, tool);
    await allOf([cluster, engine]);
    const metrics =
      options.kubeconfig === undefined
        ? steps.step('metrics API', () => waitForMetrics(kubectl))
        : Promise.resolve();
    await allOf<unknown>([metrics, options.clusterOnly ? Promise.resolve() : upStack(steps, options)]);
  } finally {
    steps.write(join(paths.results, 'up.json'));
    if (options.kubeconfig === undefined) rest();
  }
  console.log(`up after ${steps.elapsed} s`);
}

async function upCluster(steps: Steps, tool: ToolSteps): Promise<void> {
  claim(
    'up',
    machines.some((machine) => running(machine)),
  );
  await steps.step('system packages', installPackages);
  const kubernetes = tool(tools.kubernetes);
  const images = upImages(steps, tool);
  const containerd = tool(tools.containerd);
  const machinesUp = (async () => {
    const [kube = '', runtime = '', etcd = ''] = await allOf([kubernetes, containerd, tool(tools.etcd)]);
    await upMachines(steps, kube, runtime, etcd, images);
  })();
  await allOf<unknown>([images, machinesUp]);
  await steps.step('cluster add-ons', upAddons);
}

async function upImages(steps: Steps, tool: ToolSteps): Promise<ImageArchive[]> {
  const build = async (wanted: readonly Recipe[], binaries: Partial<Record<ImageBinary, string>>) => {
    let made = 0;
    const log = (line: string) => {
      made++;
      console.log(`    ${line}`);
    };
    const images = await buildImages({ cacheDir: paths.images, recipes: wanted, binaries, log });
    return made === 0 ? unchanged(images) : images;
  };
  const ofDebian = steps.step('images from Debian packages', () =>
    build(
      recipes.filter((recipe) => recipe.root.kind === 'debian'),
      {},
    ),
  );
  const ofTools = (async () => {
    const [pause, coredns, metricsServer, localPath] = await allOf(
      [tools.pause, tools.coredns, tools.metricsServer, tools.localPathProvisioner].map(tool),
    );
    return steps.step('images of built tools', () =>
      build(
        recipes.filter((recipe) => recipe.root.kind === 'binary'),
        {
          pause: `${pause}/pause`,
          coredns: `${coredns}/coredns`,
          'metrics-server': `${metricsServer}/metrics-server`,
          'local-path-provisioner': `${localPath}/local-path-provisioner`,
        },
      ),
    );
  })();
  return [...(await allOf([ofDebian, ofTools])).flat(), ...givenImages()];
}

async function upMachines(
  steps: Steps,
  kube: string,
  containerd: string,
  etcd: string,
  images: Promise<ImageArchive[]>,
): Promise<void> {
  rememberTunables();
  await prepareCluster(kube);
  await steps.step('control plane', async () => {
    const started = await startControlPlane(kube, etcd);
    await waitForApi();
    return started ? undefined : unchanged();
  });
  await allOf(nodes.map((node) => upNode(steps, node, kube, containerd, images)));
}

async function upNode(
  steps: Steps,
  node: Node,
  kube: string,
  containerd: string,
  images: Promise<ImageArchive[]>,
): Promise<void> {
  await steps.step(node.name, async () => {
    const started = await startNode(node, kube, containerd);
    await waitForNode(node);
    return started ? undefined : unchanged();
  });
  const archives = await images;
  await steps.step(`images on ${node.name}`, async () =>
    (await importImages(node, containerd, archives)).length === 0 ? unchanged() : undefined,
  );
}

const addonsAnnotation = 'session-database/addons';

async function upAddons(): Promise<void | Unchanged<undefined>> {
  const manifests = addonManifests();
  const wanted = hashOf(JSON.stringify(manifests)).slice(0, 16);
  const found = await kubectl(['get', 'namespace', 'kube-system', '-o', 'jsonpath={.metadata.annotations}']);
  const applied = found.includes(wanted);
  if (!applied) {
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests });
    await kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], list);
    await kubectl(['annotate', '--overwrite', 'namespace', 'kube-system', `${addonsAnnotation}=${wanted}`]);
  }
  await waitForAddons(kubectl);
  if (applied) return unchanged();
}

async function upStack(steps: Steps, options: UpOptions): Promise<void> {
  const { stack, kubeconfig = paths.kubeconfig } = options;
  if (kubeconfig === paths.kubeconfig && givenImages().length === 0) {
    console.log(
      `    Grafana's pod is left out: its image cannot be built here. With docker save ${grafanaImage.reference}`,
    );
    console.log(`    as ${grafanaImage.archivePath} it is there.`);
  }
  await steps.step(`stack ${stack}`, (progress) =>
    deploy(
      {
        stack,
        kubeconfig,
        onLine: (line) => {
          progress(line);
          if (line.trim()) console.log(`    ${line}`);
        },
      },
      options.refresh,
    ),
  );
}
