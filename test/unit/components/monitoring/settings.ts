import { settings as rules } from '../../../rules/support/settings';
import type { DashboardSettings } from '../../../../components/monitoring/dashboards/settings';

const common = {
  tls: true,
  maxClients: 1000,
  cleanupMinutes: 3,
  runbooks: 'https://example.com/runbooks',
  thresholds: rules.dev.thresholds,
  objectives: rules.dev.objectives,
} as const;

/** Stacks as dashboards see them. */
export const stacks: Readonly<Record<DashboardSettings['mode'], DashboardSettings>> = {
  standalone: {
    ...common,
    mode: 'standalone',
    counts: { redis: 1, sentinels: 0, proxies: 0, alertmanagers: 1 },
  },
  sentinel: {
    ...common,
    mode: 'sentinel',
    counts: { redis: 3, sentinels: 3, proxies: 2, alertmanagers: 2 },
  },
};
