import type { Kind } from '../inside/clients';
import type { History } from './history';
import { masters } from './masters';
import { outagesBy } from './outage';

/** What one run of a case showed. */
export interface RunResult {
  /** Longest time without an acknowledged write, in milliseconds, by kind of client. */
  readonly outages: Readonly<Partial<Record<Kind, number>>>;
  /** The same of the single writer that waited longest. */
  readonly slowestWriter: number;
  readonly acked: number;
  readonly errors: Readonly<Record<string, number>>;
  /** Failures that trying once more did not mend. */
  readonly unmended: number;
  readonly lostWaited: number;
  readonly lostUnwaited: number;
  readonly mastersMost: number;
  /** Most of them whose writes replicas had before they were acknowledged. */
  readonly mastersWaited: number;
  readonly splitMs: number;
  /** Most servers that said at one time that they are a master and take writes. */
  readonly claimed: number;
  /** From the fault to one master with all replicas in sync, in milliseconds. */
  readonly settledMs: number;
}

/** What of a run is known beside its history. */
export interface RunFrame {
  /** Milliseconds since 1970. */
  readonly faultAt: number;
  readonly endAt: number;
  readonly settledAt: number;
  readonly kinds: readonly Kind[];
  /** Ids that are not there at the end. */
  readonly missing: ReadonlySet<string>;
  readonly claimed: number;
}

/** What one run showed, from all that its writers noted. */
export function runResult({ acks, failures }: History, frame: RunFrame): RunResult {
  const { faultAt, endAt, kinds, missing } = frame;
  const errors: Record<string, number> = {};
  for (const { error } of failures) errors[error] = (errors[error] ?? 0) + 1;
  const lost = acks.filter(({ id }) => missing.has(id));
  const { most, splitMs } = masters(acks);
  const writers = [...new Set(acks.map(({ writer }) => writer))];
  const ofWriters = outagesBy(acks, ({ writer }) => writer, writers, faultAt, endAt);
  return {
    outages: outagesBy(acks, ({ kind }) => kind, kinds, faultAt, endAt),
    slowestWriter: Math.max(0, ...Object.values(ofWriters)),
    acked: acks.length,
    errors,
    unmended: failures.filter(({ mended }) => !mended).length,
    lostWaited: lost.filter(({ waited }) => waited).length,
    lostUnwaited: lost.filter(({ waited }) => !waited).length,
    mastersMost: most,
    mastersWaited: masters(acks.filter(({ waited }) => waited)).most,
    splitMs,
    claimed: frame.claimed,
    settledMs: frame.settledAt - faultAt,
  };
}

interface Quantiles {
  readonly p50_s: number;
  readonly p95_s: number;
}

/** What a case showed over its runs, as it is written to results/failover.json. Times are seconds. */
export interface CaseResult extends Quantiles {
  readonly runs: number;
  readonly errors: number;
  readonly unmended: number;
  readonly acked: number;
  readonly lost_waited: number;
  readonly lost_unwaited: number;
  /** Most servers that acknowledged writes at the same time. */
  readonly masters_max: number;
  /** The same of writes that replicas had. */
  readonly masters_waited_max: number;
  /** Most servers that said at one time that they are a master and take writes. */
  readonly claimed_max: number;
  readonly split_s: number;
  readonly settled_p95_s: number;
  readonly slowest_writer_p95_s: number;
  readonly kinds: Readonly<Partial<Record<Kind, Quantiles>>>;
  readonly error_classes: Readonly<Record<string, number>>;
  /** p50 here by p50 of bare processes, clients of the same kinds. */
  readonly ratio_to_bare?: number;
}

/** The value that a share of all values does not exceed (nearest rank). @throws when there are none */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('no values to take a quantile of');
  return value;
}

const seconds = (milliseconds: number): number => Math.round(milliseconds) / 1000;
const quantiles = (values: readonly number[]): Quantiles => ({
  p50_s: seconds(quantile(values, 0.5)),
  p95_s: seconds(quantile(values, 0.95)),
});
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The outages of runs: of each run that of the kind of client that waited longest. */
const worst = (runs: readonly RunResult[], kinds: readonly Kind[]): number[] =>
  runs.map(({ outages }) => Math.max(...kinds.map((kind) => outages[kind] ?? 0)));

/**
 * What a case showed over its runs. Its times are those of the kind of client that waited longest in each run.
 * @param bare - the same fault on bare processes
 * @throws when there are no runs
 */
export function caseResult(runs: readonly RunResult[], bare: readonly RunResult[] = []): CaseResult {
  const kinds = [...new Set(runs.flatMap(({ outages }) => Object.keys(outages) as Kind[]))];
  const errorClasses: Record<string, number> = {};
  for (const { errors } of runs)
    for (const [name, count] of Object.entries(errors))
      errorClasses[name] = (errorClasses[name] ?? 0) + count;
  const common = kinds.filter((kind) => bare.every(({ outages }) => outages[kind] !== undefined));
  const ratio =
    bare.length === 0 ? undefined : quantile(worst(runs, common), 0.5) / quantile(worst(bare, common), 0.5);
  return {
    runs: runs.length,
    ...quantiles(worst(runs, kinds)),
    errors: sum(Object.values(errorClasses)),
    unmended: sum(runs.map(({ unmended }) => unmended)),
    acked: sum(runs.map(({ acked }) => acked)),
    lost_waited: sum(runs.map(({ lostWaited }) => lostWaited)),
    lost_unwaited: sum(runs.map(({ lostUnwaited }) => lostUnwaited)),
    masters_max: Math.max(...runs.map(({ mastersMost }) => mastersMost)),
    masters_waited_max: Math.max(...runs.map(({ mastersWaited }) => mastersWaited)),
    claimed_max: Math.max(...runs.map(({ claimed }) => claimed)),
    split_s: seconds(Math.max(...runs.map(({ splitMs }) => splitMs))),
    settled_p95_s: seconds(
      quantile(
        runs.map(({ settledMs }) => settledMs),
        0.95,
      ),
    ),
    slowest_writer_p95_s: seconds(
      quantile(
        runs.map(({ slowestWriter }) => slowestWriter),
        0.95,
      ),
    ),
    kinds: Object.fromEntries(kinds.map((kind) => [kind, quantiles(worst(runs, [kind]))])),
    error_classes: errorClasses,
    ...(ratio === undefined ? {} : { ratio_to_bare: Math.round(ratio * 100) / 100 }),
  };
}
