// Hands the office of master over to another pod of Redis, as a pod does by itself before it ends.
import { PassThrough } from 'node:stream';
import { CoreV1Api, Exec, type KubeConfig, type V1Pod } from '@kubernetes/client-node';
import { loadKubeconfig } from './cluster';
import { scriptOptions, stackOutputs } from './stack';

/** Runs what the pod itself runs before it ends; it does nothing where the pod is no master. */
async function handover(config: KubeConfig, { metadata, spec }: V1Pod): Promise<string> {
  const [redis] = spec?.containers ?? [];
  const command = redis?.lifecycle?.preStop?.exec?.command;
  if (!command) throw new Error('this stack has one Redis only, so nobody to hand over to');
  const output = new PassThrough();
  let text = '';
  output.on('data', (part: Buffer) => (text += part.toString()));
  await new Promise<void>((resolve, reject) => {
    new Exec(config)
      .exec(
        metadata!.namespace!,
        metadata!.name!,
        redis.name,
        command,
        output,
        output,
        null,
        false,
        (status) =>
          status.status === 'Success' ? resolve() : reject(new Error(text.trim() || status.message)),
      )
      .catch(reject);
  });
  return text;
}

async function switchover(): Promise<void> {
  const { stack, kubeconfig } = scriptOptions();
  const { namespace, podLabels } = stackOutputs(stack).redis;
  const config = loadKubeconfig(kubeconfig);
  const labelSelector = Object.entries(podLabels)
    .map((label) => label.join('='))
    .join(',');
  const { items } = await config.makeApiClient(CoreV1Api).listNamespacedPod({ namespace, labelSelector });
  for (const pod of items) {
    const text = await handover(config, pod);
    if (text === '') continue;
    process.stdout.write(text);
    return;
  }
  throw new Error('no pod of Redis is master; look at `make status`');
}

switchover().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(`✖ ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
