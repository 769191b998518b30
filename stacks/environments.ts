import type { Environment, StackConfig } from './schema';

/** What an environment is: the value of every setting that a stack leaves out. */
export type EnvironmentDefaults = Omit<StackConfig, 'environment'>;

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
    quota: { pods: 20, cpu: '2', memory: '2Gi', storage: '5Gi' },
    clients: [],
  },
};
