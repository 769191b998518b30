import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import versions from '../../versions.json';
import { run } from '../exec';
import { buildFolder, hashOf, hashOfFolder } from '../files';
import { paths } from '../paths';

/** A tool that is built from Go modules: its folder here, its commands, and how each learns its version. */
export interface Tool {
  /** Folder below local/tools with the tool's go.mod. */
  readonly name: string;
  /** Executable name → Go package. */
  readonly commands: Readonly<Record<string, string>>;
  /** `-X` settings of the linker: variable → value. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Further names of an executable that acts by the name it is called by. */
  readonly links?: Readonly<Record<string, readonly string[]>>;
}

const containerd = 'github.com/containerd/containerd/v2';
const pulumiVersion = 'github.com/pulumi/pulumi/sdk/v3/go/common/version.Version';
const [, major = '', minor = ''] = /^(\d+)\.(\d+)/.exec(versions.kubernetes) ?? [];

/** Everything that is compiled, the longest first. */
export const tools = {
  kubernetes: {
    name: 'kubernetes',
    commands: { kube: '.' },
    links: {
      kube: [
        'kube-apiserver',
        'kube-controller-manager',
        'kube-scheduler',
        'kube-proxy',
        'kubelet',
        'kubectl',
        'netpol-agent',
      ],
    },
    variables: {
      'k8s.io/component-base/version.gitVersion': `v${versions.kubernetes}`,
      'k8s.io/component-base/version.gitMajor': major,
      'k8s.io/component-base/version.gitMinor': minor,
      'k8s.io/component-base/version.gitTreeState': 'clean',
    },
  },
  pulumi: {
    name: 'pulumi',
    commands: { pulumi: 'github.com/pulumi/pulumi/pkg/v3/cmd/pulumi' },
    variables: { [pulumiVersion]: `v${versions.pulumi}` },
  },
  languageHost: {
    name: 'pulumi-language-nodejs',
    commands: {
      'pulumi-language-nodejs': 'github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs',
    },
    variables: { [pulumiVersion]: `v${versions.pulumiLanguageNodejs}` },
  },
  containerd: {
    name: 'containerd',
    commands: {
      containerd: `${containerd}/cmd/containerd`,
      'containerd-shim-runc-v2': `${containerd}/cmd/containerd-shim-runc-v2`,
      ctr: `${containerd}/cmd/ctr`,
    },
    variables: { [`${containerd}/version.Version`]: versions.containerd },
  },
  metricsServer: {
    name: 'metrics-server',
    commands: { 'metrics-server': 'sigs.k8s.io/metrics-server/cmd/metrics-server' },
  },
  localPathProvisioner: {
    name: 'local-path-provisioner',
    commands: { 'local-path-provisioner': 'github.com/rancher/local-path-provisioner' },
  },
  coredns: { name: 'coredns', commands: { coredns: '.' } },
  pause: { name: 'pause', commands: { pause: '.' } },
  etcd: { name: 'etcd', commands: { etcd: 'go.etcd.io/etcd/server/v3' } },
  // Of `make check` alone.
  kubeconform: {
    name: 'kubeconform',
    commands: { kubeconform: 'github.com/yannh/kubeconform/cmd/kubeconform' },
  },
  kubeScore: {
    name: 'kube-score',
    commands: { 'kube-score': 'github.com/zegl/kube-score/cmd/kube-score' },
  },
  actionlint: {
    name: 'actionlint',
    commands: { actionlint: 'github.com/rhysd/actionlint/cmd/actionlint' },
  },
  gitleaks: { name: 'gitleaks', commands: { gitleaks: 'github.com/zricethezav/gitleaks/v8' } },
} as const satisfies Record<string, Tool>;

const flags = ['-trimpath', '-buildvcs=false'];

let goVersion: Promise<string> | undefined;

/** The folder a tool is cached in, named by all that decides its content. */
async function folderOf(tool: Tool): Promise<string> {
  goVersion ??= run('go', ['env', 'GOVERSION', 'GOARCH']);
  const key = hashOf(
    hashOfFolder(join(__dirname, tool.name), (name) => !name.endsWith('_test.go')),
    JSON.stringify(tool),
    flags.join(),
    await goVersion,
  );
  return join(paths.tools, `${tool.name}-${key.slice(0, 12)}`);
}

/** A built tool's folder with its executables, or undefined when it has not been built. */
export async function builtTool(tool: Tool): Promise<string | undefined> {
  const folder = await folderOf(tool);
  return existsSync(join(folder, 'built')) ? folder : undefined;
}

/**
 * Builds a tool into the cache.
 *
 * @returns the folder with its executables
 * @throws CommandError with the compiler's last words and the log's place
 */
export async function buildTool(tool: Tool, progress: (line: string) => void): Promise<string> {
  const folder = await folderOf(tool);
  await buildFolder(folder, async (temporary) => {
    const settings = Object.entries(tool.variables ?? {}).map(
      ([variable, value]) => `-X ${variable}=${value}`,
    );
    for (const [command, goPackage] of Object.entries(tool.commands)) {
      progress(`compiling ${command}`);
      await run(
        'go',
        [
          'build',
          ...flags,
          '-ldflags',
          ['-s -w', ...settings].join(' '),
          '-o',
          join(temporary, command),
          goPackage,
        ],
        {
          cwd: join(__dirname, tool.name),
          env: { CGO_ENABLED: '0', GOFLAGS: '-mod=readonly', GOWORK: 'off' },
          logFile: join(paths.logs, `build-${tool.name}.log`),
        },
      );
      for (const link of tool.links?.[command] ?? []) symlinkSync(command, join(temporary, link));
    }
    await run('cp', [join(__dirname, tool.name, 'go.mod'), join(temporary, 'built')]);
  });
  return folder;
}

/** The versions that a tool's go.mod requires: module → version without `v`. */
export function requiredVersions(tool: Tool): Record<string, string> {
  const goMod = readFileSync(join(__dirname, tool.name, 'go.mod'), 'utf8');
  return Object.fromEntries(
    [...goMod.matchAll(/^(?:require)?\s+(\S+) v(\S+)/gm)].map(([, module = '', version = '']) => [
      module,
      version,
    ]),
  );
}
