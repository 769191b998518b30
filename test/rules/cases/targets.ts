import { type FamilyCases, redis } from '../support/cases';

const up = (job: string, instance: string): string => `up{job="${job}", instance="${instance}"}`;
const everyJob = Object.fromEntries(
  ['redis', 'sentinel', 'proxy', 'prometheus', 'alertmanager'].map((job) => [up(job, `${job}-0`), '1x80']),
);

/** Whether those who are watched are seen. */
export const targets: FamilyCases = {
  family: 'monitoring',
  cases: [
    {
      alert: 'Watchdog',
      title: 'fires always',
      series: {},
      fires: { '0m': [{ summary: 'Alerts work' }], '1h': [{ summary: 'Alerts work' }] },
    },
    {
      alert: 'TargetsMissing',
      title: 'fires when there has been no pod of a job for five minutes',
      series: { ...everyJob, [up('sentinel', 'sentinel-0')]: '1x19 stale' },
      silent: ['9m45s'],
      fires: { '10m': [{ labels: { job: 'sentinel' }, summary: 'Prometheus knows no pod of job sentinel' }] },
    },
    {
      alert: 'TargetsMissing',
      title: 'stays silent for pods that are there and do not answer, and while the only one is replaced',
      series: {
        ...everyJob,
        [up('redis', 'redis-0')]: '0x80',
        [up('alertmanager', 'alertmanager-0')]: '1x19 stale _x8 1x60',
      },
      silent: ['8m', '10m', '15m'],
    },
    {
      alert: 'TargetsMissing',
      title: 'stays silent where a stack has neither Sentinels nor proxies',
      stack: 'dev',
      series: {
        ...everyJob,
        [up('sentinel', 'sentinel-0')]: 'stale',
        [up('proxy', 'proxy-0')]: 'stale',
      },
      silent: ['10m', '15m'],
    },
    {
      alert: 'ExporterDown',
      title: 'fires when the exporter beside a pod has not been reached for five minutes',
      series: {
        ...everyJob,
        [up('redis', 'redis-1')]: '1x19 0x60',
        [up('sentinel', 'sentinel-2')]: '1x19 0x60',
      },
      silent: ['9m45s'],
      fires: {
        '10m': [
          {
            labels: { job: 'redis', instance: 'redis-1' },
            summary: 'Prometheus does not reach the exporter of redis-1',
          },
          {
            labels: { job: 'sentinel', instance: 'sentinel-2' },
            summary: 'Prometheus does not reach the exporter of sentinel-2',
          },
        ],
      },
    },
    {
      alert: 'ExporterDown',
      title: 'stays silent for a pod that takes two minutes to end and is gone, and for other jobs',
      series: {
        ...everyJob,
        [up('redis', 'redis-4')]: '1x19 0x8 stale',
        [up('grafana', 'grafana-0')]: '0x80',
      },
      silent: ['7m', '10m', '15m'],
    },
    {
      alert: 'MonitorDown',
      title: 'fires when a node or a pod of monitoring has not been reached for five minutes',
      series: {
        ...everyJob,
        [up('containers', 'node-2')]: '1x19 0x60',
        [up('grafana', 'grafana-0')]: '1x80',
      },
      silent: ['9m45s'],
      fires: {
        '10m': [
          {
            labels: { job: 'containers', instance: 'node-2' },
            summary: 'Prometheus does not reach node-2, job containers',
          },
        ],
      },
    },
    {
      alert: 'MonitorDown',
      title: 'stays silent while a pod is replaced, and for exporters',
      series: {
        ...everyJob,
        [up('grafana', 'grafana-0')]: '1x19 0x12 1x40',
        [up('redis', 'redis-1')]: '0x80',
      },
      silent: ['8m', '10m', '15m'],
    },
    {
      alert: 'ExporterScriptFailed',
      title: 'fires when the script has failed for five minutes',
      series: {
        [redis('redis_script_result')]: '1x19 0x60',
        [redis('redis_script_result', 'redis-1')]: '1x80',
      },
      silent: ['9m45s'],
      fires: {
        '10m': [
          { labels: { instance: 'redis-0' }, summary: 'The exporter of redis-0 cannot count sessions' },
        ],
      },
    },
    {
      alert: 'ExporterScriptFailed',
      title: 'stays silent while Redis loads its data, which takes what it takes',
      series: { [redis('redis_script_result')]: '0x80', [redis('redis_loading_dump_file')]: '1x80' },
      silent: ['10m', '15m'],
    },
    {
      alert: 'SessionStatisticsMissing',
      title: 'fires when Redis answers and no pod has told counts for five minutes',
      series: {
        [redis('redis_instance_info', 'redis-0', 'role="master"')]: '1x80',
        [redis('redis_script_values', 'redis-0', 'key="session_live"')]: '5x19 stale',
      },
      silent: ['9m45s'],
      fires: { '10m': [{ summary: 'No pod tells how many sessions there are' }] },
    },
    {
      alert: 'SessionStatisticsMissing',
      title: 'stays silent while one pod tells them, and when no Redis answers',
      series: {
        [redis('redis_instance_info', 'redis-0', 'role="master"')]: '1x49 stale',
        [redis('redis_instance_info', 'redis-1', 'role="slave"')]: '1x49 stale',
        [redis('redis_script_values', 'redis-1', 'key="session_live"')]: '0x49 stale',
      },
      silent: ['10m', '12m', '18m'],
    },
  ],
};
