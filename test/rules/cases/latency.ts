import { type FamilyCases, redis } from '../support/cases';

const fcall = (metric: string, instance = 'redis-0', cmd = 'fcall'): string =>
  redis(metric, instance, `cmd="${cmd}"`);
const calls = (perStep: number): Record<string, string> => ({
  [fcall('redis_commands_total')]: `0+${perStep}x80`,
});

export const latency: FamilyCases = {
  family: 'latency',
  recordings: ['recording-redis'],
  cases: [
    {
      alert: 'CommandsSlow',
      title: 'fires when a call has taken 2.5 ms on average for ten minutes',
      series: { ...calls(1000), [fcall('redis_commands_duration_seconds_total')]: '0+2.5x80' },
      silent: ['10m'],
      fires: { '10m15s': [{ summary: 'A call of a session function takes Redis 2.5ms on average' }] },
    },
    {
      alert: 'CommandsSlow',
      title: 'stays silent at 1.9 ms, without calls, and for other commands',
      series: {
        ...calls(1000),
        [fcall('redis_commands_duration_seconds_total')]: '0+1.9x80',
        [fcall('redis_commands_total', 'redis-1')]: '5x80',
        [fcall('redis_commands_duration_seconds_total', 'redis-1')]: '99x80',
        [fcall('redis_commands_total', 'redis-0', 'psync')]: '0+1x80',
        [fcall('redis_commands_duration_seconds_total', 'redis-0', 'psync')]: '0+1x80',
      },
      silent: ['10m15s', '20m'],
    },
    {
      alert: 'MainThreadBusy',
      title: 'fires when the thread has been busy over 85 % for ten minutes, by itself and for the system',
      series: {
        [redis('redis_cpu_user_main_thread_seconds_total')]: '0+10x80',
        [redis('redis_cpu_sys_main_thread_seconds_total')]: '0+3.5x80',
      },
      silent: ['10m'],
      fires: {
        '15m': [
          {
            labels: { instance: 'redis-0' },
            summary: 'The one thread of redis-0 that runs commands is busy 90% of the time',
          },
        ],
      },
    },
    {
      alert: 'MainThreadBusy',
      title: 'stays silent at 80 %, and when a restart sets the counters back',
      series: {
        [redis('redis_cpu_user_main_thread_seconds_total')]: '0+9x80',
        [redis('redis_cpu_sys_main_thread_seconds_total')]: '0+3x80',
        [redis('redis_cpu_user_main_thread_seconds_total', 'redis-1')]: '9000+3x39 0+3x40',
        [redis('redis_cpu_sys_main_thread_seconds_total', 'redis-1')]: '900+1x39 0+1x40',
      },
      silent: ['10m15s', '15m', '20m'],
    },
    {
      alert: 'CallsRejected',
      title: 'fires when a tenth of all calls has been rejected for five minutes',
      series: { ...calls(900), [fcall('redis_commands_rejected_calls_total')]: '0+100x80' },
      silent: ['5m'],
      fires: { '5m15s': [{ summary: 'Redis rejects 10% of the calls of session functions' }] },
    },
    {
      alert: 'CallsRejected',
      title: 'stays silent at 5 %',
      series: {
        ...calls(950),
        [fcall('redis_commands_rejected_calls_total')]: '0+50x80',
      },
      silent: ['5m15s', '20m'],
    },
    {
      alert: 'CallsRejected',
      title: 'stays silent for single rejected calls where there are hardly any others',
      series: { [fcall('redis_commands_rejected_calls_total')]: '0x19 1x20 2x20 3x20' },
      silent: ['6m', '12m', '18m'],
    },
  ],
};
