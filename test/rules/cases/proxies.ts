import { type FamilyCases, info, masterStatus, proxy, servers } from '../support/cases';

/** Of the family availability: whether proxies lead clients to the master. */
export const proxies: FamilyCases = {
  family: 'availability',
  recordings: ['recording-redis'],
  cases: [
    {
      alert: 'NoProxyServes',
      title: 'fires 15 seconds after the last proxy has lost a master that answers',
      series: {
        [info('redis-0', 'master')]: '1x60',
        ...servers('proxy-a', '1x19 0x40'),
        ...servers('proxy-b', '1x19 stale'),
      },
      silent: ['5m'],
      fires: { '5m15s': [{ summary: 'There is a master, and no proxy sends clients to it' }] },
    },
    {
      alert: 'NoProxyServes',
      title: 'stays silent when proxies lead to a master that is alone, and without a master',
      series: {
        [info('redis-0', 'master')]: '1x39 stale',
        ...servers('proxy-a', '1x19 0x40', '0x19 1x20 0x20'),
      },
      silent: ['5m15s', '8m', '10m', '10m15s', '11m'],
    },
    {
      alert: 'NoProxyServes',
      title: 'stays silent where the master was deleted, which Sentinels know before Prometheus does',
      series: {
        [info('redis-0', 'master')]: '1x22 stale',
        ...servers('proxy-a', '1x19 0x40'),
        [masterStatus('sentinel-0', '10.0.0.1')]: '1x19 stale',
        [masterStatus('sentinel-0', '10.0.0.1', 'odown')]: '_x20 0x40',
      },
      silent: ['5m', '5m15s', '5m30s', '5m45s', '6m'],
    },
    {
      alert: 'NoProxyServes',
      title: 'fires where one Sentinel is cut off, and sees no master',
      series: {
        [info('redis-0', 'master')]: '1x60',
        ...servers('proxy-a', '1x19 0x40'),
        [masterStatus('sentinel-0', '10.0.0.1')]: '1x60',
        [masterStatus('sentinel-1', '10.0.0.1', 'sdown')]: '0x60',
      },
      silent: ['5m'],
      fires: { '5m15s': [{ summary: 'There is a master, and no proxy sends clients to it' }] },
    },
    {
      alert: 'ProxyWithoutServer',
      title: 'fires when one proxy sees no master for two minutes and another does',
      series: { ...servers('proxy-a', '1x60'), ...servers('proxy-b', '1x19 0x40') },
      silent: ['6m45s'],
      fires: {
        '7m': [{ labels: { instance: 'proxy-b' }, summary: 'proxy-b sees no master, other proxies do' }],
      },
    },
    {
      alert: 'ProxyWithoutServer',
      title: 'stays silent where no proxy sees one',
      series: { ...servers('proxy-a', '1x19 0x40'), ...servers('proxy-b', '1x19 0x40') },
      silent: ['7m', '12m'],
    },
    {
      alert: 'ProxiesMissing',
      title: 'fires when one of two has been away for ten minutes',
      series: {
        [proxy('up', 'proxy-a')]: '1x80',
        [proxy('up', 'proxy-b')]: '1x19 0x10 stale',
      },
      silent: ['14m45s'],
      fires: { '15m': [{ summary: '1 of at least 2 proxies answer' }] },
    },
    {
      alert: 'ProxiesMissing',
      title: 'stays silent when pods of another name take their places, and when a third one goes',
      series: {
        [proxy('up', 'proxy-a')]: '1x19 0x3 stale',
        [proxy('up', 'proxy-b')]: '1x29 stale',
        [proxy('up', 'proxy-c')]: '_x22 1x80',
        [proxy('up', 'proxy-d')]: '_x31 1x80',
        [proxy('up', 'proxy-e')]: '_x31 1x20 stale',
      },
      silent: ['7m45s', '16m', '20m'],
    },
  ],
};
