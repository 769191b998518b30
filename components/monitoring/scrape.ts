import type { Peer } from '../network/connections';

/** Seconds from one question to the next, and from one evaluation of rules to the next. */
export const intervalSeconds = 15;
/** Seconds that an answer may take. */
export const answerSeconds = 10;

/** Pods whose metrics are read. */
export interface ScrapeTarget {
  /** Name of the job, by which rules and dashboards know them. */
  readonly job: string;
  readonly pods: Peer;
  /** Port of their metrics. */
  readonly port: number;
  /** The server's name in its certificate, for those who speak TLS where the platform does. @default they never do */
  readonly server?: string;
  /** Folder of the password, for those who answer only who logs in. @default they answer everybody */
  readonly login?: string;
  /** Parameters of the question, for those who can be asked for less than all. @default none */
  readonly params?: Readonly<Record<string, readonly string[]>>;
}
