import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import versions from '../../../../versions.json';
import { archiveName, buildImages } from '../../../../local/images';
import type { Recipe } from '../../../../local/images';
import { debianSources, isLater } from '../../../../local/images/debianRoot';
import type * as Given from '../../../../local/images/given';
import { grafanaImage } from '../../../../local/images/given';
import { clusterImages, recipes } from '../../../../local/images/recipes';

const pause: Recipe = {
  reference: 'registry.k8s.io/pause:3.10.1',
  config: { entrypoint: ['/bin/pause'] },
  root: { kind: 'binary', binary: 'pause', path: '/bin/pause' },
};

let cacheDir: string;
let binary: string;
let said: string[];
beforeEach(() => {
  cacheDir = mkdtempSync(join(tmpdir(), 'images-'));
  binary = join(cacheDir, 'pause');
  writeFileSync(binary, 'executable');
  said = [];
});
afterEach(() => rmSync(cacheDir, { recursive: true }));

const build = (wanted: readonly Recipe[] = [pause]) =>
  buildImages({ cacheDir, binaries: { pause: binary }, log: (line) => said.push(line), recipes: wanted });

describe('images', () => {
  it('are made once, then taken from the cache', async () => {
    const first = await build();
    expect(said).toEqual([
      expect.stringMatching(/^registry\.k8s\.io\/pause:3\.10\.1: 0 MB, made in [0-9.]+ s$/),
    ]);
    expect(await build()).toEqual(first);
    expect(said).toHaveLength(1);
    expect(readdirSync(cacheDir).sort()).toEqual(['pause', basename(first[0]?.archivePath ?? '')].sort());
  });

  it('are made again when the executable changes, beside the former one', async () => {
    const [first] = await build();
    writeFileSync(binary, 'another');
    const [second] = await build();
    expect(second?.digest).not.toBe(first?.digest);
    expect(readdirSync(cacheDir)).toHaveLength(3);
  });

  it('are made again when the archive in the cache is none', async () => {
    const [first] = await build();
    const path = first?.archivePath ?? '';
    const whole = readFileSync(path);
    writeFileSync(path, 'half');
    await build();
    expect(readFileSync(path).equals(whole)).toBe(true);
  });

  it('may be made by several builds at the same time', async () => {
    const [one, other] = await Promise.all([build(), build()]);
    expect(other).toEqual(one);
  });

  it('leave nothing of a build that failed, and say of each image why', async () => {
    const coredns: Recipe = {
      reference: 'registry.k8s.io/coredns/coredns:v1',
      config: {},
      root: { kind: 'binary', binary: 'coredns', path: '/coredns' },
    };
    const long: Recipe = { ...pause, root: { kind: 'binary', binary: 'pause', path: `/${'n'.repeat(101)}` } };
    await expect(build([coredns, long])).rejects.toThrow(
      /^image registry\.k8s\.io\/coredns\/coredns:v1: no path given for its executable coredns\nimage registry\.k8s\.io\/pause:3\.10\.1: n+: longer than the 100 bytes a name may have$/,
    );
    expect(readdirSync(cacheDir)).toEqual(['pause']);
  });
});

describe('archive name', () => {
  it('changes with the recipe and with the executable', () => {
    const name = archiveName(pause, 'aa');
    expect(name).toMatch(/^pause-3\.10\.1-[0-9a-f]{16}\.tar$/);
    expect(archiveName(pause, 'aa')).toBe(name);
    expect(archiveName(pause, 'bb')).not.toBe(name);
    expect(archiveName({ ...pause, config: { entrypoint: ['/pause'] } }, 'aa')).not.toBe(name);
  });
});

describe('recipes', () => {
  it('make the images that the stacks and the cluster name, each once, all but the given one', () => {
    expect([...recipes, grafanaImage].map(({ reference }) => reference).sort()).toEqual(
      [...Object.values(versions.images), ...Object.values(clusterImages)].sort(),
    );
  });

  it('take what the stacks run in the versions that their tags say', () => {
    expect(versions.images).toEqual({
      redis: `docker.io/library/redis:${versions.redis}`,
      haproxy: `docker.io/library/haproxy:${versions.haproxy}`,
      redisExporter: `docker.io/oliver006/redis_exporter:v${versions.redisExporter}`,
      prometheus: `docker.io/prom/prometheus:v${versions.prometheus}`,
      alertmanager: `docker.io/prom/alertmanager:v${versions.alertmanager}`,
      grafana: `docker.io/grafana/grafana:${versions.grafana}`,
    });
  });

  it('have programs of monitoring run as nobody, or as the user of the public image', () => {
    const users = recipes
      .filter(({ reference }) => /prom|redis_exporter/.test(reference))
      .map(({ reference, config: { user, entrypoint } }) => [reference, user, entrypoint]);
    expect(users).toEqual([
      [versions.images.redisExporter, '59000:59000', ['/redis_exporter']],
      [versions.images.prometheus, 'nobody', ['/bin/prometheus']],
      [versions.images.alertmanager, 'nobody', ['/bin/alertmanager']],
    ]);
  });
});

describe('the given image', () => {
  const { XDG_CACHE_HOME } = process.env;
  afterEach(() => {
    if (XDG_CACHE_HOME === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = XDG_CACHE_HOME;
  });

  it('is there as soon as a person has put its archive where it is looked for, and not before', () => {
    process.env['XDG_CACHE_HOME'] = cacheDir;
    jest.resetModules();
    const { givenImages } = jest.requireActual<typeof Given>('../../../../local/images/given');
    expect(givenImages()).toEqual([]);
    const archivePath = join(cacheDir, `session-database/images/grafana-${versions.grafana}.tar`);
    mkdirSync(dirname(archivePath), { recursive: true });
    writeFileSync(archivePath, 'as docker save writes it');
    expect(givenImages()).toEqual([{ reference: versions.images.grafana, archivePath }]);
  });
});

test.each([
  ['3.2.27', '3.2.26', true],
  ['3.4.1', '3.2.26', true],
  ['3.2.9', '3.2.26', false],
  ['3.2.26', '3.2.26', false],
])('version %s is later than %s: %s', (version, than, later) => {
  expect(isLater(version, than)).toBe(later);
});

describe('Debian sources', () => {
  it('follow the mirror that the machine has, with security updates, each once', () => {
    const targets =
      'http://mirror.example/debian/ Debian\nhttp://mirror.example/debian/ Debian\n' +
      'http://mirror.example/security/ Debian-Security\nhttps://other.example/ Something else\n\n';
    expect(debianSources(targets, 'trixie')).toEqual([
      'deb http://mirror.example/debian/ trixie main',
      'deb http://mirror.example/security/ trixie-security main',
    ]);
  });

  it('are left to mmdebstrap where apt names none', () => {
    expect(debianSources('', 'trixie')).toEqual([]);
  });
});
