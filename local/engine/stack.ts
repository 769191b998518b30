import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { CommandError, identify, run } from '../exec';
import { writeIfChanged } from '../files';
import { givenImages, grafanaImage } from '../images/given';
import { checkout, paths } from '../paths';
import { engineEnvironment } from './home';
import { settlePending } from './pending';

/** How one stack is worked on. */
export interface StackOptions {
  readonly stack: string;
  /** The cluster to deploy to. */
  readonly kubeconfig: string;
  /** Gets the engine's output, line by line. */
  readonly onLine?: (line: string) => void;
}

const projectName = () =>
  (parse(readFileSync(join(checkout, 'Pulumi.yaml'), 'utf8')) as { name: string }).name;
/** The file with a stack's settings, in the checkout. */
export const settingsFile = (stack: string): string => `Pulumi.${stack}.yaml`;

/** Stacks that the checkout has settings for. */
export const stacks = (): string[] =>
  readdirSync(checkout).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);

/** @throws Error when the checkout has no settings of a stack */
export function refuseUnknownStack(stack: string): void {
  if (existsSync(join(checkout, settingsFile(stack)))) return;
  throw new Error(
    `there is no stack ${stack}: ${settingsFile(stack)} is missing; the stacks are ${stacks().join(', ')}`,
  );
}

/** Runs the engine on the project. @param shown its output is for people: to the log, and line by line to the caller */
function pulumi(options: StackOptions, args: readonly string[], shown = true): Promise<string> {
  return run('pulumi', [...args, '--stack', options.stack, '--cwd', paths.project, '--non-interactive'], {
    env: { ...engineEnvironment(), KUBECONFIG: options.kubeconfig },
    ...(shown ? { logFile: join(paths.logs, `stack-${options.stack}.log`) } : {}),
    ...(shown && options.onLine ? { onLine: options.onLine } : {}),
  });
}

/**
 * Lays the project out as the embedded engine works on it: the checkout's program with the checkout's settings, and
 * beside them the encryption salt of this machine's passphrase, which must not get into the checkout's files.
 */
function layOutProject({ stack, kubeconfig }: StackOptions): void {
  refuseUnknownStack(stack);
  const source = join(checkout, settingsFile(stack));
  const project = parse(readFileSync(join(checkout, 'Pulumi.yaml'), 'utf8')) as Record<string, unknown>;
  writeIfChanged(join(paths.project, 'Pulumi.yaml'), stringify({ ...project, main: checkout }));
  const target = join(paths.project, settingsFile(stack));
  const read = (file: string) => (parse(readFileSync(file, 'utf8')) ?? {}) as Record<string, unknown>;
  const settings = kubeconfig === paths.kubeconfig ? embedded(read(source)) : read(source);
  const salt = existsSync(target) ? read(target)['encryptionsalt'] : undefined;
  writeIfChanged(target, stringify({ ...settings, ...(salt === undefined ? {} : { encryptionsalt: salt }) }));
}

/** A stack's settings as the embedded cluster can run it: without a pod whose image it does not have. */
function embedded(settings: Record<string, unknown>): Record<string, unknown> {
  if (givenImages().includes(grafanaImage)) return settings;
  interface Monitoring {
    readonly grafana?: object;
    readonly ingress?: { readonly hosts?: Readonly<Record<string, string>> };
  }
  const config = (settings['config'] ?? {}) as Record<string, Monitoring | undefined>;
  const key = `${projectName()}:monitoring`;
  const { grafana, ingress, ...monitoring } = config[key] ?? {};
  const hosts = Object.entries(ingress?.hosts ?? {}).filter(([server]) => server !== 'grafana');
  const without = {
    ...monitoring,
    grafana: { ...grafana, enabled: false },
    ...(ingress === undefined ? {} : { ingress: { ...ingress, hosts: Object.fromEntries(hosts) } }),
  };
  return { ...settings, config: { ...config, [key]: without } };
}

/** Makes the stack ready for a command: settings, state, and no lock of an engine that was killed. */
export async function selectStack(options: StackOptions): Promise<void> {
  layOutProject(options);
  refuseOtherCluster(options);
  if (!stackExists(options.stack))
    await pulumi(options, ['stack', 'init', '--secrets-provider', 'passphrase'], false);
  clearDeadLocks(options.stack);
}

const targetFile = (stack: string) => join(paths.project, `${stack}.target`);
const targetOf = ({ kubeconfig }: StackOptions) =>
  kubeconfig === paths.kubeconfig ? 'the embedded cluster' : kubeconfig;

// With another cluster the engine would make everything there, and delete it where it was: a slip must not do that.
function refuseOtherCluster(options: StackOptions): void {
  const file = targetFile(options.stack);
  const before = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (before === undefined || before === targetOf(options)) return;
  const own = before === 'the embedded cluster' ? '' : ` KUBECONFIG=${before}`;
  throw new Error(
    `stack ${options.stack} is deployed to ${before}. Use another stack for ${targetOf(options)} (a file ` +
      `${settingsFile('NAME')}, and STACK=NAME), or remove this one first: make destroy STACK=${options.stack}${own}`,
  );
}

// Read as it lies in the file backend: asking the engine would take a second each time.
const stateFile = (stack: string) => join(paths.states, '.pulumi', 'stacks', projectName(), `${stack}.json`);

/** Whether the stack has a state. */
export const stackExists = (stack: string): boolean => existsSync(stateFile(stack));

async function attempt(work: () => Promise<string>): Promise<string | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

function clearDeadLocks(stack: string): void {
  const folder = join(paths.states, '.pulumi', 'locks', 'organization', projectName(), stack);
  if (!existsSync(folder)) return;
  for (const file of readdirSync(folder)) {
    const { pid } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { pid: number };
    if (identify(pid)) {
      throw new Error(
        `another Pulumi command is at work on stack ${stack} (process ${pid}); wait for it, or end it`,
      );
    }
    rmSync(join(folder, file));
  }
}

/**
 * Deploys the stack.
 *
 * @param refresh look at the cluster first, and repair what was changed by hand
 * @throws CommandError with the engine's words
 */
export async function deploy(options: StackOptions, refresh = false): Promise<void> {
  await selectStack(options);
  await settlePending((args, shown) => pulumi(options, args, shown), stateFile(options.stack), options);
  writeIfChanged(targetFile(options.stack), targetOf(options));
  await pulumi(options, [
    'up',
    '--stack',
    options.stack,
    '--yes',
    '--skip-preview',
    '--suppress-outputs',
    ...(refresh ? ['--refresh'] : []),
  ]);
}

/** Removes all that the stack deployed; its settings and its empty state stay. */
export async function destroy(options: StackOptions): Promise<void> {
  await selectStack(options);
  // With a preview, which ends the command where something is protected: without one, all else would be gone by then.
  await pulumi(options, ['destroy', '--yes']);
  rmSync(targetFile(options.stack), { force: true });
}

/** The stack's outputs with secrets in the clear, or undefined when it has not been deployed. */
export async function outputs(options: StackOptions): Promise<Record<string, unknown> | undefined> {
  const text = await attempt(() => pulumi(options, ['stack', 'output', '--json', '--show-secrets'], false));
  return text === undefined ? undefined : (JSON.parse(text) as Record<string, unknown>);
}
