import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pauseImage } from '../../../local/cluster/node';
import { grafanaImage } from '../../../local/images/given';
import { clusterImages, recipes } from '../../../local/images/recipes';
import { requiredVersions, tools, type Tool } from '../../../local/tools/build';
import manifest from '../../../package.json';
import lock from '../../../package-lock.json';
import versions from '../../../versions.json';

const root = join(__dirname, '..', '..', '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

// Tool → the module whose version is the tool's, and that version. `pause` is our own source and requires nothing.
const modules: Readonly<Record<Exclude<keyof typeof tools, 'pause'>, readonly [string, string]>> = {
  kubernetes: ['k8s.io/kubernetes', versions.kubernetes],
  pulumi: ['github.com/pulumi/pulumi/pkg/v3', versions.pulumi],
  languageHost: ['github.com/pulumi/pulumi/sdk/v3', versions.pulumiLanguageNodejs],
  containerd: ['github.com/containerd/containerd/v2', versions.containerd],
  metricsServer: ['sigs.k8s.io/metrics-server', versions.metricsServer],
  localPathProvisioner: ['github.com/rancher/local-path-provisioner', versions.localPathProvisioner],
  coredns: ['github.com/coredns/coredns', versions.coredns],
  etcd: ['go.etcd.io/etcd/server/v3', versions.etcd],
  kubeconform: ['github.com/yannh/kubeconform', versions.kubeconform],
  kubeScore: ['github.com/zegl/kube-score', versions.kubeScore],
  actionlint: ['github.com/rhysd/actionlint', versions.actionlint],
  gitleaks: ['github.com/zricethezav/gitleaks/v8', versions.gitleaks],
};

const newest = Number(versions.kubernetes.split('.')[1]);

describe('a tool', () => {
  it.each(Object.entries(modules))(
    '%s is built in the version of versions.json',
    (name, [module, version]) => {
      expect(requiredVersions(tools[name as keyof typeof modules])[module]).toBe(version);
    },
  );

  it('is in versions.json, whichever it is', () => {
    const folders = readdirSync(join(root, 'local/tools')).filter((name) =>
      existsSync(join(root, 'local/tools', name, 'go.mod')),
    );
    expect(Object.values(tools).map(({ name }: Tool) => name)).toEqual(expect.arrayContaining(folders));
    expect([...Object.keys(modules), 'pause'].sort()).toEqual(Object.keys(tools).sort());
    expect(requiredVersions(tools.pause)).toEqual({});
  });

  it('Kubernetes is built with the parts of the same release', () => {
    const parts = [...read('local/tools/kubernetes/go.mod').matchAll(/^\t(k8s\.io\/\S+) => (\S+) v(\S+)$/gm)];
    const wanted = versions.kubernetes.replace(/^1\./, '0.');
    expect(parts.map(([, module]) => module)).toEqual(
      expect.arrayContaining(['k8s.io/api', 'k8s.io/kubelet']),
    );
    for (const [, module, by, version] of parts)
      expect([module, by, version]).toEqual([module, module, wanted]);
  });

  it('of a gate knows the three last releases of Kubernetes, of which the cluster is the newest', () => {
    const minors = [...versions.kubernetesBefore, versions.kubernetes].map(
      (version) => version.split('.')[1],
    );
    expect(minors).toEqual([newest - 2, newest - 1, newest].map(String));
  });

  it('says the version it was built in', () => {
    expect(Object.values(tools.kubernetes.variables)).toEqual([
      `v${versions.kubernetes}`,
      '1',
      '36',
      'clean',
    ]);
    expect(Object.values(tools.pulumi.variables)).toEqual([`v${versions.pulumi}`]);
    expect(Object.values(tools.languageHost.variables)).toEqual([`v${versions.pulumiLanguageNodejs}`]);
    expect(Object.values(tools.containerd.variables)).toEqual([versions.containerd]);
  });
});

describe('an image', () => {
  const tags: Readonly<Record<string, string>> = {
    [versions.images.redis]: versions.redis,
    [versions.images.haproxy]: versions.haproxy,
    [versions.images.redisExporter]: `v${versions.redisExporter}`,
    [versions.images.prometheus]: `v${versions.prometheus}`,
    [versions.images.alertmanager]: `v${versions.alertmanager}`,
    [clusterImages.busybox]: versions.busybox,
    [clusterImages.pause]: versions.pause,
    [clusterImages.coredns]: `v${versions.coredns}`,
    [clusterImages.metricsServer]: `v${versions.metricsServer}`,
    [clusterImages.localPathProvisioner]: `v${versions.localPathProvisioner}`,
  };

  it.each(recipes.map((recipe) => [recipe.reference, recipe] as const))(
    '%s is tagged with the version of what is in it',
    (reference, { root: content }) => {
      const tag = reference.slice(reference.lastIndexOf(':') + 1);
      expect(tag).toBe(tags[reference]);
      const version = tag.replace(/^v/, '');
      const checked =
        content.kind === 'debian' ? [content.check.expected, content.suite] : [version, versions.debian];
      const testing = reference === versions.images.haproxy;
      expect(checked).toEqual([version, testing ? versions.debianTesting : versions.debian]);
    },
  );

  it('is made for each reference of versions.json and of the cluster, but the one that is given', () => {
    const { grafana, ...built } = versions.images;
    const wanted = [...Object.values(built), ...Object.values(clusterImages)];
    expect(recipes.map(({ reference }) => reference).sort()).toEqual(wanted.sort());
    expect(grafanaImage.reference).toBe(grafana);
    expect(grafana.slice(grafana.lastIndexOf(':') + 1)).toBe(versions.grafana);
  });

  it('of the sandbox is the one that containerd is set to', () => {
    expect(pauseImage).toBe(clusterImages.pause);
  });
});

describe('npm packages', () => {
  const wanted = { ...manifest.dependencies, ...manifest.devDependencies };

  it('are pinned, and the lock file has just these', () => {
    for (const version of Object.values(wanted)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    const packages = lock.packages as Readonly<Record<string, { readonly version?: string }>>;
    const locked = Object.keys(wanted).map((name) => [name, packages[`node_modules/${name}`]?.version]);
    expect(Object.fromEntries(locked)).toEqual(wanted);
    expect(lock.packages[''].dependencies).toEqual(manifest.dependencies);
    expect(lock.packages[''].devDependencies).toEqual(manifest.devDependencies);
  });

  it('of the example are in the same versions', () => {
    const { dependencies } = JSON.parse(read('examples/node/package.json')) as typeof manifest;
    expect(dependencies).toEqual({ ioredis: wanted.ioredis });
  });

  it('are asked of the Node.js that bootstrap and readme ask for', () => {
    const node = manifest.engines.node.replace('>=', '');
    expect(read('local/bootstrap.sh')).toContain(`"Node.js ${node} or newer is needed`);
    expect(read('local/bootstrap.sh')).toContain(`tr -d v)" ${node};`);
    expect(read('README.md')).toContain(`Node.js ${node}`);
  });
});

describe('a version', () => {
  const { images, kubernetesBefore, ...plain } = versions;
  const literals = [...Object.values(plain), ...kubernetesBefore, ...Object.values(images)];
  const sources = (folder: string): string[] =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|mts|sh)$/.test(file))
      .map((file) => join(folder, file));
  const code = (file: string) =>
    read(file)
      .split('\n')
      .filter((line) => !/^\s*(\/?\*|\/\/|#)/.test(line));
  const escaped = literals.map((literal) => literal.replaceAll('.', '\\.'));
  const literal = new RegExp(`(?<![\\w.])v?(${escaped.join('|')})(?![\\w]|\\.\\d)`);
  const found = (lines: readonly string[]) =>
    lines.filter((line) => literal.test(line)).map((line) => line.trim());

  it.each(['local', 'components', 'stacks', 'scripts'])(
    'of versions.json stands nowhere else in %s',
    (folder) => {
      const files = sources(folder);
      expect(files.length).toBeGreaterThan(2);
      const elsewhere = files.flatMap((file) =>
        found(code(file)).map((line) => `${relative('.', file)}: ${line}`),
      );
      expect(elsewhere).toEqual([]);
    },
  );

  it('would be found', () => {
    expect(found([`'redis:${versions.redis}'`, `"v${versions.kubernetes}"`, 'suite: trixie;'])).toHaveLength(
      3,
    );
    expect(found([`1${versions.redis}`, `${versions.redis}.1`, 'v8.0.20'])).toEqual([]);
  });
});
