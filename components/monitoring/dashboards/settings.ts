import type { RuleSettings } from '../rules/rule';

/** What dashboards depend on: the same counts, limits and promises as the alerts. */
export interface DashboardSettings extends Pick<
  RuleSettings,
  'mode' | 'tls' | 'counts' | 'maxClients' | 'cleanupMinutes' | 'thresholds' | 'objectives'
> {
  /** Address of the folder with a page `ALERT.md` for each alert. @default alerts are not linked to their pages */
  readonly runbooks?: string;
}
