import type { DashboardSettings } from '../../../../components/monitoring/dashboards/settings';

const common = {
  tls: true,
  maxClients: 1000,
  cleanupMinutes: 3,
  runbooks: 'https://example.com/runbooks',
  thresholds: {
    memory: 0.8,
    volumeFree: 0.15,
    replicaLagMebibytes: 16,
    commandMilliseconds: 2,
    clients: 0.8,
    failedLogins: 20,
    certificateDays: 14,
    massLogout: 0.5,
    sessionSurge: 3,
  },
  objectives: { availability: 0.999, latency: 0.99, latencyMilliseconds: 1 },
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
