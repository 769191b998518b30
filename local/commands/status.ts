import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kubectl } from '../cluster/cluster';
import { cuts } from '../cluster/fabric';
import { running } from '../cluster/machine';
import { machines } from '../cluster/topology';
import { outputs, stackExists, stacks } from '../engine/stack';
import { owner } from '../host/owner';
import { checkout, paths } from '../paths';

interface PodList {
  readonly items: readonly {
    metadata: { namespace: string; name: string };
    spec: { nodeName?: string };
    status: { phase: string; containerStatuses?: readonly { ready: boolean; restartCount: number }[] };
  }[];
}

function table(rows: readonly (readonly string[])[]): void {
  const widths =
    rows[0]?.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length))) ?? [];
  for (const row of rows)
    console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}

/** Prints what runs: machines, cuts between them, pods, and the stacks' states. */
export async function status(): Promise<void> {
  const held = owner();
  if (held && held.checkout !== checkout) {
    console.log(`The local cluster belongs to ${held.checkout} (since ${held.since}).`);
    return;
  }
  const up = machines.filter((machine) => running(machine));
  console.log('machines');
  table(machines.map((machine) => [machine.name, machine.address, running(machine) ? 'running' : 'off']));
  for (const pair of await cuts()) console.log(`  cut apart: ${pair}`);
  if (up.some((machine) => machine.name === 'control')) {
    const pods = JSON.parse(await kubectl(['get', 'pods', '-A', '-o', 'json'])) as PodList;
    console.log('pods');
    table([
      ['namespace', 'name', 'node', 'state', 'restarts'],
      ...pods.items.map(({ metadata, spec, status: { phase, containerStatuses = [] } }) => [
        metadata.namespace,
        metadata.name,
        spec.nodeName ?? '-',
        phase === 'Running' && !containerStatuses.every(({ ready }) => ready) ? 'not ready' : phase,
        String(containerStatuses.reduce((sum, { restartCount }) => sum + restartCount, 0)),
      ]),
    ]);
  }
  if (existsSync(paths.passphrase)) {
    console.log('stacks');
    for (const stack of stacks()) {
      const options = { stack, kubeconfig: paths.kubeconfig };
      const deployed = stackExists(stack) && Object.keys((await outputs(options)) ?? {}).length > 0;
      console.log(`  ${stack}: ${deployed ? 'deployed' : 'not deployed'}`);
    }
  }
  const last = join(paths.results, 'up.json');
  if (existsSync(last)) {
    const { seconds, finished } = JSON.parse(readFileSync(last, 'utf8')) as {
      seconds: number;
      finished: string;
    };
    console.log(`last up: ${seconds} s, ${finished} (${last})`);
  }
}
