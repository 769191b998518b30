import fc from 'fast-check';
import { bytes } from '../../../components/kubernetes/quantity';
import { parseStackConfig } from '../../../stacks/parse';
import type { StackConfig } from '../../../stacks/schema';

const dnsLabel = fc.stringMatching(/^[a-z]([-a-z0-9]{0,20}[a-z0-9])?$/);
const namespace = dnsLabel.filter((name) => name !== 'default' && !name.startsWith('kube-'));
const label = fc.stringMatching(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,20}[A-Za-z0-9])?$/);

const client = fc.record({
  namespace: dnsLabel,
  podLabels: fc.dictionary(label, label, { minKeys: 1, maxKeys: 3 }),
});

/** What every secret of a receiver has in it, and nothing else. */
export const receiverSecretMark = 'secret-of-a-receiver';

// Not what URLs would take for another alphabet.
const host = dnsLabel.filter((name) => !name.startsWith('xn--'));
const url = fc.constantFrom('https://', 'http://').chain((scheme) =>
  fc.record({ host, port: fc.option(fc.integer({ min: 1, max: 65535 })) }).map(
    // The path is what lets one in.
    ({ host: of, port }) => `${scheme}${of}${port === null ? '' : `:${port}`}/${receiverSecretMark}`,
  ),
);
const receiverKind = fc.oneof(
  fc.record({ webhook: fc.record({ url }) }),
  fc.record({ slack: fc.record({ url, channel: dnsLabel.map((name) => `#${name}`) }) }),
  fc.record({ pagerduty: fc.record({ routingKey: fc.constant(receiverSecretMark) }) }),
  fc.record({
    email: fc.record({
      to: dnsLabel.map((name) => `${name}@example.com`),
      from: dnsLabel.map((name) => `${name}@example.com`),
      server: fc.integer({ min: 1, max: 65535 }).map((port) => `mail.example.com:${port}`),
      username: dnsLabel,
      password: fc.constant(receiverSecretMark),
    }),
  }),
);
const receiver = fc
  .record({
    name: dnsLabel.filter((name) => name !== 'nobody' && name !== 'heartbeat'),
    severities: fc.subarray(['critical', 'warning', 'info']),
    kind: receiverKind,
  })
  .map(({ kind, ...of }) => ({ ...of, ...kind }));

const monitoring = fc.record({
  mode: fc.constantFrom('bundled', 'operator', 'off'),
  kubelets: fc.constantFrom('verified', 'unverified', 'off'),
  // Of Prometheus, in millicores and Mi.
  cpu: fc.integer({ min: 1, max: 2000 }),
  memory: fc.integer({ min: 64, max: 8192 }),
  size: fc.integer({ min: 64, max: 65536 }),
  alertmanagers: fc.integer({ min: 1, max: 5 }),
  grafana: fc.boolean(),
  receivers: fc.uniqueArray(receiver, { maxLength: 4, selector: ({ name }) => name }),
  heartbeat: fc.option(url, { nil: undefined }),
  hosts: fc.subarray(['prometheus', 'alertmanager', 'grafana']),
  secretName: fc.option(dnsLabel, { nil: undefined }),
  controller: client,
});

/** Any valid configuration, by the same way as a stack's: all of it goes through the schema and the rules. */
export const stackConfig: fc.Arbitrary<StackConfig> = fc
  .record({
    namespace,
    cpu: fc.integer({ min: 1, max: 8000 }),
    maxmemory: fc.integer({ min: 16, max: 65536 }),
    spare: fc.integer({ min: 0, max: 1024 }),
    maxClients: fc.integer({ min: 10, max: 65000 }),
    storageClass: fc.option(dnsLabel, { nil: undefined }),
    cleanupMinutes: fc.integer({ min: 1, max: 59 }),
    ttlSeconds: fc.integer({ min: 1, max: 86_400 }),
    pods: fc.integer({ min: 0, max: 900 }),
    tls: fc.boolean(),
    authorities: fc.uniqueArray(dnsLabel, { minLength: 1, maxLength: 2 }),
    clients: fc.uniqueArray(client, { maxLength: 4, selector: ({ namespace: of }) => of }),
    monitoring,
  })
  .map((of) => {
    const memory = `${Math.ceil(of.maxmemory / 0.75) + of.spare}Mi`;
    const size = `${of.maxmemory * 4 + of.spare}Mi`;
    const alertmanagers = of.tls ? of.monitoring.alertmanagers : 1;
    const watching = needs(of.monitoring, alertmanagers);
    return parseStackConfig('session-database', {
      environment: 'dev',
      namespace: of.namespace,
      redis: JSON.stringify({
        cpu: `${of.cpu}m`,
        memory,
        maxmemory: `${of.maxmemory}Mi`,
        maxClients: of.maxClients,
        storage: { size, class: of.storageClass },
      }),
      tls: JSON.stringify({ enabled: of.tls, authorities: of.authorities }),
      sessions: JSON.stringify({ cleanupMinutes: of.cleanupMinutes, ttlSeconds: of.ttlSeconds }),
      monitoring: JSON.stringify({
        mode: of.monitoring.mode,
        kubelets: of.monitoring.kubelets,
        prometheus: {
          cpu: `${of.monitoring.cpu}m`,
          memory: `${of.monitoring.memory}Mi`,
          storage: { size: `${of.monitoring.size}Mi`, class: of.storageClass },
        },
        alertmanager: { pods: alertmanagers, ...alertmanager },
        grafana: { enabled: of.monitoring.grafana, ...grafana },
        receivers: of.monitoring.receivers,
        heartbeat: of.monitoring.heartbeat,
        ingress: {
          hosts: Object.fromEntries(
            of.monitoring.hosts
              .filter((server) => of.monitoring.grafana || server !== 'grafana')
              .map((server) => [server, `${server}.example.com`]),
          ),
          // Without TLS there is nobody who signs one.
          secretName: of.monitoring.secretName ?? (of.tls ? undefined : 'browsers-tls'),
          controller: of.monitoring.controller,
        },
      }),
      quota: JSON.stringify({
        pods: 3 + watching.pods + of.pods,
        cpu: `${of.cpu + of.spare + 40 + (of.tls ? 5 : 0) + watching.cpu}m`,
        memory: `${bytes(memory) + (64 + (of.tls ? 16 : 0) + watching.memory) * 2 ** 20}`,
        storage: `${bytes(size) + watching.storage * 2 ** 20}`,
      }),
      clients: JSON.stringify(of.clients.filter((one) => one.namespace !== of.namespace)),
    });
  });

const alertmanager = { cpu: '20m', memory: '64Mi', storage: { size: '128Mi' } };
const grafana = { cpu: '100m', memory: '256Mi' };

/** What monitoring asks for beside one Redis, in millicores and Mi. */
function needs(
  of: { mode: string; cpu: number; memory: number; size: number; grafana: boolean },
  alertmanagers: number,
) {
  const exporter = { pods: 0, cpu: 10, memory: 48, storage: 0 };
  if (of.mode === 'operator') return exporter;
  if (of.mode === 'off') return { pods: 0, cpu: 0, memory: 0, storage: 0 };
  // There are two Grafanas while its pod is replaced.
  const grafanas = of.grafana ? 2 : 0;
  return {
    pods: 1 + alertmanagers + grafanas,
    cpu: exporter.cpu + of.cpu + alertmanagers * 20 + grafanas * 100,
    memory: exporter.memory + of.memory + alertmanagers * 64 + grafanas * 256,
    storage: of.size + alertmanagers * 128,
  };
}
