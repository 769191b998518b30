import { existsSync, rmSync } from 'node:fs';
import { removeDisks, stopCluster } from '../cluster/cluster';
import { running } from '../cluster/machine';
import { machines } from '../cluster/topology';
import { claim, owner, release } from '../host/owner';
import { restoreTunables } from '../host/tunables';
import { checkout, paths } from '../paths';
import { Steps } from '../steps';

/** Stops the cluster. Nothing of it stays but its disks: the next `up` goes on with the same data. */
export async function down(): Promise<void> {
  const held = owner();
  if (held && held.checkout !== checkout && existsSync(held.checkout)) {
    console.log(`The local cluster belongs to ${held.checkout}; there is nothing of this checkout to stop.`);
    return;
  }
  claim(
    'down',
    machines.some((machine) => running(machine)),
  );
  await new Steps().step('stop the cluster', stopCluster);
  restoreTunables();
  release();
  console.log('down; the data stay for the next `make up` (`make clean` removes them)');
}

/** Stops the cluster and removes everything this checkout has made: data, stack states, logs. The cache stays. */
export async function clean(): Promise<void> {
  await down();
  removeDisks();
  rmSync(paths.platform, { recursive: true, force: true });
  rmSync(paths.results, { recursive: true, force: true });
  console.log(`removed ${paths.platform}; built tools and images stay in ${paths.tools} and ${paths.images}`);
}

/** Removes the built tools, images and schemas and what examples need, which all checkouts of this user share. A cluster that runs on them must be stopped. */
export function cleanCache(): void {
  if (owner()) throw new Error('a cluster runs on the tools of the cache; stop it first: make down');
  for (const folder of [paths.tools, paths.images, paths.schemas, paths.examples]) {
    rmSync(folder, { recursive: true, force: true });
    console.log(`removed ${folder}`);
  }
}
