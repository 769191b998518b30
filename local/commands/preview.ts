import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { waitForApi } from '../cluster/cluster';
import { machines } from '../cluster/topology';
import { running } from '../cluster/machine';
import { preview as previewStack } from '../engine/preview';
import { stackExists, stacks } from '../engine/stack';
import { paths } from '../paths';
import { Steps } from '../steps';
import { upEngine } from './engine';

/**
 * Previews stacks with the policy pack: against the cluster that they are deployed to, or as new where there is none.
 * The engine's events of each are in `results/preview/STACK.jsonl`.
 *
 * @param wanted @default every stack of the checkout
 * @param kubeconfig a cluster of the user's own
 */
export async function preview(wanted: readonly string[], kubeconfig?: string): Promise<void> {
  const steps = new Steps();
  await upEngine(steps);
  const folder = join(paths.results, 'preview');
  rmSync(folder, { recursive: true, force: true });
  const cluster = kubeconfig ?? (await embedded());
  for (const stack of wanted.length === 0 ? stacks() : wanted) {
    const at = cluster !== undefined && stackExists(stack) ? cluster : undefined;
    await steps.step(`preview ${stack}${at === undefined ? ', as new' : ''}`, async (progress) => {
      const failed = await previewStack({
        stack,
        events: join(folder, `${stack}.jsonl`),
        ...(at === undefined ? {} : { kubeconfig: at }),
        onLine: progress,
      });
      if (failed !== undefined) console.log(`    stack ${stack} does not pass; the report says why`);
    });
  }
}

/** The embedded cluster's kubeconfig where it runs. */
async function embedded(): Promise<string | undefined> {
  if (!machines.some((machine) => machine.name === 'control' && running(machine))) return undefined;
  await waitForApi();
  return paths.kubeconfig;
}
