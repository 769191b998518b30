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
    pods: fc.integer({ min: 3, max: 1000 }),
    tls: fc.boolean(),
    authorities: fc.uniqueArray(dnsLabel, { minLength: 1, maxLength: 2 }),
    clients: fc.uniqueArray(client, { maxLength: 4, selector: ({ namespace: of }) => of }),
  })
  .map((of) => {
    const memory = `${Math.ceil(of.maxmemory / 0.75) + of.spare}Mi`;
    const size = `${of.maxmemory * 4 + of.spare}Mi`;
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
      quota: JSON.stringify({
        pods: of.pods,
        cpu: `${of.cpu + of.spare + 40 + (of.tls ? 5 : 0)}m`,
        memory: `${bytes(memory) + (64 + (of.tls ? 16 : 0)) * 2 ** 20}`,
        storage: size,
      }),
      clients: JSON.stringify(of.clients.filter((one) => one.namespace !== of.namespace)),
    });
  });
