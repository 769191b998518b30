// Opens redis-cli in the Redis pod as a chosen role.
import { Writable, Readable } from 'node:stream';
import { Exec, type KubeConfig } from '@kubernetes/client-node';
import { inPod } from '../components/redis/cli';
import { loadKubeconfig, readyPod } from './cluster';
import { scriptOptions, stackOutputs } from './stack';

interface Place {
  readonly config: KubeConfig;
  readonly namespace: string;
  readonly pod: string;
}

function exec(
  { config, namespace, pod }: Place,
  command: readonly string[],
  input: Readable,
  terminal: boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const drop = new Writable({ write: (_chunk, _encoding, done) => done() });
    const output = terminal ? process.stdout : drop;
    new Exec(config)
      .exec(
        namespace,
        pod,
        'redis',
        [...command],
        output,
        terminal ? null : process.stderr,
        input,
        terminal,
        (status) =>
          status.status === 'Success' ? resolve() : reject(new Error(status.message ?? 'the command failed')),
      )
      .catch(reject);
  });
}

async function connect(): Promise<void> {
  const { stack, role, kubeconfig, pod: wanted } = scriptOptions();
  const { redis, passwords } = stackOutputs(stack);
  const password = passwords[role];
  if (password === undefined) {
    throw new Error(`there is no role ${role}; the roles are ${Object.keys(passwords).join(', ')}`);
  }
  const config = loadKubeconfig(kubeconfig);
  const pod = wanted || (await readyPod(config, redis.namespace, redis.podLabels));
  console.log(`${pod} of ${redis.namespace}, as ${role}`);
  const place: Place = { config, namespace: redis.namespace, pod };
  // The password goes in by standard input and lies in the pod's memory-limited /tmp until redis-cli has started.
  const file = `/tmp/connect-${process.pid}`;
  await exec(
    place,
    ['sh', '-c', `umask 077; head -c ${password.length} > ${file}`],
    Readable.from([password]),
    false,
  );
  process.stdin.setRawMode(true);
  try {
    // Certificates are those of the probes, which are in every pod of Redis.
    const script = `
      REDISCLI_AUTH=$(cat ${file}); rm ${file}; export REDISCLI_AUTH
      . ${inPod.scripts}/redis.sh
      dial localhost ${redis.port} ${inPod.probe} 0 --user ${role}`;
    await exec(place, ['sh', '-c', script], process.stdin, true);
  } finally {
    process.stdin.setRawMode(false);
  }
}

if (process.stdin.isTTY) {
  connect().then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(`✖ ${error instanceof Error ? error.message : String(error)}`);
      process.exit(1);
    },
  );
} else {
  console.error(
    '✖ redis-cli needs a terminal; scripts read the password with `.platform/bin/pulumi stack output`',
  );
  process.exit(1);
}
