import type { Environment, StackConfig } from './schema';

/** What an environment is: the value of every setting that a stack leaves out. */
export type EnvironmentDefaults = Omit<StackConfig, 'environment'>;

const hour = 3600;
const day = 24 * hour;

export const environments: Readonly<Record<Environment, EnvironmentDefaults>> = {
  // A laptop's worth: one Redis pod, a few tens of thousands of sessions.
  dev: {
    namespace: 'session-database',
    cluster: {},
    redis: {
      cpu: '100m',
      memory: '256Mi',
      maxmemory: '160Mi',
      maxClients: 1000,
      storage: { size: '1Gi' },
    },
    tls: {
      enabled: false,
      clientCertificates: 'required',
      authorities: ['1'],
      authorityDays: 3650,
      certificateDays: 90,
      renewBeforeDays: 30,
    },
    sessions: {
      ttlSeconds: hour,
      maxAgeSeconds: 30 * day,
      perUser: 5,
      maxFields: 30,
      maxBytes: 16_384,
      refreshTokens: { ttlSeconds: 7 * day, maxAgeSeconds: 90 * day, perUser: 3 },
      deletionTokens: { ttlSeconds: day, maxAgeSeconds: 7 * day, perUser: 3 },
      cleanupMinutes: 5,
    },
    quota: { pods: 20, cpu: '2', memory: '2Gi', storage: '5Gi' },
    clients: [],
  },
};
