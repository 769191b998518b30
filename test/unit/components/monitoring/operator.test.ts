import { output } from '@pulumi/pulumi';
import { operatorConnections, podMonitor } from '../../../../components/monitoring/operator/objects';
import { OperatorMonitoring } from '../../../../components/monitoring/operator/operatorMonitoring';
import { within } from '../../../../components/monitoring/operator/within';
import { prometheusPods } from '../../../../components/monitoring/prometheus/objects';
import { record } from '../../../../scripts/record';

const pods = { name: 'redis', namespace: 'shop', podLabels: { app: 'redis' } };
const target = { job: 'redis', pods, port: 9121 };
const settings = {
  prometheus: { namespace: 'monitoring', podLabels: { app: 'prometheus' } },
  labels: { release: 'stack' },
  dashboardLabels: { grafana_dashboard: '1' },
};

test.each([
  ['up', 'up{namespace="shop"}'],
  ['up{job="redis"}', 'up{namespace="shop", job="redis"}'],
  ['sum by (a) (rate(x_total[5m]))', 'sum by (a) (rate(x_total{namespace="shop"}[5m]))'],
  ['a{b="c"} offset 5m', 'a{namespace="shop", b="c"} offset 5m'],
  ['level:name:op', 'level:name:op{namespace="shop"}'],
  ['vector(1)', 'vector(1)'],
  ['time() - max(x)', 'time() - max(x{namespace="shop"})'],
  ['a and on (b) a', 'a{namespace="shop"} and on (b) a{namespace="shop"}'],
  ['x{y="a{b}"}', 'x{namespace="shop", y="a{b}"}'],
  ['absent(up{job="containers"})', 'absent(up{namespace="shop", job="kubelet"})'],
  ['y{job="volumes"}', 'y{namespace="shop", job="kubelet"}'],
])('%s looks at one namespace as %s', (expr, expected) => {
  expect(within(expr, 'shop')).toBe(expected);
});

test.each(['sum(', 'a{b=}', 'rate(x[5m)'])('%s is refused', (expr) => {
  expect(() => within(expr, 'shop')).toThrow(/^no PromQL: /);
});

test('a PodMonitor gives series the names that the platform itself would give them', () => {
  expect(podMonitor('shop', target, settings)).toEqual({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: {
      name: 'session-database-redis',
      namespace: 'shop',
      labels: {
        'app.kubernetes.io/name': 'session-database',
        'app.kubernetes.io/instance': 'shop',
        'app.kubernetes.io/component': 'monitoring',
        'app.kubernetes.io/part-of': 'session-database',
        'app.kubernetes.io/managed-by': 'pulumi',
        release: 'stack',
      },
    },
    spec: {
      namespaceSelector: { matchNames: ['shop'] },
      selector: { matchLabels: { app: 'redis' } },
      podMetricsEndpoints: [
        {
          path: '/metrics',
          interval: '15s',
          scrapeTimeout: '10s',
          relabelings: [
            {
              sourceLabels: ['__meta_kubernetes_pod_container_port_number'],
              regex: '9121',
              action: 'keep',
            },
            { targetLabel: 'job', replacement: 'redis' },
            { sourceLabels: ['__meta_kubernetes_pod_name'], targetLabel: 'instance' },
          ],
        },
      ],
    },
  });
});

test('a PodMonitor asks for less than all where it can', () => {
  const params = { metrics: ['a', 'b'] };
  const { spec } = podMonitor('shop', { ...target, params }, settings);
  const [endpoint] = podMonitor('shop', target, settings).spec.podMetricsEndpoints;
  expect(spec.podMetricsEndpoints).toEqual([{ ...endpoint, params }]);
});

test("the cluster's Prometheus may reach those pods", () => {
  expect(operatorConnections(settings, [target]).map(({ from, to, port }) => [from, to, port])).toEqual([
    [{ name: 'prometheus', ...settings.prometheus }, pods, 9121],
  ]);
  expect(prometheusPods('shop').namespace).not.toBe(settings.prometheus.namespace);
});

test('rules look at their namespace only, and say which it is', async () => {
  const groups = [
    {
      name: 'some',
      interval: '5s',
      rules: [
        { record: 'session_database:x', expr: 'max(x)', labels: { name: 'y' } },
        {
          alert: 'Wrong',
          expr: 'session_database:x > 1',
          for: '5m',
          severity: 'warning' as const,
          summary: 'Something is wrong',
          description: 'It is.',
        },
      ],
    },
  ];
  const { resources } = await record(
    () =>
      new OperatorMonitoring(
        'monitoring',
        {
          ...{ namespace: 'shop', ...settings, targets: [target], runbooks: 'https://example.org' },
          ...{ rules: output(groups), dashboards: { first: { title: 'First' } }, after: [] },
        },
        {},
      ),
  );
  expect(resources.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['monitoring-redis', 'monitoring-rules', 'monitoring-dashboard-first']),
  );
  expect(resources.find(({ name }) => name === 'monitoring-rules')!.inputs['spec']).toEqual({
    groups: [
      {
        name: 'session-database-some',
        interval: '5s',
        rules: [
          {
            record: 'session_database:x',
            expr: 'max(x{namespace="shop"})',
            labels: { name: 'y', namespace: 'shop' },
          },
          {
            alert: 'Wrong',
            expr: 'session_database:x{namespace="shop"} > 1',
            for: '5m',
            labels: { severity: 'warning', namespace: 'shop' },
            annotations: {
              summary: 'Something is wrong',
              description: 'It is.',
              runbook_url: 'https://example.org/Wrong.md',
            },
          },
        ],
      },
    ],
  });
});
