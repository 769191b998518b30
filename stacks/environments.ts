import type { Environment, StackConfig } from './schema';

/** What an environment is: the value of every setting that a stack leaves out. */
export type EnvironmentDefaults = Omit<StackConfig, 'environment'>;

const hour = 3600;
const day = 24 * hour;

const sessions: EnvironmentDefaults['sessions'] = {
  ttlSeconds: hour,
  maxAgeSeconds: 30 * day,
  perUser: 5,
  maxFields: 30,
  maxBytes: 16_384,
  refreshTokens: { ttlSeconds: 7 * day, maxAgeSeconds: 90 * day, perUser: 3 },
  deletionTokens: { ttlSeconds: day, maxAgeSeconds: 7 * day, perUser: 3 },
  cleanupMinutes: 2,
};

// Certificates that live for three months, renewed a month before their end.
const tls: EnvironmentDefaults['tls'] = {
  enabled: false,
  clientCertificates: 'required',
  authorities: ['1'],
  authorityDays: 3650,
  certificateDays: 90,
  renewBeforeDays: 30,
};

// Sentinels connect anew twice a second at most, so a new master may be silent to them for half a second and is not dead.
const sentinel: EnvironmentDefaults['sentinel'] = {
  pods: 3,
  cpu: '50m',
  memory: '64Mi',
  storage: { size: '64Mi' },
  downAfterMilliseconds: 1300,
  failoverTimeoutMilliseconds: 10_000,
};

const proxy: EnvironmentDefaults['proxy'] = { pods: 2, maxPods: 4, cpu: '100m', memory: '128Mi' };

const monitoring: EnvironmentDefaults['monitoring'] = {
  mode: 'bundled',
  kubelets: 'verified',
  // As the most used chart has them.
  operator: {
    prometheus: { namespace: 'monitoring', podLabels: { 'app.kubernetes.io/name': 'prometheus' } },
    labels: { release: 'kube-prometheus-stack' },
    dashboardLabels: { grafana_dashboard: '1' },
  },
  prometheus: { cpu: '100m', memory: '512Mi', retention: '720h', storage: { size: '4Gi' } },
  alertmanager: { pods: 1, cpu: '20m', memory: '64Mi', storage: { size: '128Mi' } },
  grafana: { enabled: true, cpu: '100m', memory: '256Mi' },
  receivers: [],
  ingress: {
    hosts: {},
    annotations: {},
    controller: {
      namespace: 'ingress-nginx',
      podLabels: { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' },
    },
  },
  runbooks: 'docs/runbooks',
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

export const environments: Readonly<Record<Environment, EnvironmentDefaults>> = {
  // A laptop's worth: one Redis pod, a few tens of thousands of sessions.
  dev: {
    namespace: 'session-database',
    cluster: {},
    redis: {
      mode: 'standalone',
      pods: 1,
      maxPods: 1,
      spread: 'preferred',
      cpu: '100m',
      memory: '256Mi',
      maxmemory: '160Mi',
      maxClients: 1000,
      storage: { size: '1Gi' },
    },
    tls,
    sentinel,
    proxy,
    scale: 1,
    protect: false,
    sessions: { ...sessions, cleanupMinutes: 5 },
    monitoring,
    quota: { pods: 20, cpu: '2', memory: '3Gi', storage: '10Gi' },
    clients: [],
  },
  // As production, and smaller: a few hundred thousand sessions.
  staging: {
    namespace: 'session-database',
    cluster: {},
    redis: {
      mode: 'sentinel',
      pods: 3,
      maxPods: 5,
      spread: 'preferred',
      cpu: '200m',
      memory: '512Mi',
      maxmemory: '256Mi',
      maxClients: 4000,
      storage: { size: '2Gi' },
    },
    tls: { ...tls, enabled: true },
    sentinel,
    proxy,
    scale: 1,
    protect: false,
    sessions,
    monitoring: {
      ...monitoring,
      prometheus: { ...monitoring.prometheus, storage: { size: '8Gi' } },
    },
    quota: { pods: 40, cpu: '4', memory: '8Gi', storage: '30Gi' },
    clients: [],
  },
  // Millions of sessions. Its data are protected from being deleted by mistake.
  prod: {
    namespace: 'session-database',
    cluster: {},
    redis: {
      mode: 'sentinel',
      pods: 4,
      maxPods: 7,
      spread: 'required',
      cpu: '1',
      memory: '8Gi',
      maxmemory: '4Gi',
      maxClients: 20_000,
      storage: { size: '32Gi' },
    },
    tls: { ...tls, enabled: true },
    sentinel: { ...sentinel, cpu: '100m', memory: '128Mi', storage: { size: '256Mi' } },
    proxy: { ...proxy, maxPods: 10, cpu: '250m', memory: '256Mi' },
    scale: 1,
    protect: true,
    sessions,
    monitoring: {
      ...monitoring,
      prometheus: { cpu: '500m', memory: '2Gi', retention: '720h', storage: { size: '32Gi' } },
      alertmanager: { ...monitoring.alertmanager, pods: 2, memory: '128Mi' },
      grafana: { ...monitoring.grafana, memory: '512Mi' },
    },
    quota: { pods: 60, cpu: '16', memory: '72Gi', storage: '300Gi' },
    clients: [],
  },
};
