import type { Login } from '../credentials/login';
import { contentMark } from '../kubernetes/checksum';
import { type Identity, metadata, selectorLabels } from '../kubernetes/labels';
import { readScripts, type Scripts } from '../kubernetes/scripts';
import type { Connection } from '../network/connections';
import { redisCli } from '../redis/cli';
import type { RedisService } from '../redis/service';
import { cronJob, jobSpec } from '../workload/job';
import type { Workload } from '../workload/pod';
import { serviceAccount } from '../workload/statefulSet';
import { applicationFunctions, cleanupFunction, upkeepKeys } from './functions';
import type { SessionLibrary } from './library';

export interface SessionObjects {
  /** An image with redis-cli and a shell. */
  readonly image: string;
  readonly redis: RedisService;
  readonly library: SessionLibrary;
  /** Who may load functions. */
  readonly deployer: Login;
  /** Who may clean up. */
  readonly cleanup: Login;
  /** Minutes from one cleanup to the next. */
  readonly cleanupMinutes: number;
}

/** CPU that a pod of a job asks for. */
export const jobCpu = '20m';
/** Memory of a pod of a job. */
export const jobMemory = '32Mi';
/** Pods of jobs that may run at a time: one loads the library, one cleans up. */
export const jobPods = 2;

// User and group "redis" of the public image.
const user = 999;
const folder = '/etc/session-database';
// Beside the functions of applications: cleanup and statistics.
const functionCount = applicationFunctions.length + 2;

const libraryIdentity = (namespace: string): Identity => ({
  name: 'sessions-library',
  component: 'sessions',
  namespace,
});
const cleanupIdentity = (namespace: string): Identity => ({
  name: 'sessions-cleanup',
  component: 'sessions',
  namespace,
});

/** Both jobs dial Redis. */
export function sessionConnections({ writable }: RedisService): Connection[] {
  const { name, namespace, podLabels, port } = writable.pods;
  const connection = (identity: Identity, purpose: string): Connection => ({
    from: { name: identity.name, namespace, podLabels: selectorLabels(identity) },
    to: { name, namespace, podLabels },
    port,
    purpose,
  });
  return [
    connection(libraryIdentity(namespace), 'the library of session functions is loaded'),
    connection(cleanupIdentity(namespace), 'what has expired is taken out of the indexes'),
  ];
}

/** The Job that loads the library, and what it needs. A Job cannot be changed, so its name tells all that it is made of. */
export function libraryObjects(sessions: SessionObjects) {
  const { library, redis } = sessions;
  const identity = libraryIdentity(redis.pods.namespace);
  const config = configMap(identity, { ...scripts('deploy.sh'), 'library.lua': library.code });
  const workload = client(sessions, identity, sessions.deployer, config.metadata.name, 'deploy.sh', [
    `${folder}/scripts/library.lua`,
    library.version,
    String(functionCount),
  ]);
  const spec = jobSpec(workload, { activeDeadlineSeconds: 300, backoffLimit: 3 });
  const mark = contentMark({ spec: JSON.stringify(spec) });
  return {
    configMap: config,
    serviceAccount: serviceAccount(workload),
    job: { metadata: metadata(identity, `${identity.name}-${mark}`), spec },
  };
}

/** The CronJob that takes what has expired out of the indexes, and what it needs. */
export function cleanupObjects(sessions: SessionObjects) {
  const { cleanupMinutes, redis } = sessions;
  const identity = cleanupIdentity(redis.pods.namespace);
  const config = configMap(identity, scripts('cleanup.sh'));
  const workload = client(sessions, identity, sessions.cleanup, config.metadata.name, 'cleanup.sh', [
    // Half of the time until the next run.
    String(cleanupMinutes * 30),
    cleanupFunction,
    ...upkeepKeys,
  ]);
  return {
    configMap: config,
    serviceAccount: serviceAccount(workload),
    cronJob: cronJob(workload, cleanupMinutes, {
      // A run waits a minute for Redis at most, and may end its last batches.
      activeDeadlineSeconds: cleanupMinutes * 30 + 90,
      // The next run is the next try.
      backoffLimit: 0,
    }),
  };
}

const scripts = (name: string): Scripts => ({ ...readScripts(__dirname, [name]), ...redisCli });

function configMap(identity: Identity, data: Readonly<Record<string, string>>) {
  return { metadata: metadata(identity, `${identity.name}-${contentMark(data)}`), immutable: true, data };
}

/** A pod that runs a script with redis-cli as a role, to its end. */
function client(
  { image, redis }: SessionObjects,
  identity: Identity,
  login: Login,
  scriptsFrom: string,
  script: string,
  args: readonly string[],
): Workload {
  const { host, port } = redis.writable;
  const credentials = `${folder}/credentials`;
  return {
    identity,
    image,
    command: ['sh', `${folder}/scripts/${script}`, host, String(port), login.user, credentials, ...args],
    user,
    ports: {},
    resources: { cpu: jobCpu, memory: jobMemory, ephemeralStorage: '16Mi' },
    files: {
      scripts: { path: `${folder}/scripts`, from: { configMap: scriptsFrom } },
      credentials: { path: credentials, from: { secret: login.secretName } },
    },
    folders: {},
    terminationGracePeriodSeconds: 5,
    checksums: {},
  };
}
