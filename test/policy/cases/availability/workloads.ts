import type { CasesByRule } from '../../support/cases';
import { all } from '../../support/make';
import { unknownStringValue as unknown } from '../../support/unknown';
import { spec, pods, adding } from './support';

export const workloads: CasesByRule = {
  'selector-matches-template': {
    refused: {
      'other labels': {
        change: spec('StatefulSet', 'redis', (of) => (of.selector.matchLabels.app = 'redis')),
        says: 'spec.selector does not select spec.template.metadata.labels. Set spec.selector',
      },
      'an expression': {
        change: spec('Deployment', 'redis-proxy', (of) => {
          of.selector.matchExpressions = [{ key: 'app', operator: 'Exists' }];
        }),
        says: 'spec.selector does not select',
      },
      'a template without labels': {
        change: spec('StatefulSet', 'redis', (of) => delete of.template.metadata),
        says: 'spec.selector does not select',
      },
      'no selector': {
        change: spec('StatefulSet', 'redis', (of) => delete of.selector),
        says: 'spec.selector is left out.',
      },
      'an empty selector': {
        change: spec('StatefulSet', 'redis', (of) => (of.selector = {})),
        says: 'spec.selector is empty.',
      },
      'a DaemonSet': { change: adding('apps/v1:DaemonSet', {}), says: 'spec.selector is left out.' },
      'a ReplicaSet': { change: adding('apps/v1:ReplicaSet', {}), says: 'spec.selector is left out.' },
      'a patch with another value': {
        change: adding('apps/v1:DeploymentPatch', {
          selector: { matchLabels: { app: 'redis' } },
          template: { metadata: { labels: { app: 'valkey' } } },
        }),
        says: 'spec.selector.matchLabels[app] is not the label of the template.',
      },
    },
    passed: {
      'more labels than selected': {
        change: spec('StatefulSet', 'redis', (of) => (of.template.metadata.labels.app = 'redis')),
      },
      'an expression alone': {
        change: spec('StatefulSet', 'redis', (of) => {
          of.selector = {
            matchExpressions: [{ key: 'app.kubernetes.io/name', operator: 'In', values: ['redis'] }],
          };
        }),
      },
      'patches of one side': {
        change: all(
          adding('apps/v1:DeploymentPatch', { selector: { matchLabels: { app: 'redis' } } }),
          adding('apps/v1:DeploymentPatch', { template: { metadata: { labels: { app: 'redis' } } } }),
          adding('apps/v1:DeploymentPatch', {
            selector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] },
            template: { metadata: { labels: { app: 'redis' } } },
          }),
        ),
      },
      'a patch with the same value': {
        change: adding('apps/v1:DeploymentPatch', {
          selector: { matchLabels: { app: 'redis' } },
          template: { metadata: { labels: { app: 'redis' } } },
        }),
      },
      'a selector of another kind, which is not known yet': {
        change: spec('Service', 'redis-nodes', (of) => (of.selector = unknown)),
      },
      'kinds whose selector has a default': {
        change: all(adding('core/v1:ReplicationController', {}), adding('batch/v1:Job', {})),
      },
    },
  },

  cronjob: {
    refused: {
      ...Object.fromEntries(
        [
          'concurrencyPolicy',
          'startingDeadlineSeconds',
          'successfulJobsHistoryLimit',
          'failedJobsHistoryLimit',
        ].map((field) => [
          `no ${field}`,
          {
            change: spec('CronJob', 'sessions-cleanup', (of) => delete of[field]),
            says: `spec.${field} is left out. Set concurrencyPolicy Forbid`,
          },
        ]),
      ),
      ...Object.fromEntries(
        ['activeDeadlineSeconds', 'backoffLimit'].map((field) => [
          `no ${field}`,
          {
            change: spec('CronJob', 'sessions-cleanup', (of) => delete of.jobTemplate.spec[field]),
            says: `spec.jobTemplate.spec.${field} is left out`,
          },
        ]),
      ),
      'no time zone': {
        change: spec('CronJob', 'sessions-cleanup', (of) => delete of.timeZone),
        configuration: {},
        says: /^spec\.timeZone is left out/,
      },
      'no restart policy': {
        change: pods('CronJob', 'sessions-cleanup', (pod) => delete pod.restartPolicy),
        says: 'spec.jobTemplate.spec.template.spec.restartPolicy is left out',
      },
      'a restart for ever': {
        change: pods('CronJob', 'sessions-cleanup', (pod) => (pod.restartPolicy = 'Always')),
        says: 'spec.jobTemplate.spec.template.spec.restartPolicy is Always',
      },
      'two at a time': {
        change: spec('CronJob', 'sessions-cleanup', (of) => (of.concurrencyPolicy = 'Allow')),
        says: 'spec.concurrencyPolicy is Allow',
      },
      'one in the place of another': {
        change: spec('CronJob', 'sessions-cleanup', (of) => (of.concurrencyPolicy = 'Replace')),
        says: 'spec.concurrencyPolicy is Replace',
      },
      'a time to start that may be missed': {
        change: spec('CronJob', 'sessions-cleanup', (of) => (of.startingDeadlineSeconds = 9)),
        says: 'spec.startingDeadlineSeconds is 9',
      },
      'no job': {
        change: spec('CronJob', 'sessions-cleanup', (of) => delete of.jobTemplate),
        says: /activeDeadlineSeconds is left out[^]*restartPolicy is left out/,
      },
      'a patch by which two run at a time': {
        change: adding('batch/v1:CronJobPatch', { concurrencyPolicy: 'Allow' }),
        says: 'spec.concurrencyPolicy is Allow',
      },
    },
    passed: {
      'a time to start that is never missed': {
        change: spec('CronJob', 'sessions-cleanup', (of) => (of.startingDeadlineSeconds = 10)),
      },
      'a restart after a failure': {
        change: pods('CronJob', 'sessions-cleanup', (pod) => (pod.restartPolicy = 'OnFailure')),
      },
      'nothing kept': {
        change: spec('CronJob', 'sessions-cleanup', (of) =>
          Object.assign(of, { successfulJobsHistoryLimit: 0, failedJobsHistoryLimit: 0 }),
        ),
      },
      'a time zone': {
        change: spec('CronJob', 'sessions-cleanup', (of) => (of.timeZone = 'Etc/UTC')),
        configuration: {},
      },
      'no time zone, where none is asked for': {
        change: spec('CronJob', 'sessions-cleanup', (of) => delete of.timeZone),
        configuration: { timeZone: false },
      },
      'a patch that leaves it alone': { change: adding('batch/v1:CronJobPatch', {}) },
      'a Job': { change: adding('batch/v1:Job', {}) },
      "somebody else's CronJob": { change: adding('example.com/v1:CronJob', {}) },
    },
  },
};
