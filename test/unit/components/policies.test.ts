import { clientConnections } from '../../../components/network/clients';
import type { Connection } from '../../../components/network/connections';
import { allowPolicies, defaultDeny } from '../../../components/network/policies';
import { standaloneService } from '../../../components/redis/standalone';

const redis = standaloneService({ namespace: 'sessions', version: '8.0.2' });
const redisLabels = {
  'app.kubernetes.io/name': 'redis',
  'app.kubernetes.io/instance': 'sessions',
  'app.kubernetes.io/component': 'database',
};
const specs = (connections: readonly Connection[]) =>
  Object.fromEntries(
    allowPolicies('sessions', connections).map(({ metadata, spec }) => [metadata.name, spec]),
  );

test('the namespace denies both directions to every pod', () => {
  expect(defaultDeny('sessions').spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
});

test('without a declared connection nothing is allowed', () => {
  expect(allowPolicies('sessions', [])).toEqual([]);
});

test('a client of the own namespace may reach Redis and DNS, and Redis reaches nothing', () => {
  expect(specs(clientConnections(redis, []))).toEqual({
    'allow-client-egress': {
      podSelector: { matchLabels: { 'session-database/client': 'true' } },
      policyTypes: ['Egress'],
      egress: [
        { to: [{ podSelector: { matchLabels: redisLabels } }], ports: [{ protocol: 'TCP', port: 6379 }] },
        {
          to: [
            {
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
              podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
            },
          ],
          ports: [
            { protocol: 'UDP', port: 53 },
            { protocol: 'TCP', port: 53 },
          ],
        },
      ],
    },
    'allow-redis-ingress': {
      podSelector: { matchLabels: redisLabels },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [{ podSelector: { matchLabels: { 'session-database/client': 'true' } } }],
          ports: [{ protocol: 'TCP', port: 6379 }],
        },
      ],
    },
  });
});

test("an application's pods are admitted by namespace and labels together, and get no policy of their own here", () => {
  const policies = specs(clientConnections(redis, [{ namespace: 'shop', podLabels: { app: 'web' } }]));
  expect(Object.keys(policies).sort()).toEqual(['allow-client-egress', 'allow-redis-ingress']);
  expect(policies['allow-redis-ingress']).toMatchObject({
    ingress: [
      { from: [{ podSelector: { matchLabels: { 'session-database/client': 'true' } } }] },
      {
        from: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } },
            podSelector: { matchLabels: { app: 'web' } },
          },
        ],
        ports: [{ protocol: 'TCP', port: 6379 }],
      },
    ],
  });
});
