import type { CasesByRule } from '../../support/cases';
import type { Anything } from '../../support/program';
import { all, namespace } from '../../support/make';
import { type Change, nothing, renamed, without, under } from './changes';

const backup =
  (changes: Anything = {}): Change =>
  (program) =>
    program.add('kubernetes:batch/v1:CronJob', {
      metadata: { name: 'backup', namespace, labels: { 'app.kubernetes.io/component': 'backup' } },
      spec: {},
      ...changes,
    });

export const backupExists: CasesByRule = {
  'backup-exists': {
    refused: under(
      {},
      {
        'no backup': { change: nothing, says: 'no CronJob backs up what redis holds. Add a CronJob' },
        'a backup of another namespace': {
          change: backup({
            metadata: {
              name: 'backup',
              namespace: 'other',
              labels: { 'app.kubernetes.io/component': 'backup' },
            },
          }),
        },
        'a backup that is suspended': { change: backup({ spec: { suspend: true } }) },
        'a CronJob of another component': { change: backup({ metadata: { name: 'backup', namespace } }) },
        'a patch of a backup': {
          change: (program) => {
            backup()(program);
            program.object('CronJob', 'backup').type = 'kubernetes:batch/v1:CronJobPatch';
          },
        },
        'a Job': {
          change: (program) => {
            backup()(program);
            program.object('CronJob', 'backup').type = 'kubernetes:batch/v1:Job';
          },
        },
        'a Redis by another name': {
          change: renamed('StatefulSet', 'redis', 'valkey'),
          configuration: { redis: ['valkey'] },
        },
      },
    ),
    passed: under(
      {},
      {
        'a backup': { change: backup() },
        'a backup whose pods say what it is': {
          change: backup({
            metadata: { name: 'backup', namespace },
            spec: {
              suspend: false,
              jobTemplate: {
                spec: { template: { metadata: { labels: { 'app.kubernetes.io/component': 'backup' } } } },
              },
            },
          }),
        },
        'a stack without Redis': {
          change: (program) => program.remove(({ type }) => type.endsWith(':StatefulSet')),
        },
        'a Redis whose file nobody sees, with a backup': {
          change: all(backup(), without('ConfigMap', 'redis-config-')),
        },
      },
    ),
  },
};
