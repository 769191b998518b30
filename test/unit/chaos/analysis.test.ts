import { parseHistory, type Ack } from '../../chaos/analysis/history';
import { masters } from '../../chaos/analysis/masters';
import { outage, outagesBy } from '../../chaos/analysis/outage';
import { caseResult, quantile, runResult, type RunResult } from '../../chaos/analysis/report';
import { type RedisSeen, type Sample, unsettled } from '../../chaos/analysis/sample';

const acksAt = (...times: number[]) => times.map((at) => ({ at }));
const ack = (at: number, more: Partial<Ack> = {}): Ack => ({
  ...{ at, writer: 'follow-0', kind: 'follow', id: `id-${at}`, waited: false },
  ...more,
});

describe('an outage', () => {
  test('is the longest gap between two acknowledged writes', () => {
    expect(outage(acksAt(0, 10, 20, 1520, 1530, 2000), 15, 2010)).toBe(1500);
  });

  test('counts from the last write before the fault', () => {
    expect(outage(acksAt(0, 10, 500), 100, 510)).toBe(490);
  });

  test('leaves out gaps that ended before the fault', () => {
    expect(outage(acksAt(0, 900, 910, 950), 905, 960)).toBe(40);
  });

  test('is still open at the end where no write came', () => {
    expect(outage(acksAt(0, 10), 20, 5010)).toBe(5000);
  });

  test('counts from the fault where there was never a write', () => {
    expect(outage([], 100, 400)).toBe(300);
  });

  test('is told for each group, with those that wrote nothing', () => {
    const acks = [ack(0), ack(50, { kind: 'proxy' }), ack(100), ack(150, { kind: 'proxy' })];
    expect(outagesBy(acks, ({ kind }) => kind, ['follow', 'proxy', 'sentinel'], 60, 200)).toEqual({
      follow: 100,
      proxy: 100,
      sentinel: 140,
    });
  });
});

describe('masters', () => {
  const by = (...acks: [at: number, node: string | undefined][]) =>
    masters(acks.map(([at, node]) => ({ at, ...(node === undefined ? {} : { node }) })));

  test('are one where the office passed from one to the next', () => {
    expect(by([0, 'a'], [100, 'a'], [101, 'b'], [300, 'b'])).toEqual({ most: 1, splitMs: 0 });
  });

  test('are two where one still acknowledged after another had begun', () => {
    expect(by([0, 'a'], [100, 'b'], [150, 'a'], [200, 'b'])).toEqual({ most: 2, splitMs: 50 });
  });

  test('are two where both acknowledged in one moment', () => {
    expect(by([0, 'a'], [100, 'a'], [100, 'b'], [200, 'b'])).toEqual({ most: 2, splitMs: 0 });
  });

  test('are one where the first comes back to the office later', () => {
    expect(by([0, 'a'], [500, 'b'], [1000, 'b'], [2000, 'a'])).toEqual({ most: 1, splitMs: 0 });
  });

  test('are three where three did, and writes of unknown servers tell nothing', () => {
    expect(by([0, 'a'], [1, 'b'], [2, 'c'], [3, undefined], [4, 'a'], [5, 'b'])).toEqual({
      most: 3,
      splitMs: 3,
    });
  });

  test('are none without writes', () => {
    expect(by()).toEqual({ most: 0, splitMs: 0 });
  });
});

describe('a system is settled', () => {
  const hosts = { 'redis-0': '10.0.0.1', 'redis-1': '10.0.0.2' };
  const master = { role: 'master', runId: 'a', offset: 100, loading: false, writable: true } as const;
  const replica: RedisSeen = {
    ...{ ...master, role: 'replica', runId: 'b', writable: false },
    ...{ follows: '10.0.0.1', linkUp: true, syncing: false },
  };
  const sample: Sample = {
    at: 0,
    redis: { 'redis-0': master, 'redis-1': replica },
    sentinels: { 'sentinel-0': '10.0.0.1' },
  };
  const redis = (one: Sample['redis'][string], other: Sample['redis'][string]): Sample => ({
    ...sample,
    redis: { 'redis-0': one!, 'redis-1': other! },
  });

  test('with one master that is named by Sentinels and followed in sync', () => {
    expect(unsettled(sample, hosts, 0)).toEqual([]);
  });

  test.each<[string, Sample, string[]]>([
    ['nobody is master', redis(replica, replica), ['masters: none']],
    ['two are', redis(master, master), ['masters: redis-0, redis-1']],
    ['the master loads', redis({ ...master, loading: true }, replica), ['redis-0 is loading']],
    ['a replica is away', redis(master, null), ['redis-1 does not answer']],
    [
      'a replica follows another',
      redis(master, { ...replica, follows: '10.0.0.9' }),
      ['redis-1 follows 10.0.0.9'],
    ],
    ['its link is down', redis(master, { ...replica, linkUp: false }), ['redis-1 is not in sync']],
    ['it still syncs', redis(master, { ...replica, syncing: true }), ['redis-1 is not in sync']],
    ['it lags', redis(master, { ...replica, offset: 60 }), ['redis-1 lags by 40 bytes']],
    ['a Sentinel is away', { ...sample, sentinels: { 'sentinel-0': null } }, ['sentinel-0 does not answer']],
    [
      'a Sentinel names another',
      { ...sample, sentinels: { 'sentinel-0': '10.0.0.2' } },
      ['sentinel-0 names 10.0.0.2'],
    ],
    [
      'a Sentinel knows nobody',
      { ...sample, sentinels: { 'sentinel-0': '' } },
      ['sentinel-0 names no master'],
    ],
  ])('not when %s', (_, seen, problems) => {
    expect(unsettled(seen, hosts, 39)).toEqual(problems);
  });
});

