import { type FamilyCases, redis } from '../support/cases';

const denied = (what: string, instance = 'redis-0'): string =>
  redis(`redis_acl_access_denied_${what}_total`, instance);
const others = (instance = 'redis-0') => ({
  [denied('key', instance)]: '0x100',
  [denied('channel', instance)]: '0x100',
});
const flushed = (instance: string): string => redis('redis_commands_total', instance, 'cmd="flushall"');

export const security: FamilyCases = {
  family: 'security',
  recordings: ['recording-records'],
  cases: [
    {
      alert: 'AclDenied',
      title: 'fires when a user runs a command that he may not, or touches such a key',
      series: {
        [denied('cmd')]: '0x39 3x40',
        ...others(),
        [denied('cmd', 'redis-1')]: '0x80',
        ...others('redis-1'),
        [denied('key', 'redis-1')]: '0x39 2x40',
      },
      silent: ['9m45s'],
      fires: {
        '10m': [
          {
            labels: { instance: 'redis-0' },
            summary: 'redis-0 refused 3 commands that their user may not run',
          },
          {
            labels: { instance: 'redis-1' },
            summary: 'redis-1 refused 2 commands that their user may not run',
          },
        ],
      },
    },
    {
      alert: 'AclDenied',
      title: 'stays silent for failed logins, after a restart, and ten minutes later',
      series: {
        [denied('cmd')]: '7x39 0x60',
        ...others(),
        [denied('auth')]: '0+1x100',
        [denied('cmd', 'redis-1')]: '0x3 5x96',
        ...others('redis-1'),
      },
      silent: ['11m', '11m15s', '20m'],
    },
    {
      alert: 'AuthFailures',
      title: 'fires when over 20 logins have failed within ten minutes',
      series: { [denied('auth')]: '0x20 0+1x60' },
      silent: ['5m'],
      fires: {
        '15m': [{ labels: { instance: 'redis-0' }, summary: 'redis-0 refused 39 logins in ten minutes' }],
      },
    },
    {
      alert: 'AuthFailures',
      title: 'stays silent for one in a minute, as of somebody who mistypes, and after a restart',
      series: {
        [denied('auth')]: '0x3 1x3 2x3 3x3 4x3 5x3 6x3 7x3 8x3 9x3 10x3 11x3 12x3 13x3 14x3',
        [denied('auth', 'redis-1')]: '500x39 0x40',
      },
      silent: ['10m', '10m15s', '14m'],
    },
    {
      alert: 'RefreshTokenReused',
      title: 'fires at the first token that is used again, on whichever pod it is counted',
      series: {
        [redis('redis_script_values', 'redis-0', 'key="refresh_reused"')]: '4x39 6x40',
        [redis('redis_script_values', 'redis-1', 'key="refresh_reused"')]: '4x40 6x40',
      },
      silent: ['9m45s'],
      fires: { '10m': [{ summary: 'Refresh tokens were used a second time, 2 times in 15 minutes' }] },
    },
    {
      alert: 'RefreshTokenReused',
      title:
        'stays silent when a failover takes back the last count, and a quarter of an hour after the last use',
      series: {
        [redis('redis_script_values', 'redis-0', 'key="refresh_reused"')]: '5x9 stale',
        [redis('redis_script_values', 'redis-1', 'key="refresh_reused"')]: '4x100',
      },
      silent: ['2m30s', '3m', '10m', '20m'],
    },
    {
      alert: 'DataFlushed',
      title: 'fires when somebody empties Redis for the first time, once for all its pods',
      series: {
        [redis('redis_up', 'redis-0')]: '1x100',
        [redis('redis_up', 'redis-1')]: '1x100',
        [flushed('redis-0')]: '_x60 1x40',
        [flushed('redis-1')]: '_x60 1x40',
      },
      silent: ['14m45s'],
      fires: { '15m': [{ labels: { cmd: 'flushall' }, summary: 'Somebody has run flushall' }] },
    },
    {
      alert: 'DataFlushed',
      title: 'stays silent when it was long ago, when a pod is new to Prometheus, and after its restart',
      series: {
        [redis('redis_up', 'redis-0')]: '1x100',
        [flushed('redis-0')]: '_x3 1x40 stale',
        [redis('redis_up', 'redis-1')]: '_x60 1x40',
        [flushed('redis-1')]: '_x60 1x40',
      },
      silent: ['11m', '15m', '16m', '25m'],
    },
  ],
};

/** By the hour: days are looked at. */
export const certificates: FamilyCases = {
  family: 'security',
  recordings: ['recording-certificates'],
  evaluation: '30m',
  cases: [
    {
      alert: 'CertExpiring',
      title: 'fires an hour after a certificate has less than 14 days left',
      step: '1h',
      series: {},
      silent: ['24h30m'],
      fires: {
        '26h': [
          {
            labels: { name: 'redis' },
            summary: 'Certificate redis ends in 13d 22h 0m 0s, and has not been renewed',
          },
        ],
      },
    },
    {
      alert: 'CertExpiring',
      title: 'stays silent with 14 days left, as after a renewal in time',
      step: '1h',
      series: {},
      silent: ['0m', '24h'],
    },
    {
      alert: 'CertExpiresSoon',
      title: 'fires when a certificate has less than three days left',
      step: '1h',
      series: {},
      silent: ['288h', '288h30m'],
      fires: {
        '289h': [{ labels: { name: 'redis' }, summary: 'Certificate redis ends in 2d 23h 0m 0s' }],
      },
    },
    {
      alert: 'CertExpiresSoon',
      title: 'stays silent with three days left, and for authorities that live for years',
      step: '1h',
      series: {},
      silent: ['26h', '288h'],
    },
  ],
};
