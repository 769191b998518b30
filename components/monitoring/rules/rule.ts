/** How urgent an alert is: `critical` wakes somebody, `warning` is for the day, `info` is for who looks, `none` is the
 * watchdog's, which is always there. */
export type Severity = 'critical' | 'warning' | 'info' | 'none';

/** An alert, as data. */
export interface Alert {
  /** In CamelCase, unique; also the name of its page in docs/runbooks. */
  readonly alert: string;
  readonly expr: string;
  /** How long the expression holds until it fires, such as `5m`. @default at once */
  readonly for?: string;
  /** How long it goes on firing after the expression has ended. @default not at all */
  readonly keepFiringFor?: string;
  readonly severity: Severity;
  /** One line, with templates such as `{{ $labels.instance }}`. */
  readonly summary: string;
  /** What it means for those who use the platform. */
  readonly description: string;
}

/** A series that is computed from others at every evaluation. */
export interface Recording {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Rules that are evaluated one after the other. */
export interface RuleGroup {
  readonly name: string;
  /** From one evaluation to the next, such as `5s`. @default as often as metrics are read */
  readonly interval?: string;
  readonly rules: readonly (Alert | Recording)[];
}

/** What alerts depend on: counts of a stack and its limits. */
export interface RuleSettings {
  /** What a mode cannot have has no alert in it. */
  readonly mode: 'standalone' | 'sentinel';
  readonly tls: boolean;
  /** Whether a Prometheus evaluates them that is not the platform's own, and tells an Alertmanager of its own. @default false */
  readonly foreign?: boolean;
  /** Pods at the least. */
  readonly counts: {
    readonly redis: number;
    /** 0 where there are none. */
    readonly sentinels: number;
    /** 0 where there are none. */
    readonly proxies: number;
    readonly alertmanagers: number;
  };
  /** Connections that a Redis takes at a time. */
  readonly maxClients: number;
  /** How often cleanup runs. */
  readonly cleanupMinutes: number;
  /** Certificates by name, with the time of their end in seconds since 1970. */
  readonly certificates: Readonly<Record<string, number>>;
  readonly thresholds: Thresholds;
  readonly objectives: Objectives;
}

/** Limits that a stack may set. */
export interface Thresholds {
  /** Part of maxmemory in use. @default 0.8 */
  readonly memory: number;
  /** Part of a volume that is free. @default 0.15 */
  readonly volumeFree: number;
  /** Mebibytes that a replica is behind. @default 16 */
  readonly replicaLagMebibytes: number;
  /** Mean time of a command. @default 2 */
  readonly commandMilliseconds: number;
  /** Part of maxClients in use. @default 0.8 */
  readonly clients: number;
  /** Failed logins in ten minutes. @default 20 */
  readonly failedLogins: number;
  /** Days before the end of a certificate that should have been renewed. @default 14 */
  readonly certificateDays: number;
  /** Part of all sessions that ends within 15 minutes without having expired. @default 0.5 */
  readonly massLogout: number;
  /** Times as many sessions as an hour ago. @default 3 */
  readonly sessionSurge: number;
}

/** What the platform promises its users, over 30 days. */
export interface Objectives {
  /** Part of the time in which sessions can be read and written. @default 0.999 */
  readonly availability: number;
  /** Part of the calls of session functions that Redis answers within `latencyMilliseconds`. @default 0.99 */
  readonly latency: number;
  /** One of Redis' own bounds: 1, 2, 4, 8 … @default 1 */
  readonly latencyMilliseconds: number;
}
