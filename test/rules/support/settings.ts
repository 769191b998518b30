import type { RuleSettings } from '../../../components/monitoring/rules/rule';

const common = {
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
};

const day = 86_400;

/** What rules of a stack alone, of one with Sentinels, and of one with all that there is are made of. Tests begin at time 0. */
export const settings = {
  dev: {
    ...common,
    mode: 'standalone',
    tls: false,
    counts: { redis: 1, sentinels: 0, proxies: 0, alertmanagers: 1 },
    maxClients: 1000,
    cleanupMinutes: 5,
    certificates: {},
  },
  staging: {
    ...common,
    mode: 'sentinel',
    tls: true,
    counts: { redis: 3, sentinels: 3, proxies: 2, alertmanagers: 1 },
    maxClients: 4000,
    cleanupMinutes: 2,
    certificates: { redis: 15 * day, 'authority 1': 3650 * day },
  },
  prod: {
    ...common,
    mode: 'sentinel',
    tls: true,
    counts: { redis: 4, sentinels: 3, proxies: 2, alertmanagers: 2 },
    maxClients: 20_000,
    cleanupMinutes: 2,
    certificates: { redis: 90 * day, 'client-application': 90 * day, 'authority 1': 3650 * day },
  },
} as const satisfies Readonly<Record<string, RuleSettings>>;

export type StackName = keyof typeof settings;
