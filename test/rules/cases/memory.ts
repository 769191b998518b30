import { type FamilyCases, redis } from '../support/cases';

const container = (metric: string, pod: string, name: string, id = 'a'): string =>
  `${metric}{job="containers", instance="node-1", pod="${pod}", container="${name}", id="${id}"}`;
const oom = (pod: string, name: string, id?: string): string =>
  container('container_oom_events_total', pod, name, id);
const killed = (pod: string, name: string) => ({
  labels: { pod, container: name },
  summary: `The kernel killed a process of ${pod}, container ${name}, for its memory`,
});

export const memory: FamilyCases = {
  family: 'memory',
  cases: [
    {
      alert: 'MemoryHigh',
      title: 'fires when over 80 % of maxmemory have been in use for ten minutes',
      series: {
        [redis('redis_memory_used_bytes')]: '500x19 810x60',
        [redis('redis_memory_max_bytes')]: '1000x80',
      },
      silent: ['14m45s'],
      fires: {
        '15m': [{ labels: { instance: 'redis-0' }, summary: 'redis-0 uses 81% of maxmemory' }],
      },
    },
    {
      alert: 'MemoryHigh',
      title: 'stays silent at 80 %, for a peak of nine minutes, and without a limit',
      series: {
        [redis('redis_memory_used_bytes')]: '800x80',
        [redis('redis_memory_max_bytes')]: '1000x80',
        [redis('redis_memory_used_bytes', 'redis-1')]: '500x19 900x36 500x40',
        [redis('redis_memory_max_bytes', 'redis-1')]: '1000x80',
        [redis('redis_memory_used_bytes', 'redis-2')]: '900x80',
        [redis('redis_memory_max_bytes', 'redis-2')]: '0x80',
      },
      silent: ['14m', '15m', '20m'],
    },
    {
      alert: 'SessionsEvicted',
      title: 'fires at the first eviction',
      series: { [redis('redis_evicted_keys_total')]: '0x19 10x40' },
      silent: ['4m45s'],
      fires: {
        '5m': [
          {
            labels: { instance: 'redis-0' },
            summary: 'redis-0 is full: 10 sessions or tokens were evicted in five minutes',
          },
        ],
      },
    },
    {
      alert: 'SessionsEvicted',
      title: 'stays silent for evictions of long ago, after a restart, and for what has just expired',
      series: {
        [redis('redis_evicted_keys_total')]: '700x19 0x40',
        [redis('redis_evicted_keys_total', 'redis-1')]: '_x10 700x40',
        [redis('redis_expired_keys_total')]: '0+10x60',
      },
      silent: ['3m', '5m', '6m', '10m'],
    },
    {
      alert: 'OomKilled',
      title: 'fires when the count of a container grows, and when a new one begins with a kill',
      series: {
        [oom('redis-0', 'redis')]: '0x59 1x10',
        [oom('redis-1', 'redis', 'a')]: '0x59 stale',
        [oom('redis-1', 'redis', 'b')]: '_x60 0x10',
        [oom('prometheus-0', 'prometheus')]: '_x60 1x10',
      },
      silent: ['14m45s'],
      fires: { '15m': [killed('redis-0', 'redis'), killed('prometheus-0', 'prometheus')] },
    },
    {
      alert: 'OomKilled',
      title: 'stays silent when containers are replaced, and ten minutes after a kill',
      series: {
        [oom('redis-0', 'redis', 'a')]: '0x19 stale',
        [oom('redis-0', 'redis', 'b')]: '_x21 0x80',
        [oom('redis-1', 'redis')]: '0x19 1x80',
      },
      silent: ['4m45s', '15m15s', '20m'],
    },
    {
      alert: 'ContainerMemoryHigh',
      title: 'fires when over 90 % of the limit have been in use for ten minutes',
      series: {
        [container('container_memory_rss', 'redis-0', 'redis')]: '500x19 910x60',
        [container('container_spec_memory_limit_bytes', 'redis-0', 'redis')]: '1000x80',
      },
      silent: ['14m45s'],
      fires: {
        '15m': [
          {
            labels: { pod: 'redis-0', container: 'redis' },
            summary: 'redis-0, container redis, uses 91% of its memory limit',
          },
        ],
      },
    },
    {
      alert: 'ContainerMemoryHigh',
      title: 'stays silent for what is cached of files, for a save of five minutes, and without a limit',
      series: {
        [container('container_memory_working_set_bytes', 'redis-0', 'redis')]: '990x80',
        [container('container_memory_rss', 'redis-0', 'redis')]: '600x19 950x20 600x60',
        [container('container_spec_memory_limit_bytes', 'redis-0', 'redis')]: '1000x80',
        [container('container_memory_rss', 'job', 'job')]: '600x80',
        [container('container_spec_memory_limit_bytes', 'job', 'job')]: '0x80',
      },
      silent: ['10m', '15m', '20m'],
    },
  ],
};
