import { CronJob, Job } from '@pulumi/kubernetes/batch/v1';
import { ConfigMap, ServiceAccount } from '@pulumi/kubernetes/core/v1';
import { ComponentResource, type ComponentResourceOptions, type Resource } from '@pulumi/pulumi';
import { cleanupObjects, libraryObjects, type SessionObjects } from './objects';
import { rolloutTimeouts } from '../workload/timeouts';

export interface SessionsArgs extends SessionObjects {
  /** What the jobs cannot do without: the namespace, their Secrets, their way through the network, a Redis that serves. */
  readonly after: readonly Resource[];
}

/** The session API: the library of functions in Redis, loaded by a Job, and the cleanup beside it. */
export class Sessions extends ComponentResource {
  constructor(name: string, args: SessionsArgs, opts: ComponentResourceOptions) {
    super('session-database:sessions:Sessions', name, {}, opts);
    const { after, ...sessions } = args;
    const library = libraryObjects(sessions);
    const cleanup = cleanupObjects(sessions);
    const inside = { parent: this, dependsOn: [...after] };
    const libraryConfig = new ConfigMap(`${name}-library-config`, library.configMap, inside);
    const libraryAccount = new ServiceAccount(`${name}-library-account`, library.serviceAccount, inside);
    const job = new Job(`${name}-library`, library.job, {
      customTimeouts: rolloutTimeouts,
      parent: this,
      dependsOn: [...after, libraryConfig, libraryAccount],
    });
    const cleanupConfig = new ConfigMap(`${name}-cleanup-config`, cleanup.configMap, inside);
    const cleanupAccount = new ServiceAccount(`${name}-cleanup-account`, cleanup.serviceAccount, inside);
    new CronJob(`${name}-cleanup`, cleanup.cronJob, {
      parent: this,
      dependsOn: [...after, job, cleanupConfig, cleanupAccount],
    });
    this.registerOutputs({});
  }
}
