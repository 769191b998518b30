import { type FamilyCases, masterStatus as status, sentinel } from '../support/cases';

const quorum = (instance: string, message = 'OK'): string =>
  sentinel('redis_sentinel_master_ckquorum_status', instance, `master_name="sessions", message="${message}"`);
const up = (instance: string): string => sentinel('redis_up', instance);
const tilt = (instance: string): string => sentinel('redis_sentinel_tilt', instance);

export const sentinels: FamilyCases = {
  family: 'sentinel',
  recordings: ['recording-redis'],
  cases: [
    {
      alert: 'QuorumLost',
      title: 'fires 15 seconds after the last Sentinel has found no majority',
      series: {
        [quorum('sentinel-0')]: '1x19 stale',
        [quorum('sentinel-0', 'NOQUORUM')]: '_x20 0x40',
        [quorum('sentinel-1')]: '1x19 stale',
        [quorum('sentinel-2')]: '1x19 stale',
      },
      silent: ['5m'],
      fires: { '5m15s': [{ summary: 'Sentinels have no majority' }] },
    },
    {
      alert: 'QuorumLost',
      title: 'fires when no Sentinel answers at all',
      series: { [quorum('sentinel-0')]: '1x19 stale' },
      silent: ['5m'],
      fires: { '5m15s': [{ summary: 'Sentinels have no majority' }] },
    },
    {
      alert: 'QuorumLost',
      title: 'stays silent when one is cut off, and when two were killed and are back at the next look',
      series: {
        [quorum('sentinel-0', 'NOQUORUM')]: '0x60',
        [quorum('sentinel-1')]: '1x19 stale _x1 1x40',
        [quorum('sentinel-2')]: '1x30 0 1x40',
      },
      silent: ['5m', '5m15s', '7m45s', '8m', '10m'],
    },
    {
      alert: 'SentinelsMissing',
      title: 'fires when one of three has been away for ten minutes',
      series: {
        [up('sentinel-0')]: '1x80',
        [up('sentinel-1')]: '1x80',
        [up('sentinel-2')]: '1x19 0x10 stale',
      },
      silent: ['14m45s'],
      fires: { '15m': [{ summary: '2 of 3 Sentinels answer' }] },
    },
    {
      alert: 'SentinelsMissing',
      title: 'stays silent when each is replaced in turn',
      series: {
        [up('sentinel-0')]: '1x28 stale _x3 1x80',
        [up('sentinel-1')]: '1x24 stale _x3 1x80',
        [up('sentinel-2')]: '1x20 stale _x3 1x80',
      },
      silent: ['6m', '8m', '15m', '20m'],
    },
    {
      alert: 'SentinelMasterBad',
      title: 'fires when two of three have seen the master down for a minute',
      series: {
        [status('sentinel-0', '10.0.0.1')]: '1x19 stale',
        [status('sentinel-0', '10.0.0.1', 'odown')]: '_x20 0x40',
        [status('sentinel-1', '10.0.0.1')]: '1x19 stale',
        [status('sentinel-1', '10.0.0.1', 'odown')]: '_x20 0x40',
        [status('sentinel-2', '10.0.0.1')]: '1x60',
      },
      silent: ['5m45s'],
      fires: { '6m': [{ summary: '2 Sentinels see the master down, and have not replaced it' }] },
    },
    {
      alert: 'SentinelMasterBad',
      title: 'stays silent when one alone sees it down, and when it is replaced within seconds',
      series: {
        [status('sentinel-0', '10.0.0.1', 'sdown')]: '0x60',
        [status('sentinel-1', '10.0.0.1')]: '1x19 stale',
        [status('sentinel-1', '10.0.0.1', 'odown')]: '_x20 0 stale',
        [status('sentinel-1', '10.0.0.2')]: '_x21 1x40',
        [status('sentinel-2', '10.0.0.1')]: '1x60',
      },
      silent: ['5m', '5m30s', '10m'],
    },
    {
      alert: 'SentinelsDisagree',
      title: 'fires when one has named another master than the others for two minutes',
      series: {
        [status('sentinel-0', '10.0.0.1')]: '1x60',
        [status('sentinel-1', '10.0.0.1')]: '1x19 stale',
        [status('sentinel-1', '10.0.0.2')]: '_x20 1x40',
      },
      silent: ['6m45s'],
      fires: { '7m': [{ summary: 'Sentinels name 2 different masters' }] },
    },
    {
      alert: 'SentinelsDisagree',
      title:
        'stays silent in a failover that one learns of a minute later, and when they name one differently well',
      series: {
        [status('sentinel-0', '10.0.0.1', 'sdown')]: '0x24 stale',
        [status('sentinel-0', '10.0.0.2')]: '_x25 1x40',
        [status('sentinel-1', '10.0.0.1')]: '1x20 stale',
        [status('sentinel-1', '10.0.0.2')]: '_x21 1x40',
      },
      silent: ['5m', '6m', '7m15s', '10m'],
    },
    {
      alert: 'SentinelTilt',
      title: 'fires when one has been in tilt for a minute',
      series: { [tilt('sentinel-0')]: '0x19 1x40', [tilt('sentinel-1')]: '0x60' },
      silent: ['5m45s'],
      fires: {
        '6m': [
          {
            labels: { instance: 'sentinel-0' },
            summary: 'sentinel-0 does not trust its clock, and takes no part in elections',
          },
        ],
      },
    },
    {
      alert: 'SentinelTilt',
      title: 'stays silent for the half minute that a single odd step of the clock costs',
      series: { [tilt('sentinel-0')]: '0x19 1x2 0x40' },
      silent: ['5m30s', '6m', '8m'],
    },
  ],
};
