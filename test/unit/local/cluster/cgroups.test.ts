import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type * as Fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Cgroups from '../../../../local/cluster/cgroups';

// A file system of files for the kernel's: /sys/fs/cgroup is a temporary folder, and a cgroup's own files do not keep
// it from being removed.
let mockRoot = '';
jest.mock('node:fs', () => {
  const fs = jest.requireActual<typeof Fs>('node:fs');
  const moved = (path: string) => path.replace(/^\/sys\/fs\/cgroup/, mockRoot);
  return {
    ...fs,
    existsSync: (path: string) => fs.existsSync(moved(path)),
    mkdirSync: (path: string, options: object) => fs.mkdirSync(moved(path), options),
    readFileSync: (path: string, options: 'utf8') => fs.readFileSync(moved(path), options),
    readdirSync: (path: string, options: { withFileTypes: true }) => fs.readdirSync(moved(path), options),
    writeFileSync: (path: string, content: string) => fs.writeFileSync(moved(path), content),
    rmdirSync: (path: string) => {
      const procs = join(moved(path), 'cgroup.procs');
      if (fs.existsSync(procs) && fs.readFileSync(procs, 'utf8') !== '') throw new Error('EBUSY');
      fs.rmSync(moved(path), { recursive: true });
    },
  };
});

const machine = { name: 'node-1', address: '198.18.0.11' };
const ours = 'session-database/node-1';
const at = (...parts: string[]) => join(mockRoot, ...parts);
const put = (path: string, content: string) => {
  mkdirSync(at(path, '..'), { recursive: true });
  writeFileSync(at(path), content);
};
/** The module as it loads on a computer with these files. */
function load(files: Record<string, string>): typeof Cgroups {
  for (const [path, content] of Object.entries(files)) put(path, content);
  let loaded: typeof Cgroups | undefined;
  jest.isolateModules(() => {
    loaded = jest.requireActual<typeof Cgroups>('../../../../local/cluster/cgroups');
  });
  return loaded!;
}

beforeEach(() => {
  mockRoot = mkdtempSync(join(tmpdir(), 'cgroups-'));
});
afterEach(() => {
  rmSync(mockRoot, { recursive: true, force: true });
  mockRoot = '';
});

const version1 = {
  'cpuset/cgroup.procs': '',
  'cpuset/cpuset.cpus': '0-1\n',
  'cpuset/cpuset.mems': '0\n',
  'memory/cgroup.procs': '',
  'not-mounted/readme': '',
};

describe('with cgroups version 1', () => {
  it('a machine has a cgroup under every controller, and processors to run on', () => {
    const { makeCgroups, cgroupOf } = load(version1);
    expect(cgroupOf(machine)).toBe(`/${ours}`);
    expect(makeCgroups(machine)).toEqual([
      `/sys/fs/cgroup/cpuset/${ours}/system/cgroup.procs`,
      `/sys/fs/cgroup/memory/${ours}/system/cgroup.procs`,
    ]);
    for (const folder of ['session-database', ours, `${ours}/system`]) {
      expect(readFileSync(at('cpuset', folder, 'cpuset.cpus'), 'utf8')).toBe('0-1');
      expect(readFileSync(at('cpuset', folder, 'cpuset.mems'), 'utf8')).toBe('0');
    }
    expect(existsSync(at('memory', ours, 'cpuset.cpus'))).toBe(false);
  });

  it('a machine’s own processes yield to pods, and the control plane to nodes', () => {
    const [control, system] = ['session-database/control', `${ours}/system`].map(
      (folder) => `cpu/${folder}/cpu.shares`,
    );
    const { makeCgroups } = load({ 'cpu/cgroup.procs': '', [control!]: '1024', [system!]: '1024' });
    makeCgroups(machine);
    makeCgroups({ ...machine, name: 'control' });
    expect([control, system].map((file) => readFileSync(at(file!), 'utf8'))).toEqual(['512', '128']);
  });

  it('passes over a cgroup that goes while it is looked at', () => {
    const { processesIn } = load({ 'cpu/cgroup.procs': '', [`cpu/${ours}/cgroup.procs`]: '7\n' });
    mkdirSync(at('cpu', ours, 'kubepods', 'gone'), { recursive: true }); // listed, but with no file any more
    expect(processesIn(machine)).toEqual([7]);
  });

  it('a machine’s processes are found once each, whichever controller has them', () => {
    const { processesIn } = load({
      ...version1,
      [`memory/${ours}/cgroup.procs`]: '',
      [`memory/${ours}/system/cgroup.procs`]: '7\n8\n',
      [`memory/${ours}/kubepods/pod1/cgroup.procs`]: '9\n',
      [`memory/${ours}/kubepods/cgroup.procs`]: '',
      [`cpuset/${ours}/cgroup.procs`]: '',
      [`cpuset/${ours}/system/cgroup.procs`]: '8\n10\n',
      'memory/session-database/node-2/cgroup.procs': '11\n',
    });
    expect(processesIn(machine).sort((a, b) => a - b)).toEqual([7, 8, 9, 10]);
    expect(processesIn(machine, 'kubepods')).toEqual([9]);
    expect(processesIn({ ...machine, name: 'node-3' })).toEqual([]);
  });
});

describe('with cgroups version 2', () => {
  it('a machine has one cgroup that may use every controller there is', () => {
    put('session-database/cgroup.controllers', 'cpu memory\n');
    put(`${ours}/cgroup.controllers`, 'cpu memory\n');
    put(`${ours}/system/cpu.weight`, '100');
    const { makeCgroups } = load({ 'cgroup.controllers': 'cpu memory\n', 'cgroup.procs': '' });
    expect(makeCgroups(machine)).toEqual([`/sys/fs/cgroup/${ours}/system/cgroup.procs`]);
    for (const folder of ['', 'session-database', ours]) {
      expect(readFileSync(at(folder, 'cgroup.subtree_control'), 'utf8')).toBe('+cpu +memory');
    }
    expect(readFileSync(at(ours, 'system', 'cpu.weight'), 'utf8')).toBe('13');
    // Where processes are, none may be handed on.
    expect(existsSync(at(ours, 'system', 'cgroup.subtree_control'))).toBe(false);
  });
});

describe('removing cgroups', () => {
  const files = {
    'cgroup.controllers': 'cpu\n',
    'cgroup.procs': '',
    'session-database/node-2/cgroup.procs': '',
    [`${ours}/kubepods/cgroup.procs`]: '',
    [`${ours}/cgroup.procs`]: '',
  };

  it('takes one machine’s, or everyone’s, and never what is not ours', async () => {
    const { cgroupRemains, removeCgroups } = load({ ...files, 'other/cgroup.procs': '' });
    await removeCgroups(machine);
    expect(cgroupRemains(machine)).toEqual([]);
    expect(cgroupRemains()).toEqual(['/sys/fs/cgroup/session-database']);
    await removeCgroups();
    expect(cgroupRemains()).toEqual([]);
    expect(existsSync(at('other'))).toBe(true);
  });

  it('waits for the last process, and tells what stays', async () => {
    const { cgroupRemains, removeCgroups } = load(files);
    put(`${ours}/cgroup.procs`, '7\n');
    setTimeout(() => put(`${ours}/cgroup.procs`, ''), 150);
    await removeCgroups(machine);
    expect(cgroupRemains(machine)).toEqual([]);
  });
});
