import { existsSync } from 'node:fs';
import { run, succeeds } from '../exec';
import { machines, network, nodes, type Machine } from './topology';

// Everything that the kernel shows by name carries this prefix: it is how `make down` knows its own.
const prefix = 'sdb-';
const fabric = `${prefix}fabric`;
const bridge = 'fabric';
const hostPort = `${prefix}host`;

/** The name of a machine's network namespace, and of its port on the switch. */
export const namespaceOf = (machine: Machine): string => `${prefix}${machine.name}`;

const exists = (namespace: string) => existsSync(`/run/netns/${namespace}`);
const inside = (namespace: string, command: string, ...args: string[]) =>
  run('nsenter', [`--net=/run/netns/${namespace}`, command, ...args]);
const ip = (args: string, namespace?: string) =>
  namespace ? inside(namespace, 'ip', ...args.split(' ')) : run('ip', args.split(' '));

/** Makes the switch, and this computer's own port on it. Does nothing where it is there. */
export async function buildFabric(): Promise<void> {
  if (exists(fabric) && (await succeeds('ip', ['link', 'show', hostPort]))) return;
  await removeFabric();
  await ip(`netns add ${fabric}`);
  await ip(`link add ${bridge} type bridge stp_state 0 forward_delay 0`, fabric);
  await ip(`address add ${network.gateway}/${network.prefixLength} dev ${bridge}`, fabric);
  await ip(`link set ${bridge} up`, fabric);
  await ip(`link add ${hostPort} type veth peer name host netns ${fabric}`);
  await ip(`link set host master ${bridge} up`, fabric);
  await ip(`address add ${network.host}/${network.prefixLength} dev ${hostPort}`);
  await ip(`link set ${hostPort} up`);
}

/** Removes the switch with its cables. Does nothing where there is none. */
export async function removeFabric(): Promise<void> {
  if (await succeeds('ip', ['link', 'show', hostPort])) await ip(`link delete ${hostPort}`);
  if (exists(fabric)) await ip(`netns delete ${fabric}`);
}

// Made of its address, so that a machine that comes back is the one its neighbours remember: with another they would
// not reach it until they forget, half a minute later.
const hardwareAddress = ({ address }: Machine): string =>
  ['02', '00', ...address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))].join(':');

/** Makes a machine's network: a namespace, its cable, its address and the routes to the pods of other nodes. */
export async function plugIn(machine: Machine): Promise<void> {
  await unplug(machine);
  const namespace = namespaceOf(machine);
  await ip(`netns add ${namespace}`);
  // The kernel takes its time to clear a deleted namespace, and the old cable still has its name meanwhile.
  if (await succeeds('nsenter', [`--net=/run/netns/${fabric}`, 'ip', 'link', 'show', machine.name])) {
    await ip(`link delete ${machine.name}`, fabric);
  }
  // Its peer is made in the switch's namespace, where it is named after the machine.
  const cable = `veth peer name ${machine.name} netns ${fabric}`;
  await ip(`link add eth0 address ${hardwareAddress(machine)} type ${cable}`, namespace);
  await ip(`link set ${machine.name} master ${bridge} up`, fabric);
  await inside(namespace, 'sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.disable_ipv6=1');
  await ip('link set lo up', namespace);
  await ip(`address add ${machine.address}/${network.prefixLength} dev eth0`, namespace);
  await ip('link set eth0 up', namespace);
  await ip(`route add default via ${network.gateway}`, namespace);
  for (const node of nodes) {
    if (node.name !== machine.name) await ip(`route add ${node.podSubnet} via ${node.address}`, namespace);
  }
}

/** Takes a machine's network away with all that is in it. Does nothing where there is none. */
export async function unplug(machine: Machine): Promise<void> {
  if (exists(namespaceOf(machine))) await ip(`netns delete ${namespaceOf(machine)}`);
}

/** Stops all traffic between two machines, both ways; every other path stays. */
export async function cut(a: Machine, b: Machine): Promise<void> {
  const rules = [
    `iifname "${a.name}" oifname "${b.name}" drop`,
    `iifname "${b.name}" oifname "${a.name}" drop`,
  ];
  await run('nsenter', [`--net=/run/netns/${fabric}`, 'nft', '-f', '-'], {
    input: [
      'add table bridge cuts',
      'add chain bridge cuts forward { type filter hook forward priority 0; }',
      ...rules.map((rule) => `add rule bridge cuts forward ${rule} comment "${a.name}|${b.name}"`),
    ].join('\n'),
  });
}

/** Lets all machines reach each other again. */
export async function heal(): Promise<void> {
  await run('nsenter', [`--net=/run/netns/${fabric}`, 'nft', '-f', '-'], {
    input: 'add table bridge cuts\ndelete table bridge cuts\n',
  });
}

/** The pairs of machines that are cut apart now. */
export async function cuts(): Promise<string[]> {
  if (!exists(fabric)) return [];
  const rules = await inside(fabric, 'nft', 'list', 'ruleset');
  return [...new Set([...rules.matchAll(/comment "(\S+)\|(\S+)"/g)].map(([, a, b]) => `${a} and ${b}`))];
}

/** Names of our namespaces and links that exist; for looking whether anything was left behind. */
export async function fabricRemains(): Promise<string[]> {
  const namespaces = [fabric, ...machines.map(namespaceOf)]
    .filter(exists)
    .map((name) => `network namespace ${name}`);
  return (await succeeds('ip', ['link', 'show', hostPort]))
    ? [...namespaces, `link ${hostPort}`]
    : namespaces;
}
