import type { Kind } from '../inside/clients';

interface Noted {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly writer: string;
  readonly kind: Kind;
}

/** An acknowledged write. */
export interface Ack extends Noted {
  readonly id: string;
  /** Whether enough replicas had it before it was acknowledged. */
  readonly waited: boolean;
  /** Run id of the server that took it, where the client knows. */
  readonly node?: string;
}

/** A write that failed at first. */
export interface Failure extends Noted {
  readonly error: string;
  /** Whether trying once more helped. */
  readonly mended: boolean;
  /** How the second attempt failed. */
  readonly then?: string;
}

export type HistoryRecord = Ack | Failure;

/** What the writers of one run have noted. */
export interface History {
  readonly acks: readonly Ack[];
  readonly failures: readonly Failure[];
}

/** Reads records, JSON a line, in the order of time. */
export function parseHistory(text: string): History {
  const acks: Ack[] = [];
  const failures: Failure[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const record = JSON.parse(line) as HistoryRecord;
    if ('error' in record) failures.push(record);
    else acks.push(record);
  }
  const byTime = (a: Noted, b: Noted) => a.at - b.at;
  return { acks: acks.sort(byTime), failures: failures.sort(byTime) };
}
