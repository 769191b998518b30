import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { identify, isAlive, type ProcessIdentity } from '../exec';
import { writeAtomic } from '../files';
import { checkout, paths } from '../paths';

/**
 * The cluster's addresses and names exist once on a computer, so one checkout holds them at a time, from its `up` to
 * its `down`; and one command works on them at a time.
 */
interface Owner {
  readonly checkout: string;
  readonly since: string;
  /** The command at work now, if any. */
  readonly worker?: ProcessIdentity & { readonly command: string };
}

const file = join(paths.runtime, 'owner.json');

/** Who holds the cluster's names, if anybody. */
export function owner(): Owner | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Owner) : undefined;
}

/**
 * Takes the cluster for this checkout and this command.
 *
 * @param inUse whether a machine of the cluster runs
 * @throws Error that says who holds it, and what to do
 */
export function claim(command: string, inUse: boolean): void {
  const held = owner();
  if (held?.worker && held.worker.pid !== process.pid && isAlive(held.worker)) {
    throw new Error(
      `\`make ${held.worker.command}\` of ${held.checkout} is at work on the cluster (process ${held.worker.pid}). ` +
        'Wait for it, or end that process and run this again.',
    );
  }
  if (held && held.checkout !== checkout && inUse && existsSync(held.checkout)) {
    throw new Error(
      `the local cluster runs for the checkout ${held.checkout} (since ${held.since}), and a computer can hold one. ` +
        `End it with \`make -C ${held.checkout} down\`, which keeps its data; then run this again.`,
    );
  }
  const self = identify(process.pid);
  if (!self) throw new Error('/proc is not mounted');
  const since = held?.checkout === checkout ? held.since : new Date().toISOString();
  writeAtomic(file, JSON.stringify({ checkout, since, worker: { ...self, command } } satisfies Owner));
}

/** The command is done; the cluster stays held. */
export function rest(): void {
  const held = owner();
  if (held) writeAtomic(file, JSON.stringify({ checkout: held.checkout, since: held.since } satisfies Owner));
}

/** Lets go of the cluster. */
export function release(): void {
  rmSync(paths.runtime, { recursive: true, force: true });
}