describe('a run', () => {
  const text = [
    { at: 30, writer: 'follow-0', kind: 'follow', id: 'c', waited: true, node: 'n' },
    { at: 10, writer: 'follow-0', kind: 'follow', id: 'a', waited: true, node: 'n' },
    { at: 20, writer: 'follow-1', kind: 'follow', id: 'b', waited: false, node: 'n' },
    { at: 21, writer: 'follow-1', kind: 'follow', error: 'READONLY', mended: true },
    { at: 22, writer: 'follow-1', kind: 'follow', error: 'READONLY', then: 'WAIT', mended: false },
  ].map((record) => JSON.stringify(record));
  const history = parseHistory(`${text.join('\n')}\n`);

  test('is read in the order of time', () => {
    expect(history.acks.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(history.failures).toHaveLength(2);
  });

  test('counts what was lost by what its client had waited for', () => {
    const frame = { faultAt: 15, endAt: 40, settledAt: 35, kinds: ['follow'] as const, claimed: 2 };
    expect(runResult(history, { ...frame, missing: new Set(['a', 'b', 'never-acknowledged']) })).toEqual({
      outages: { follow: 10 },
      slowestWriter: 20,
      acked: 3,
      errors: { READONLY: 2 },
      unmended: 1,
      lostWaited: 1,
      lostUnwaited: 1,
      mastersMost: 1,
      mastersWaited: 1,
      splitMs: 0,
      claimed: 2,
      settledMs: 20,
    });
  });
});

describe('a case', () => {
  const result = (follow: number, sentinel: number, more: Partial<RunResult> = {}): RunResult => ({
    ...{ outages: { follow, sentinel }, slowestWriter: 0, acked: 10, errors: { READONLY: 1, WAIT: 2 } },
    ...{ unmended: 1, lostWaited: 0, lostUnwaited: 1, mastersMost: 1, splitMs: 0, claimed: 1 },
    mastersWaited: 1,
    settledMs: 3000,
    ...more,
  });

  test('takes of each run the clients that waited longest', () => {
    const runs = [result(1000, 2000), result(3000, 1500), result(1000, 1200, { mastersMost: 2 })];
    expect(caseResult(runs, [result(1000, 1000)])).toMatchObject({
      ...{ runs: 3, p50_s: 2, p95_s: 3, errors: 9, unmended: 3, acked: 30, lost_waited: 0, lost_unwaited: 3 },
      ...{
        masters_max: 2,
        masters_waited_max: 1,
        settled_p95_s: 3,
        error_classes: { READONLY: 3, WAIT: 6 },
        ratio_to_bare: 2,
      },
      kinds: { follow: { p50_s: 1, p95_s: 3 }, sentinel: { p50_s: 1.5, p95_s: 2 } },
    });
  });

  test('is compared with bare processes by clients that both have', () => {
    const runs = [result(1500, 1000, { outages: { follow: 1500, proxy: 9000 } })];
    expect(caseResult(runs, [result(1000, 700)]).ratio_to_bare).toBe(1.5);
    expect(caseResult(runs)).not.toHaveProperty('ratio_to_bare');
  });

  test.each([
    [0.5, 3],
    [0.95, 5],
    [0, 1],
    [1, 5],
  ])('has quantile %p of five values', (share, value) => {
    expect(quantile([5, 3, 1, 4, 2], share)).toBe(value);
  });

  test('without runs is an error', () => {
    expect(() => quantile([], 0.5)).toThrow('no values to take a quantile of');
  });
});
