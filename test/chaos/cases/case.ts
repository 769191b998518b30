import type { CaseResult } from '../analysis/report';
import { type Kind, plannedOutage } from '../inside/clients';
import type { Fault } from '../run';
import type { Deployed } from '../systems/deployed';

/** What a case must show. That no write is lost that replicas had, and that one server at a time takes such, goes without
 * saying. Times are seconds. */
export interface Limits {
  readonly p50?: number;
  /** For all kinds of clients, or for each its own. */
  readonly p95?: number | Readonly<Record<Kind, number>>;
  /** Servers that acknowledge writes at the same time. @default 1 */
  readonly masters?: number;
  /** Whether nothing at all may be lost, and one more attempt must mend every failure. @default false */
  readonly painless?: boolean;
  readonly ratioToBare?: number;
}

const outage = (kind: Kind) => plannedOutage[kind] / 1000;

/** What every planned change must show. */
export const plannedLimits: Limits = {
  painless: true,
  p95: { proxy: outage('proxy'), follow: outage('follow'), sentinel: outage('sentinel') },
};

/** A way to break a deployed stack. */
export interface Case {
  readonly title: string;
  /** How often it runs where nothing else is said. */
  readonly runs: number;
  readonly fault: (stack: Deployed) => Fault;
  readonly limits?: Limits;
  /** What it is compared with. */
  readonly bare?: 'kill' | 'switchover';
}

/** What a case did not keep of its limits, in sentences; empty when it kept all. */
export function broken(result: CaseResult, limits: Limits = {}): string[] {
  const problems: string[] = [];
  const most = (what: string, value: number | undefined, limit: number | undefined, unit = '') => {
    if (value !== undefined && limit !== undefined && value > limit)
      problems.push(`${what} ${value}${unit} is more than ${limit}${unit}`);
  };
  most('writes lost that replicas had:', result.lost_waited, 0);
  most('servers that acknowledged writes at one time:', result.masters_max, limits.masters ?? 1);
  most('of these, with writes that replicas had:', result.masters_waited_max, 1);
  most('p50 outage of', result.p50_s, limits.p50, ' s');
  for (const [kind, { p95_s }] of Object.entries(result.kinds)) {
    const limit = typeof limits.p95 === 'object' ? limits.p95[kind as Kind] : limits.p95;
    most(`p95 outage of ${kind} clients of`, p95_s, limit, ' s');
  }
  if (limits.painless) {
    most('writes lost:', result.lost_unwaited, 0);
    most('failures that one more attempt did not mend:', result.unmended, 0);
  }
  most('ratio to bare processes', result.ratio_to_bare, limits.ratioToBare);
  return problems;
}
