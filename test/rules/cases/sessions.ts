import { type FamilyCases, redis } from '../support/cases';

const value = (key: string, instance = 'redis-0'): string =>
  redis(
    'redis_script_values',
    instance,
    `key="${key}", filename="/etc/session-database/exporter/scripts/sessions.lua"`,
  );
const counts = (live: string, backlog: string, expired: string) => ({
  [value('session_live')]: live,
  [value('session_backlog')]: backlog,
  [value('session_expired')]: expired,
});

export const sessions: FamilyCases = {
  family: 'sessions',
  recordings: ['recording-records'],
  cases: [
    {
      alert: 'CleanupStale',
      title: 'fires when no cleanup has succeeded for a quarter of an hour, and seven minutes more',
      step: '1m',
      series: { [value('cleanup_last_success')]: '0x40', [redis('redis_script_result')]: '1x40' },
      silent: ['15m', '22m'],
      fires: { '22m15s': [{ summary: 'No cleanup has succeeded for a long time, or ever' }] },
    },
    {
      alert: 'CleanupStale',
      title: 'fires when there was never one',
      step: '1m',
      series: { [redis('redis_script_result')]: '1x40' },
      silent: ['6m45s'],
      fires: { '7m': [{ summary: 'No cleanup has succeeded for a long time, or ever' }] },
    },
    {
      alert: 'CleanupStale',
      title:
        'stays silent while it comes every 2 minutes, when a replica is behind, and when Redis does not answer',
      step: '1m',
      series: {
        [value('cleanup_last_success')]:
          '0 0 120 120 240 240 360 360 480 480 600 600 720 720 840 840 960 960 1080 1080 stale',
        [value('cleanup_last_success', 'redis-1')]: '0x19 stale',
        [redis('redis_script_result')]: '1x19 stale',
      },
      silent: ['10m', '19m', '25m', '40m'],
    },
    {
      alert: 'CleanupLag',
      title: 'fires when entries have been overdue for twelve minutes',
      series: { [value('refresh_overdue')]: '0x19 300x60', [value('session_overdue')]: '0x80' },
      silent: ['16m45s'],
      fires: {
        '17m': [
          {
            labels: { kind: 'refresh' },
            summary: '300 entries of kind refresh have been waiting for cleanup for over 15 minutes',
          },
        ],
      },
    },
    {
      alert: 'CleanupLag',
      title: 'stays silent when a million entries of one moment are taken out within ten minutes',
      series: {
        [value('session_overdue')]: '0x19 1000000-25000x39 0x40',
        [value('session_backlog')]: '0x19 1000000-25000x39 0x40',
      },
      silent: ['10m', '14m45s', '17m', '20m'],
    },
    {
      alert: 'MassLogout',
      title: 'fires when more than half of all sessions were revoked within 15 minutes',
      series: counts('1000x39 480x40', '10x80', '5000+1x80'),
      silent: ['10m45s'],
      fires: {
        '11m': [
          {
            labels: { kind: 'session' },
            summary: '515 sessions have ended within 15 minutes without having expired',
          },
        ],
      },
    },
    {
      alert: 'MassLogout',
      title: 'fires when everything is gone, the counts included',
      series: counts('1000x39 0x40', '10x39 0x40', '5000x39 0x40'),
      silent: ['10m45s'],
      fires: {
        '11m': [
          {
            labels: { kind: 'session' },
            summary: '6.01k sessions have ended within 15 minutes without having expired',
          },
        ],
      },
    },
    {
      alert: 'MassLogout',
      title: 'stays silent when all sessions of one moment expire, and cleanup takes them out later',
      series: counts('1000x39 0x40', '0x39 1000x8 0x40', '5000x48 6000x40'),
      silent: ['11m', '12m', '13m', '15m'],
    },
    {
      alert: 'MassLogout',
      title:
        'stays silent when Prometheus hears of a cleanup from one pod before it hears of it from another',
      series: {
        ...counts('1000x39 0x40', '0x39 1000x8 0x40', '5000x48 6000x40'),
        [value('session_live', 'redis-1')]: '1000x39 0x40',
        [value('session_backlog', 'redis-1')]: '0x39 1000x9 0x40',
        [value('session_expired', 'redis-1')]: '5000x49 6000x40',
      },
      silent: ['13m30s', '14m', '16m'],
    },
    {
      alert: 'MassLogout',
      title: 'stays silent when a failover loses the last few, and where there are hardly any sessions',
      series: {
        ...counts('1000x39 stale', '0x39 stale', '5000x39 stale'),
        [value('session_live', 'redis-1')]: '990x80',
        [value('session_backlog', 'redis-1')]: '0x80',
        [value('session_expired', 'redis-1')]: '5000x80',
      },
      silent: ['11m', '15m'],
    },
    {
      alert: 'MassLogout',
      title: 'stays silent when eighty of eighty sessions are revoked',
      series: counts('80x39 0x40', '0x80', '0x80'),
      silent: ['11m', '15m'],
    },
    {
      alert: 'SessionSurge',
      title: 'fires when there have been over three times as many as an hour ago for ten minutes',
      step: '5m',
      series: { [value('session_live')]: '1000x11 3100x12' },
      silent: ['65m'],
      fires: {
        '70m': [
          {
            labels: { kind: 'session' },
            summary: '3.1k sessions, many times as many as an hour ago',
          },
        ],
      },
    },
    {
      alert: 'SessionSurge',
      title: 'stays silent for three times as many, for a few, and for tokens',
      step: '5m',
      series: { [value('session_live')]: '1000x11 3000x12', [value('refresh_live')]: '1000x11 9000x12' },
      silent: ['70m', '110m'],
    },
    {
      alert: 'SessionSurge',
      title: 'stays silent where a thousand sessions come to a platform that had one',
      step: '5m',
      series: { [value('session_live')]: '1x11 1000x12' },
      silent: ['70m', '110m'],
    },
    {
      alert: 'KeysWithoutTtl',
      title: 'fires when more keys have had no TTL for half an hour than there are records',
      series: {
        [redis('redis_db_keys', 'redis-0', 'db="db0"')]: '3000x19 6000x200',
        [redis('redis_db_keys_expiring', 'redis-0', 'db="db0"')]: '2000x220',
        [value('session_live')]: '1500x220',
        [value('session_backlog')]: '100x220',
        [value('refresh_live')]: '500x220',
      },
      silent: ['34m45s'],
      fires: { '35m': [{ summary: '4k keys have no TTL, more than there are sessions and tokens' }] },
    },
    {
      alert: 'KeysWithoutTtl',
      title: "stays silent when users and their sets grow together with sessions, and for cleanup's backlog",
      series: {
        [redis('redis_db_keys', 'redis-0', 'db="db0"')]: '0+200x200',
        [redis('redis_db_keys_expiring', 'redis-0', 'db="db0"')]: '0+100x200',
        [value('session_live')]: '0+60x200',
        [value('session_backlog')]: '0+40x200',
      },
      silent: ['35m', '50m'],
    },
  ],
};
