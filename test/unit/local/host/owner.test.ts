import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify } from '../../../../local/exec';
import { writeAtomic } from '../../../../local/files';
import { claim, owner, release, rest } from '../../../../local/host/owner';
import { checkout, paths } from '../../../../local/paths';
import type * as Support from '../support/paths';

jest.mock('../../../../local/paths', () =>
  jest.requireActual<typeof Support>('../support/paths').temporaryPaths(),
);

const file = join(paths.runtime, 'owner.json');
const elsewhere = join(checkout, '..', 'elsewhere');
const since = '2026-01-01T10:00:00.000Z';
const now = '2026-02-02T12:00:00.000Z';
const held = (by: object) => writeAtomic(file, JSON.stringify({ checkout, since, ...by }));
const self = { ...identify(process.pid)!, command: 'up' };
const parent = { ...identify(process.ppid)!, command: 'up' };

beforeEach(() => {
  jest.useFakeTimers({ now: new Date(now), doNotFake: ['nextTick', 'setImmediate'] });
  release();
  mkdirSync(elsewhere, { recursive: true });
});
afterEach(() => jest.useRealTimers());

it('the real place of the owner is not the one these tests write to', () => {
  expect(file.startsWith('/run/')).toBe(false);
});

describe('the cluster', () => {
  it('is nobody’s before it is claimed', () => {
    expect(owner()).toBeUndefined();
  });

  it('is claimed for this checkout, by this process and its command', () => {
    claim('up', false);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ checkout, since: now, worker: self });
    expect(owner()).toEqual({ checkout, since: now, worker: self });
  });

  it('stays held when the command is done', () => {
    claim('up', false);
    rest();
    expect(owner()).toEqual({ checkout, since: now });
  });

  it('keeps the time since when this checkout holds it', () => {
    held({});
    claim('down', true);
    expect(owner()).toEqual({ checkout, since, worker: { ...self, command: 'down' } });
  });

  it('is nobody’s again after its release', () => {
    claim('down', false);
    release();
    expect(owner()).toBeUndefined();
    expect(existsSync(paths.runtime)).toBe(false);
    rest();
    expect(owner()).toBeUndefined();
  });
});

describe('a claim', () => {
  it('is refused while another command is at work, also of this checkout', () => {
    held({ worker: parent });
    expect(() => claim('down', false)).toThrow(
      `\`make up\` of ${checkout} is at work on the cluster (process ${process.ppid}). ` +
        'Wait for it, or end that process and run this again.',
    );
    expect(owner()?.worker).toEqual(parent);
  });

  it('is not hindered by a command that was killed', () => {
    held({ worker: { ...parent, startTime: '1' } });
    claim('down', true);
    expect(owner()?.worker?.pid).toBe(process.pid);
  });

  it('may be made again by the same process', () => {
    claim('up', false);
    claim('down', true);
    expect(owner()?.worker?.command).toBe('down');
  });

  it('is refused while the cluster runs for another checkout, with the way out', () => {
    held({ checkout: elsewhere });
    expect(() => claim('up', true)).toThrow(
      `the local cluster runs for the checkout ${elsewhere} (since ${since}), and a computer can hold one. ` +
        `End it with \`make -C ${elsewhere} down\`, which keeps its data; then run this again.`,
    );
    expect(owner()?.checkout).toBe(elsewhere);
  });

  it('takes over from another checkout whose cluster does not run', () => {
    held({ checkout: elsewhere });
    claim('up', false);
    expect(owner()).toEqual({ checkout, since: now, worker: self });
  });

  it('takes over from a checkout that was deleted', () => {
    held({ checkout: join(checkout, 'deleted') });
    claim('up', true);
    expect(owner()).toEqual({ checkout, since: now, worker: self });
  });
});
