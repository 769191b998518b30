/**
 * Metrics of a proxy that rules and dashboards read: all that it is asked for. It has some two hundred, six hundred series for a
 * single server, and each new pod's are new ones to Prometheus, which keeps them in memory for hours.
 */
export const proxyMetrics = [
  'haproxy_backend_active_servers',
  'haproxy_backend_backup_servers',
  'haproxy_backend_connection_errors_total',
  'haproxy_backend_status',
  'haproxy_frontend_bytes_in_total',
  'haproxy_frontend_bytes_out_total',
  'haproxy_frontend_connections_total',
  'haproxy_frontend_current_sessions',
  'haproxy_process_current_connections',
  'haproxy_process_idle_time_percent',
  'haproxy_process_max_connections',
  'haproxy_server_check_failures_total',
  'haproxy_server_status',
] as const;
