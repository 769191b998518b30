import { metadata } from '../kubernetes/labels';
import { podTemplate, type Workload } from './pod';

/** How long a Job may take, and how often it may fail. */
export interface JobLimits {
  /** Seconds after which it is ended as failed. */
  readonly activeDeadlineSeconds: number;
  /** Failed pods after which it is failed itself. */
  readonly backoffLimit: number;
}

/** What a Job runs. A failed pod stays, so that people find its log. */
export function jobSpec(workload: Workload, { activeDeadlineSeconds, backoffLimit }: JobLimits) {
  return { activeDeadlineSeconds, backoffLimit, template: podTemplate(workload, 'Never') };
}

/**
 * The CronJob of a workload: one run at a time, and one that could not start in its minute is left out.
 * @param minutes - from one run to the next, 1 to 59, counted from the full hour
 */
export function cronJob(workload: Workload, minutes: number, limits: JobLimits) {
  const { identity } = workload;
  return {
    metadata: metadata(identity, identity.name),
    spec: {
      schedule: `*/${minutes} * * * *`,
      timeZone: 'Etc/UTC',
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 60,
      // More than one: what a person starts from it by hand counts, too, and its log is to be read.
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        metadata: { labels: metadata(identity, identity.name).labels },
        spec: jobSpec(workload, limits),
      },
    },
  };
}
