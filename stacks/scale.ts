import { bytes, millicoresOf } from '../components/kubernetes/quantity';
import type { StackConfig } from './schema';

/**
 * A configuration as it is deployed: with `scale` below 1, pods ask for that part of CPU, and those of
 * Redis also of memory and volumes. Counts and everything about security stay, and so does the memory of all others, which is
 * what they need however small Redis is.
 */
export function scaled(config: StackConfig): StackConfig {
  const { redis, sentinel, proxy, monitoring, scale } = config;
  if (scale === 1) return config;
  const cpu = (quantity: string) => `${Math.ceil(millicoresOf(quantity)! * scale)}m`;
  const memory = (quantity: string) => `${Math.ceil((bytes(quantity) * scale) / 2 ** 20)}Mi`;
  return {
    ...config,
    redis: {
      ...redis,
      cpu: cpu(redis.cpu),
      memory: memory(redis.memory),
      // Rounded down where the others are rounded up, so that it still fits them.
      maxmemory: `${Math.max(1, Math.floor((bytes(redis.maxmemory) * scale) / 2 ** 20))}Mi`,
      storage: { ...redis.storage, size: memory(redis.storage.size) },
    },
    sentinel: { ...sentinel, cpu: cpu(sentinel.cpu) },
    proxy: { ...proxy, cpu: cpu(proxy.cpu) },
    monitoring: {
      ...monitoring,
      prometheus: { ...monitoring.prometheus, cpu: cpu(monitoring.prometheus.cpu) },
      alertmanager: { ...monitoring.alertmanager, cpu: cpu(monitoring.alertmanager.cpu) },
      grafana: { ...monitoring.grafana, cpu: cpu(monitoring.grafana.cpu) },
    },
  };
}
