import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { CommandError, run } from '../exec';
import { checkout, paths } from '../paths';
import { engineEnvironment, fileBackend } from './home';
import { refuseUnknownStack, selectStack, settingsFile, type StackOptions } from './stack';

/** How a stack is previewed. */
export interface PreviewOptions extends Omit<StackOptions, 'kubeconfig'> {
  /** The cluster that the stack is deployed to; without one, all of it is previewed as new, and nobody is asked. */
  readonly kubeconfig?: string;
  /** A file that gets what happens, an event of the engine a line; what is there is replaced. */
  readonly events: string;
  /** Whether the policy pack is asked. @default true */
  readonly policy?: boolean;
}

const policy = join(checkout, 'policy');

/** The engine's arguments for the policy pack, as the stack's environment configures it. */
function policyArguments(stack: string): string[] {
  const { config } = parse(readFileSync(join(checkout, settingsFile(stack)), 'utf8')) as {
    readonly config?: Readonly<Record<string, unknown>>;
  };
  const environment = Object.entries(config ?? {}).find(([key]) => key.endsWith(':environment'))?.[1];
  const profile = join(policy, 'profiles', `${String(environment)}.json`);
  return ['--policy-pack', policy, ...(existsSync(profile) ? ['--policy-pack-config', profile] : [])];
}

/**
 * Previews a stack with the policy pack. Whether it passed is for the events to tell.
 *
 * @returns the engine's last words where it failed; undefined where it did not
 */
export async function preview(options: PreviewOptions): Promise<string | undefined> {
  const { stack, kubeconfig, events } = options;
  refuseUnknownStack(stack);
  mkdirSync(dirname(events), { recursive: true });
  rmSync(events, { force: true });
  const pack = options.policy === false ? [] : policyArguments(stack);
  const args = ['preview', '--suppress-outputs', '--event-log', events, ...pack];
  const engine = (cwd: string, env: Readonly<Record<string, string>>, words: readonly string[]) =>
    run('pulumi', [...words, '--stack', stack, '--cwd', cwd, '--non-interactive'], {
      env,
      logFile: join(paths.logs, `preview-${stack}.log`),
      ...(options.onLine === undefined ? {} : { onLine: options.onLine }),
    });
  const attempt = async (cwd: string, env: Readonly<Record<string, string>>) => {
    try {
      await engine(cwd, env, args);
      return undefined;
    } catch (error) {
      if (error instanceof CommandError) return error.tail;
      throw error;
    }
  };
  if (kubeconfig !== undefined) {
    await selectStack({ stack, kubeconfig });
    return attempt(paths.project, { ...previewEnvironment(), KUBECONFIG: kubeconfig });
  }
  const folder = mkdtempSync(join(tmpdir(), 'session-database-preview-'));
  try {
    layOutAsNew(folder, stack);
    const env = asNewEnvironment(folder);
    await engine(folder, env, ['stack', 'init', '--secrets-provider', 'passphrase']);
    return await attempt(folder, env);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A stack's project and settings in a folder of their own. */
function layOutAsNew(folder: string, stack: string): void {
  const project = parse(readFileSync(join(checkout, 'Pulumi.yaml'), 'utf8')) as Record<string, unknown>;
  writeFileSync(join(folder, 'Pulumi.yaml'), stringify({ ...project, main: checkout }));
  copyFileSync(join(checkout, settingsFile(stack)), join(folder, settingsFile(stack)));
}

/** The engine's environment for previews without a state, which makes its own in a folder, and without a cluster. */
export function asNewEnvironment(folder: string): Record<string, string> {
  const states = join(folder, 'states');
  mkdirSync(states);
  return {
    ...previewEnvironment(),
    PULUMI_BACKEND_URL: fileBackend(states),
    KUBECONFIG: join(__dirname, 'no-cluster.yaml'),
  };
}

const previewEnvironment = (): Record<string, string> => ({
  ...engineEnvironment(),
  // The engine has its log of events among its options for developers.
  PULUMI_DEBUG_COMMANDS: 'true',
});
