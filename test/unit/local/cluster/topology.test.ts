import { join } from 'node:path';
import {
  apiServer,
  controlPlane,
  diskOf,
  machines,
  network,
  nodeNamed,
  nodes,
} from '../../../../local/cluster/topology';
import { paths } from '../../../../local/paths';

const number = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const within = (address: string, range: string) => {
  const [base = '', bits = ''] = range.split('/');
  const size = 2 ** (32 - Number(bits));
  return Math.floor(number(address) / size) === Math.floor(number(base) / size);
};

describe('the cluster', () => {
  it('is a control plane and three nodes, each in a zone of its own', () => {
    expect(machines.map(({ name }) => name)).toEqual(['control', 'node-1', 'node-2', 'node-3']);
    expect(nodes.map(({ zone }) => zone)).toEqual(['zone-a', 'zone-b', 'zone-c']);
    expect(nodes.map(({ podSubnet }) => podSubnet)).toEqual([
      '10.244.1.0/24',
      '10.244.2.0/24',
      '10.244.3.0/24',
    ]);
  });

  it('has every machine, the host and the gateway at an address of its own on one switch', () => {
    const addresses = [...machines.map(({ address }) => address), network.host, network.gateway];
    expect(new Set(addresses).size).toBe(addresses.length);
    for (const address of addresses) {
      expect(within(address, `${network.host}/${network.prefixLength}`)).toBe(true);
      expect(within(address, '198.18.0.0/15')).toBe(true);
    }
  });

  it('takes the pods of the nodes and the services from ranges that do not meet', () => {
    for (const { podSubnet } of nodes) {
      expect(within(podSubnet.split('/')[0] ?? '', network.pods)).toBe(true);
    }
    expect(within(network.kubernetesService, network.services)).toBe(true);
    expect(within(network.dnsService, network.services)).toBe(true);
    expect(within(network.services.split('/')[0] ?? '', network.pods)).toBe(false);
  });

  it('has its API on the control plane’s address', () => {
    expect(apiServer).toBe('https://198.18.0.10:6443');
    expect(diskOf(controlPlane)).toBe(join(paths.machines, 'control'));
  });
});

describe('a node', () => {
  it.each(['2', 'node-2'])('is found by %s', (name) => {
    expect(nodeNamed(name).address).toBe('198.18.0.12');
  });

  it.each([
    ['4', '4'],
    ['control', 'control'],
    ['', ''],
    [undefined, '(nothing)'],
  ])('is not found by %j, and the message has those there are', (name, shown) => {
    expect(() => nodeNamed(name)).toThrow(`no node is called ${shown}; the nodes are node-1, node-2, node-3`);
  });
});
