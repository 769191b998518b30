import { randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { hashOfFolder, writeAtomic, writeIfChanged } from '../files';
import { checkout, paths } from '../paths';
import { buildPlugins } from '../plugins/build';
import { unchanged, type Unchanged } from '../steps';

/**
 * The address of a file backend, without the `.attrs` that it keeps beside each file otherwise: an engine that is killed
 * while it writes one leaves it empty, and all later ones refuse the stack ("failed to load checkpoint: EOF").
 */
export const fileBackend = (folder: string): string => `file://${folder}?metadata=skip`;

/** Settings with which the embedded engine runs; nothing of a user's own Pulumi is read or written. */
export function engineEnvironment(): Record<string, string> {
  return {
    PATH: `${join(paths.engineHome, 'bin')}:${process.env['PATH'] ?? ''}`,
    PULUMI_HOME: paths.engineHome,
    PULUMI_BACKEND_URL: fileBackend(paths.states),
    PULUMI_CONFIG_PASSPHRASE_FILE: paths.passphrase,
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
    // Types are checked by `make check`; here they would cost ten seconds a run.
    PULUMI_NODEJS_TRANSPILE_ONLY: 'true',
  };
}

// The engine's analyzer of policy packs written for Node: it is called with the engine's address, the pack's folder and the
// options of its PulumiPolicy.yaml. The SDK's own starter loads the TypeScript compiler for every pack, also for one that says
// it is JavaScript; Node starts that in half the time.
const analyzer = `#!/bin/sh
case " $* " in *" -typescript=false "*) cd "$2" && exec node . ;; esac
exec node "$(cd "$2" && node -p 'require.resolve("@pulumi/pulumi/cmd/run-policy-pack")')" "$@"
`;

const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;

function wrapper(): string {
  const { PATH, ...settings } = engineEnvironment();
  return [
    '#!/bin/sh',
    '# The embedded Pulumi engine on this checkout, for people: .platform/bin/pulumi stack output',
    `export PATH=${quote(PATH?.split(':')[0] ?? '')}:"$PATH"`,
    ...Object.entries(settings).map(([name, value]) => `export ${name}=${quote(value)}`),
    `[ -n "$KUBECONFIG" ] || export KUBECONFIG=${quote(paths.kubeconfig)}`,
    `exec pulumi --cwd ${quote(paths.project)} "$@"`,
    '',
  ].join('\n');
}

/**
 * Puts the engine together: PULUMI_HOME with the executables, the backend's folder, a passphrase of its own and the
 * wrapper `.platform/bin/pulumi`.
 *
 * @param pulumi folder of the built CLI
 * @param languageHost folder of the built language host
 */
export function prepareEngine(pulumi: string, languageHost: string): void {
  const bin = join(paths.engineHome, 'bin');
  mkdirSync(bin, { recursive: true });
  mkdirSync(paths.states, { recursive: true });
  // Of engines before `fileBackend`: one may be empty, and they are read where they are.
  for (const file of readdirSync(paths.states, { recursive: true, encoding: 'utf8' }))
    if (file.endsWith('.attrs')) rmSync(join(paths.states, file));
  place(join(pulumi, 'pulumi'), bin);
  place(join(languageHost, 'pulumi-language-nodejs'), bin);
  writeIfChanged(join(bin, 'pulumi-analyzer-policy'), analyzer, 0o755);
  writeIfChanged(join(paths.bin, 'pulumi'), wrapper(), 0o755);
  if (!existsSync(paths.passphrase))
    writeAtomic(paths.passphrase, randomBytes(24).toString('base64url'), 0o600);
}

// The engine looks for its companions beside its own executable, where a symbolic link does not lead it.
function place(executable: string, folder: string): void {
  const target = join(folder, basename(executable));
  if (existsSync(target) && statSync(target).mtimeMs === statSync(executable).mtimeMs) return;
  rmSync(target, { force: true });
  try {
    linkSync(executable, target);
  } catch {
    cpSync(executable, target, { preserveTimestamps: true }); // the cache is on another file system
  }
}

/** Bundles the kubernetes, random and tls plugins into the engine's home, where their sources have changed. */
export async function preparePlugins(): Promise<void | Unchanged<undefined>> {
  const folder = join(paths.engineHome, 'plugins');
  const mark = join(folder, 'sources.sha256');
  const sources = hashOfFolder(join(checkout, 'local', 'plugins'));
  if (existsSync(mark) && readFileSync(mark, 'utf8') === sources) return unchanged();
  await buildPlugins(folder);
  writeAtomic(mark, sources);
}
