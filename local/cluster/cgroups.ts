import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { sleep } from '../exec';
import { controlPlane, type Machine } from './topology';

const root = '/sys/fs/cgroup';
const name = 'session-database';

/** Whether this kernel offers its controllers in one hierarchy (version 2) or one each (version 1). */
const unified = existsSync(join(root, 'cgroup.controllers'));

/** The hierarchies that are mounted: one, or one for each controller. */
function hierarchies(): string[] {
  if (unified) return [root];
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, 'cgroup.procs')))
    .map((entry) => join(root, entry.name));
}

/** The cgroup that all of a machine's pods and processes are under, as the kubelet names it. */
export const cgroupOf = (machine: Machine): string => `/${name}/${machine.name}`;

function make(hierarchy: string, path: string): string {
  const parts = path.split('/');
  let folder = hierarchy;
  for (const part of parts) {
    const parent = folder;
    folder = join(folder, part);
    mkdirSync(folder, { recursive: true });
    // A new version 1 cpuset has no processors, and nothing can run in it until it has.
    if (basename(hierarchy) === 'cpuset') {
      for (const file of ['cpuset.cpus', 'cpuset.mems']) {
        writeFileSync(join(folder, file), readFileSync(join(parent, file), 'utf8').trim());
      }
    }
    if (unified) {
      const available = readFileSync(join(parent, 'cgroup.controllers'), 'utf8').trim().split(/\s+/);
      writeFileSync(join(parent, 'cgroup.subtree_control'), available.map((c) => `+${c}`).join(' '));
    }
  }
  return folder;
}

/** Sets a cgroup's share of processors that are short, as a part of the usual share. */
function weigh(folder: string, part: number): void {
  const files = { 'cpu.shares': 1024, 'cpu.weight': 100 }; // of version 1 and of version 2
  for (const [file, usual] of Object.entries(files)) {
    if (existsSync(join(folder, file))) writeFileSync(join(folder, file), String(Math.round(usual * part)));
  }
}

/**
 * Makes a machine's cgroups. Where processors are short, its own processes yield to pods: elsewhere a node has
 * processors of its own, and what it does when pods come and go takes none from those of other nodes.
 * @returns the `cgroup.procs` files that the machine's first process writes itself to
 */
export function makeCgroups(machine: Machine): string[] {
  return hierarchies().map((hierarchy) => {
    // In a folder of its own: with version 2 a cgroup that has children may hold no processes.
    const folder = make(hierarchy, `${name}/${machine.name}/system`);
    weigh(folder, 1 / 8);
    if (machine.name === controlPlane.name) weigh(join(folder, '..'), 1 / 2);
    return join(folder, 'cgroup.procs');
  });
}

// Pods end while they are looked at, and their cgroups go with them.
function ifThere<T>(look: () => T, gone: T): T {
  try {
    return look();
  } catch (error) {
    if (['ENOENT', 'ENODEV'].includes((error as NodeJS.ErrnoException).code ?? '')) return gone;
    throw error;
  }
}

function visit(folder: string, each: (folder: string) => void): void {
  for (const entry of ifThere(() => readdirSync(folder, { withFileTypes: true }), [])) {
    if (entry.isDirectory()) visit(join(folder, entry.name), each);
  }
  each(folder);
}

/** The processes in a machine's cgroups. @param below only those below this part, such as `kubepods` */
export function processesIn(machine: Machine, below = ''): number[] {
  const found = new Set<number>();
  for (const hierarchy of hierarchies()) {
    visit(join(hierarchy, name, machine.name, below), (folder) => {
      for (const line of ifThere(() => readFileSync(join(folder, 'cgroup.procs'), 'utf8'), '').split('\n'))
        if (line) found.add(Number(line));
    });
  }
  return [...found];
}

/** Removes the emptied cgroups of the machines, or of all machines. A cgroup dies a moment after its last process. */
export async function removeCgroups(machine?: Machine): Promise<void> {
  for (let attempt = 0; cgroupRemains(machine).length > 0 && attempt < 50; attempt++) {
    if (attempt > 0) await sleep(100);
    for (const hierarchy of hierarchies()) {
      visit(join(hierarchy, name, machine?.name ?? ''), (folder) => {
        try {
          rmdirSync(folder);
        } catch {
          // still busy: the next attempt
        }
      });
    }
  }
}

/** Our cgroups that exist. */
export function cgroupRemains(machine?: Machine): string[] {
  return hierarchies()
    .map((hierarchy) => join(hierarchy, name, machine?.name ?? ''))
    .filter((folder) => existsSync(folder));
}
