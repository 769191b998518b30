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
const dns = {
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
        dns,
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

test('what is beyond the cluster is reached by addresses on its port, and gets no policy of its own', () => {
  const from = { name: 'alertmanager', namespace: 'sessions', podLabels: { app: 'alertmanager' } };
  const beyond = { name: 'receivers', cidr: '0.0.0.0/0' };
  const dials = (port: number): Connection => ({ from, to: beyond, port, purpose: 'alerts' });
  const policies = specs([dials(443), dials(587), { from, to: from, port: 9094, purpose: 'gossip' }]);
  const block = (port: number) => ({
    to: [{ ipBlock: { cidr: '0.0.0.0/0' } }],
    ports: [{ protocol: 'TCP', port }],
  });
  expect(policies).toEqual({
    'allow-alertmanager-ingress': {
      podSelector: { matchLabels: { app: 'alertmanager' } },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [{ podSelector: { matchLabels: { app: 'alertmanager' } } }],
          ports: [{ protocol: 'TCP', port: 9094 }],
        },
      ],
    },
    'allow-alertmanager-egress': {
      podSelector: { matchLabels: { app: 'alertmanager' } },
      policyTypes: ['Egress'],
      egress: [
        block(443),
        block(587),
        {
          to: [{ podSelector: { matchLabels: { app: 'alertmanager' } } }],
          ports: [{ protocol: 'TCP', port: 9094 }],
        },
        dns,
      ],
    },
  });
});

test('it is no pods, whatever it is called', () => {
  const from = { name: 'redis', namespace: 'sessions', podLabels: { app: 'redis' } };
  const policies = specs([{ from, to: { name: 'redis', cidr: '192.0.2.0/24' }, port: 443, purpose: '' }]);
  expect(Object.keys(policies)).toEqual(['allow-redis-egress']);
  expect(policies['allow-redis-egress']).toMatchObject({
    egress: [{ to: [{ ipBlock: { cidr: '192.0.2.0/24' } }] }, dns],
  });
});
