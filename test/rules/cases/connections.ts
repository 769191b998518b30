import { type FamilyCases, proxy, redis } from '../support/cases';

const instance = (name: string) => ({ labels: { instance: name } });

export const connections: FamilyCases = {
  family: 'connections',
  cases: [
    {
      alert: 'ClientsNearLimit',
      title: 'fires when over 80 % of the places have been taken for five minutes',
      series: { [redis('redis_connected_clients')]: '50x19 3201x40' },
      silent: ['9m45s'],
      fires: { '10m': [{ ...instance('redis-0'), summary: 'redis-0 has 3201 of at most 4000 connections' }] },
    },
    {
      alert: 'ClientsNearLimit',
      title: 'stays silent at 80 %, and for the rush of a minute after a failover',
      series: {
        [redis('redis_connected_clients')]: '3200x60',
        [redis('redis_connected_clients', 'redis-1')]: '50x19 3999x4 1500x40',
      },
      silent: ['6m', '10m', '14m'],
    },
    {
      alert: 'ConnRejected',
      title: 'fires at the first connection that is refused',
      series: { [redis('redis_rejected_connections_total')]: '0x19 4x40' },
      silent: ['4m45s'],
      fires: { '5m': [{ ...instance('redis-0'), summary: 'redis-0 refused 4 connections in five minutes' }] },
    },
    {
      alert: 'ConnRejected',
      title: 'stays silent for refusals before a restart, and five minutes later',
      series: {
        [redis('redis_rejected_connections_total')]: '9x19 0x40',
        [redis('redis_rejected_connections_total', 'redis-1')]: '0 3x60',
      },
      silent: ['5m15s', '6m', '10m'],
    },
    {
      alert: 'SlowClientsDropped',
      title: 'fires when a client did not read its answers',
      series: { [redis('redis_client_output_buffer_limit_disconnections_total')]: '0x60 3x40' },
      silent: ['15m'],
      fires: {
        '15m15s': [
          { ...instance('redis-0'), summary: 'redis-0 cut off 3 clients that did not read their answers' },
        ],
      },
    },
    {
      alert: 'SlowClientsDropped',
      title: 'stays silent a quarter of an hour later, and after a restart',
      series: {
        [redis('redis_client_output_buffer_limit_disconnections_total')]: '0x3 1x80',
        [redis('redis_client_output_buffer_limit_disconnections_total', 'redis-1')]: '7x39 0x40',
      },
      silent: ['16m15s', '20m'],
    },
    {
      alert: 'ProxyConnectionsHigh',
      title: 'fires when a proxy has had over 80 % of its connections for five minutes',
      series: {
        [proxy('haproxy_process_current_connections', 'proxy-a')]: '100x19 3400x40',
        [proxy('haproxy_process_max_connections', 'proxy-a')]: '4000x60',
      },
      silent: ['9m45s'],
      fires: {
        '10m': [{ ...instance('proxy-a'), summary: 'proxy-a has 85% of the connections that it may have' }],
      },
    },
    {
      alert: 'ProxyConnectionsHigh',
      title: 'stays silent at 80 %, and when another proxy goes and its clients come for a moment',
      series: {
        [proxy('haproxy_process_current_connections', 'proxy-a')]: '3200x19 3600x10 3000x40',
        [proxy('haproxy_process_max_connections', 'proxy-a')]: '4000x60',
      },
      silent: ['5m', '7m', '10m', '14m'],
    },
  ],
};
