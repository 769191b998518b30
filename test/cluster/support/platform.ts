import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import Redis, { type RedisOptions } from 'ioredis';
import { parse, stringify } from 'yaml';
import { engineEnvironment, fileBackend } from '../../../local/engine/home';
import { paths } from '../../../local/paths';

/** How a command ended. */
export interface Ended {
  readonly code: number;
  /** Standard output. */
  readonly stdout: string;
  /** Standard output and error, as a person sees them. */
  readonly text: string;
}

/** Runs a command to its end, whatever that is. */
export function command(
  program: string,
  args: readonly string[],
  env: Record<string, string> = {},
  input = '',
) {
  return new Promise<Ended>((done) => {
    const child = execFile(
      program,
      [...args],
      { env: { ...process.env, ...env }, maxBuffer: 2 ** 26, cwd: resolve(__dirname, '..', '..', '..') },
      (error, stdout, stderr) =>
        done({
          code: typeof error?.code === 'number' ? error.code : error ? 1 : 0,
          stdout,
          text: stdout + stderr,
        }),
    );
    child.stdin?.end(input);
  });
}

const passed = async (what: string, ending: Promise<Ended>): Promise<string> => {
  const { code, stdout, text } = await ending;
  if (code !== 0) throw new Error(`${what} ended with ${code}:\n${text}`);
  return stdout;
};

const cluster = { KUBECONFIG: paths.kubeconfig };
const kubectlPath = join(paths.bin, 'kubectl');

/** kubectl on the local cluster; throws when it fails. @returns its standard output */
export const kubectl = (args: string, input?: string): Promise<string> =>
  passed(`kubectl ${args}`, command(kubectlPath, args.split(' '), cluster, input));

/** kubectl on the local cluster, that may fail. */
export const tryKubectl = (args: string, input?: string): Promise<Ended> =>
  command(kubectlPath, args.split(' '), cluster, input);

/** A stack of the platform's program in a folder and state of its own, so that stack `dev` is left alone. */
export interface OwnStack {
  /** Runs the embedded engine on the stack. */
  readonly pulumi: (args: string) => Promise<Ended>;
  /** Removes folder and state; the stack must have been destroyed. */
  readonly remove: () => void;
}

/** Makes a stack with these settings, such as `{ environment: 'dev', namespace: 'other' }`. */
export async function ownStack(settings: Record<string, unknown>, program?: string): Promise<OwnStack> {
  const folder = mkdtempSync(join(tmpdir(), 'session-database-test-'));
  const checkout = resolve(__dirname, '..', '..', '..');
  const project = parse(readFileSync(join(checkout, 'Pulumi.yaml'), 'utf8')) as { name: string };
  writeFileSync(join(folder, 'Pulumi.yaml'), stringify({ ...project, main: program ?? checkout }));
  // The local platform has no image of it.
  const monitoring = { grafana: { enabled: false } };
  const config = Object.fromEntries(
    Object.entries({ monitoring, ...settings }).map(([key, value]) => [`${project.name}:${key}`, value]),
  );
  writeFileSync(join(folder, 'Pulumi.test.yaml'), stringify({ config }));
  writeFileSync(join(folder, 'passphrase'), 'of a test');
  const env = {
    ...engineEnvironment(),
    ...cluster,
    PULUMI_BACKEND_URL: fileBackend(folder),
    PULUMI_CONFIG_PASSPHRASE_FILE: join(folder, 'passphrase'),
  };
  const pulumi = (args: string) =>
    command(
      join(paths.engineHome, 'bin', 'pulumi'),
      [...args.split(' '), '--cwd', folder, '--non-interactive', '--stack', 'test'],
      env,
    );
  await passed('pulumi stack init', pulumi('stack init --secrets-provider passphrase'));
  return { pulumi, remove: () => rmSync(folder, { recursive: true }) };
}

/** Outputs of stack `dev`, as far as the tests use them. */
export interface Outputs {
  readonly redis: {
    readonly host: string;
    readonly port: number;
    readonly namespace: string;
    readonly podLabels: Record<string, string>;
    readonly clientLabel: Record<string, string>;
    readonly secretName: string;
    readonly username: string;
  };
  readonly sessions: {
    readonly library: string;
    readonly version: string;
    readonly functions: readonly string[];
  };
  readonly password: string;
  readonly passwords: Record<string, string>;
}

/** The outputs of stack `dev`, which `make up` has deployed. */
export async function devOutputs(): Promise<Outputs> {
  const args = ['stack', 'output', '--json', '--show-secrets', '--stack', 'dev'];
  return JSON.parse(await passed('pulumi stack output', command(join(paths.bin, 'pulumi'), args))) as Outputs;
}

/** A port on loopback that leads into a pod or service. */
export interface Tunnel {
  readonly port: number;
  readonly close: () => void;
}

/** Opens a tunnel by `kubectl port-forward`. @param target such as `pod/redis-0` */
export async function tunnel(namespace: string, target: string, port: number): Promise<Tunnel> {
  const args = ['port-forward', '-n', namespace, target, `:${port}`];
  const child = spawn(kubectlPath, args, { env: { ...process.env, ...cluster } });
  let errors = '';
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  const local = await new Promise<number>((done, fail) => {
    createInterface({ input: child.stdout }).once('line', (line) =>
      done(Number(/:(\d+) ->/.exec(line)?.[1])),
    );
    child.once('close', () => fail(new Error(`kubectl port-forward ended: ${errors}`)));
  });
  return { port: local, close: () => child.kill() };
}

/** An ordinary client of Redis that does not hide failures by trying again. */
export function client(port: number, login: Pick<RedisOptions, 'username' | 'password'>): Redis {
  const redis = new Redis({
    host: '127.0.0.1',
    port,
    ...login,
    // It asks with INFO, which only some roles may.
    enableReadyCheck: login.username === 'application',
    retryStrategy: null,
    maxRetriesPerRequest: 0,
  });
  redis.on('error', () => undefined); // the call that fails tells
  return redis;
}

/** Stack `dev` and its Redis, through one tunnel. */
export class Dev {
  private readonly open: Redis[] = [];

  private constructor(
    readonly outputs: Outputs,
    private way: Tunnel,
  ) {}

  static async start(): Promise<Dev> {
    const outputs = await devOutputs();
    return new Dev(outputs, await tunnelTo(outputs));
  }

  /** A client with this login, or none. */
  login(login: Pick<RedisOptions, 'username' | 'password'>): Redis {
    const redis = client(this.way.port, login);
    this.open.push(redis);
    return redis;
  }

  /** A client as a role. */
  as(role: string): Redis {
    return this.login({ username: role, password: this.outputs.passwords[role] ?? '' });
  }

  /** Opens the tunnel anew, to a pod that has been restarted. */
  async reopen(): Promise<void> {
    this.way.close();
    this.way = await tunnelTo(this.outputs);
  }

  /** Ends all clients. */
  disconnect(): void {
    this.open.splice(0).forEach((redis) => redis.disconnect());
  }

  close(): void {
    this.disconnect();
    this.way.close();
  }
}

const tunnelTo = ({ redis }: Outputs) => tunnel(redis.namespace, 'pod/redis-0', redis.port);

/** Waits until a condition holds. */
export async function eventually(
  what: string,
  seconds: number,
  holds: () => Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`${what}: not after ${seconds} s`);
    await new Promise((wait) => setTimeout(wait, 250));
  }
}
