import type { Alert, RuleSettings } from './rule';
import { decimal } from './series';

/** Whether clients can connect, and stay. */
export const connections = ({ mode, maxClients, thresholds }: RuleSettings): Alert[] => [
  {
    alert: 'ClientsNearLimit',
    expr: `max by (instance) (redis_connected_clients{job="redis"}) > ${decimal(thresholds.clients * maxClients)}`,
    for: '5m',
    severity: 'warning',
    summary: `{{ $labels.instance }} has {{ $value }} of at most ${maxClients} connections`,
    description: 'With one more than the limit, Redis refuses new clients.',
  },
  {
    alert: 'ConnRejected',
    expr: 'sum by (instance) (increase(redis_rejected_connections_total{job="redis"}[5m])) > 0',
    severity: 'critical',
    summary: '{{ $labels.instance }} refused {{ $value | humanize }} connections in five minutes',
    description: 'Applications that connect anew get errors: all places are taken.',
  },
  {
    alert: 'SlowClientsDropped',
    expr: 'sum by (instance) (increase(redis_client_output_buffer_limit_disconnections_total{job="redis"}[15m])) > 0',
    severity: 'warning',
    summary: '{{ $labels.instance }} cut off {{ $value | humanize }} clients that did not read their answers',
    description: 'A replica among them begins anew with a copy of all data; an application sees an error.',
  },
  ...(mode === 'sentinel' ? [proxyConnections(thresholds.clients)] : []),
];

const proxyConnections = (part: number): Alert => ({
  alert: 'ProxyConnectionsHigh',
  expr:
    'max by (instance) (haproxy_process_current_connections{job="proxy"} / haproxy_process_max_connections{job="proxy"}) ' +
    `> ${decimal(part)}`,
  for: '5m',
  severity: 'warning',
  summary: '{{ $labels.instance }} has {{ $value | humanizePercentage }} of the connections that it may have',
  description: 'At 100 % new connections wait until others end.',
});
