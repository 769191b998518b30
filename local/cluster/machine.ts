import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, closeSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { identify, isAlive, run, sleep, until, type ProcessIdentity } from '../exec';
import { hashOf, writeAtomic } from '../files';
import { paths } from '../paths';
import { makeCgroups, processesIn, removeCgroups } from './cgroups';
import { namespaceOf, plugIn, unplug } from './fabric';
import { diskOf, type Machine } from './topology';

/**
 * A machine is a set of kernel namespaces (network, mounts, processes, host name): what it starts, mounts and
 * names lives inside and ends with its first process, as with a computer whose plug is pulled. Its disk is a folder.
 */

/** A program that a machine keeps running. */
export interface Service {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Paths inside the machine that must be there before it starts. */
  readonly after?: readonly string[];
}

/** What a running machine was started from. */
interface Running extends ProcessIdentity {
  /** Hash of its services and files: another one means that it must be restarted. */
  readonly configuration: string;
  /** When it was started, in milliseconds since 1970. */
  readonly since: number;
}

const recordOf = (machine: Machine) => join(paths.runtime, `${machine.name}.json`);

/** The record of the machine where it runs now. */
export function running(machine: Machine): Running | undefined {
  if (!existsSync(recordOf(machine))) return undefined;
  const record = JSON.parse(readFileSync(recordOf(machine), 'utf8')) as Running;
  return isAlive(record) ? record : undefined;
}

const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;

// s6-svscan runs each service again, a second after it ended.
function runScript(service: Service): string {
  const env = Object.entries(service.env ?? {}).map(([key, value]) => `export ${key}=${quote(value)}`);
  return [
    '#!/bin/sh',
    `exec >>/var/lib/logs/${service.name}.log 2>&1`,
    `for path in ${(service.after ?? []).map(quote).join(' ')}; do [ -e "$path" ] || { sleep 0.2; exit 1; }; done`,
    ...env,
    `exec ${service.command.map(quote).join(' ')}`,
    '',
  ].join('\n');
}

// Everything that the machine sees as its own: its disk as /var/lib, logs of pods on it (a kubelet removes those of pods that
// it does not know, so of every other machine's), an empty /run, its own /sys (whose network part
// belongs to the namespace that mounts it) with the cgroups put back in. Then its cgroup, then its first program.
const boot = (machine: Machine, cgroupFiles: readonly string[]) => `
set -e
for file in ${cgroupFiles.join(' ')}; do echo $$ > $file; done
hostname ${machine.name}
mount --bind ${quote(diskOf(machine))} /var/lib
mkdir -p /var/lib/log
mount --bind /var/lib/log /var/log
mount -t tmpfs -o mode=755 run /run
mkdir /run/cgroup /run/lock
mount --rbind /sys/fs/cgroup /run/cgroup
mount -t sysfs sysfs /sys
mount --rbind /run/cgroup /sys/fs/cgroup
umount -l /run/cgroup
mount --make-rshared /
cp -r /var/lib/services /run/services
exec s6-svscan /run/services
`;

/**
 * Starts a machine, or leaves it alone when it runs with just this configuration.
 *
 * @returns whether it was started
 */
export async function start(
  machine: Machine,
  services: readonly Service[],
  configuration: string,
): Promise<boolean> {
  // The way it boots is part of what it is started from.
  const startedFrom = hashOf(configuration + boot(machine, []));
  if (running(machine)?.configuration === startedFrom) return false;
  await powerOff(machine);
  const disk = diskOf(machine);
  mkdirSync(join(disk, 'logs'), { recursive: true });
  rmSync(join(disk, 'services'), { recursive: true, force: true });
  for (const service of services) {
    writeAtomic(join(disk, 'services', service.name, 'run'), runScript(service), 0o755);
  }
  await plugIn(machine);
  const since = Date.now();
  const log = openSync(join(disk, 'logs', 'machine.log'), 'a');
  // unshare stays outside as the parent; with --kill-child the machine goes when it goes.
  const child = spawn(
    'nsenter',
    [
      `--net=/run/netns/${namespaceOf(machine)}`,
      ...['unshare', '--mount', '--pid', '--uts', '--ipc', '--fork', '--kill-child', '--mount-proc'],
      ...['bash', '-c', boot(machine, makeCgroups(machine))],
    ],
    {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: '/',
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    },
  );
  closeSync(log);
  child.unref();
  if (child.pid === undefined) throw new Error(`${machine.name}: nsenter could not be started`);
  const parent = child.pid;
  await until(
    `the start of ${machine.name} (log: ${join(disk, 'logs', 'machine.log')})`,
    10,
    () => {
      const first = firstProcess(parent);
      return first !== undefined && readFileSync(`/proc/${first}/comm`, 'utf8').trim() === 's6-svscan';
    },
    20,
  );
  const identity = identify(firstProcess(parent) ?? -1);
  if (!identity)
    throw new Error(`${machine.name} stopped at once; its log: ${join(disk, 'logs', 'machine.log')}`);
  writeAtomic(
    recordOf(machine),
    JSON.stringify({ ...identity, configuration: startedFrom, since } satisfies Running),
  );
  return true;
}

function firstProcess(parent: number): number | undefined {
  try {
    const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim();
    return children ? Number(children.split(' ')[0]) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Pulls the plug: every process of the machine dies at once, and its network and mounts with them. Its disk stays.
 * Also clears what an interrupted or killed start left.
 */
export async function powerOff(machine: Machine): Promise<void> {
  const record = running(machine);
  if (record) process.kill(record.pid, 'SIGKILL');
  // By the machine's own cgroup: the record may be gone, the processes not.
  for (let attempt = 0; attempt < 100; attempt++) {
    const left = processesIn(machine);
    if (left.length === 0) break;
    for (const pid of left) kill(pid, 'SIGKILL');
    await sleep(50);
  }
  await unplug(machine);
  await removeCgroups(machine);
  rmSync(recordOf(machine), { force: true });
}

/** Sends a signal to a process that may have gone already. */
export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Runs a command inside a machine: its mounts, network and processes. @returns its standard output */
export function inMachine(machine: Machine, command: readonly string[], input?: string): Promise<string> {
  const record = running(machine);
  if (!record) throw new Error(`${machine.name} does not run`);
  return run(
    'nsenter',
    ['--target', String(record.pid), '--mount', '--net', '--pid', '--uts', '--ipc', '--', ...command],
    {
      ...(input === undefined ? {} : { input }),
    },
  );
}
