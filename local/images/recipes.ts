import versions from '../../versions.json';
import type { ImageConfig } from './layout';

/** Executables that are made elsewhere (local/tools) and packed as they are. */
export type ImageBinary = 'pause' | 'coredns' | 'metrics-server' | 'local-path-provisioner';

/** A root file system that is one static executable. */
export interface BinaryRoot {
  readonly kind: 'binary';
  readonly binary: ImageBinary;
  /** Where it lies in the image. */
  readonly path: string;
}

/** A root file system of Debian packages and what they depend on. */
export interface DebianRoot {
  readonly kind: 'debian';
  /** Release the packages are taken from. */
  readonly suite: string;
  /** Debian's "essential" ones are not implied: only these, and what they depend on. */
  readonly packages: readonly string[];
  /** Shell script that finishes the tree at `$1`; it runs on the host, the packages' own scripts do not run. */
  readonly setup: string;
  /** What the archive must have given: the command, run inside the tree, prints `expected` as a word. */
  readonly check: {
    readonly command: readonly string[];
    /** Its first group is the version. */
    readonly pattern: string;
    readonly expected: string;
    /** Whether a later version will do, too, as a release that is in the making goes on to later ones. @default false */
    readonly orLater?: boolean;
    /** Key in versions.json that has to follow the archive. */
    readonly key: string;
  };
}

/** How an image is made. */
export interface Recipe {
  /** Full reference, as the public image is named. */
  readonly reference: string;
  readonly config: ImageConfig;
  readonly root: BinaryRoot | DebianRoot;
}

/** Full references of the images that the cluster itself uses. */
export const clusterImages = {
  pause: `registry.k8s.io/pause:${versions.pause}`,
  coredns: `registry.k8s.io/coredns/coredns:v${versions.coredns}`,
  metricsServer: `registry.k8s.io/metrics-server/metrics-server:v${versions.metricsServer}`,
  localPathProvisioner: `docker.io/rancher/local-path-provisioner:v${versions.localPathProvisioner}`,
  busybox: `docker.io/library/busybox:${versions.busybox}`,
} as const;

// What a person or a script expects of a Debian based image, with awk and the users that maintainer scripts would
// have made. The accounts' base is Debian's own list.
const shellPackages =
  'base-files base-passwd bash coreutils dash diffutils findutils grep gzip hostname libc-bin mawk sed tar'.split(
    ' ',
  );
const shellSetup = `
cp "$1/usr/share/base-passwd/passwd.master" "$1/etc/passwd"
cp "$1/usr/share/base-passwd/group.master" "$1/etc/group"
ln -s mawk "$1/usr/bin/awk"
ldconfig -r "$1"`;

const installEntrypoint = (script: string): string => `mkdir -p "$1/usr/local/bin"
cat > "$1/usr/local/bin/docker-entrypoint.sh" <<'SCRIPT'
${script}SCRIPT
chmod 0755 "$1/usr/local/bin/docker-entrypoint.sh"`;

// The public image's: options or a configuration file alone are redis-server's. It would also give up root, which
// a pod's runAsUser does here.
const redisEntrypoint = `#!/bin/sh
set -e
if [ "\${1#-}" != "$1" ] || [ "\${1%.conf}" != "$1" ]; then
  set -- redis-server "$@"
fi
exec "$@"
`;

const redis: Recipe = {
  reference: versions.images.redis,
  // Debian's executable starts in protected mode where the public image's does not; both take it from redis.conf.
  config: {
    entrypoint: ['docker-entrypoint.sh'],
    cmd: ['redis-server'],
    workingDir: '/data',
    volumes: ['/data'],
    exposedPorts: ['6379/tcp'],
  },
  root: {
    kind: 'debian',
    suite: versions.debian,
    packages: [...shellPackages, 'redis-sentinel', 'redis-server', 'redis-tools'],
    setup: `${shellSetup}
echo 'redis:x:999:999::/home/redis:/bin/sh' >> "$1/etc/passwd"
echo 'redis:x:999:' >> "$1/etc/group"
rm -rf "$1/etc/redis" "$1/var/lib/redis" "$1/var/log/redis"
install -d -m 0755 -o 999 -g 999 "$1/data"
${installEntrypoint(redisEntrypoint)}`,
    check: {
      command: ['redis-server', '--version'],
      pattern: 'v=([0-9.]+)',
      expected: versions.redis,
      key: 'redis',
    },
  },
};

// The public image's: options alone are haproxy's, and it stays in the foreground under a process that can reload it.
const haproxyEntrypoint = `#!/bin/sh
set -e
if [ "\${1#-}" != "$1" ]; then
  set -- haproxy "$@"
fi
if [ "$1" = haproxy ]; then
  shift
  set -- haproxy -W -db "$@"
fi
exec "$@"
`;

const haproxy: Recipe = {
  reference: versions.images.haproxy,
  config: {
    entrypoint: ['docker-entrypoint.sh'],
    cmd: ['haproxy', '-f', '/usr/local/etc/haproxy/haproxy.cfg'],
    user: 'haproxy',
    workingDir: '/var/lib/haproxy',
    // Ends what is under way before it ends itself.
    stopSignal: 'SIGUSR1',
  },
  root: {
    kind: 'debian',
    // The stable release's HAProxy (3.0.11) crashes when it takes up authorities and then a certificate, as in its issue 3165.
    suite: versions.debianTesting,
    packages: [...shellPackages, 'haproxy'],
    setup: `${shellSetup}
echo 'haproxy:x:99:99::/var/lib/haproxy:/bin/sh' >> "$1/etc/passwd"
echo 'haproxy:x:99:' >> "$1/etc/group"
rm -rf "$1/etc/haproxy" "$1/etc/default/haproxy" "$1/var/lib/haproxy"
install -d -m 0755 -o 99 -g 99 "$1/var/lib/haproxy"
${installEntrypoint(haproxyEntrypoint)}`,
    check: {
      command: ['haproxy', '-v'],
      pattern: 'version ([0-9.]+)',
      expected: versions.haproxy,
      orLater: true,
      key: 'haproxy',
    },
  },
};

const busyboxSetup = `
for folder in bin sbin lib lib64; do mkdir -p "$1/usr/$folder"; ln -sfn "usr/$folder" "$1/$folder"; done
chroot "$1" /usr/bin/busybox --install -s /usr/bin
echo 'root:x:0:0:root:/root:/bin/sh' > "$1/etc/passwd"
echo 'root:x:0:' > "$1/etc/group"`;

const busybox: Recipe = {
  reference: clusterImages.busybox,
  config: { cmd: ['sh'] },
  root: {
    kind: 'debian',
    suite: versions.debian,
    packages: ['busybox-static'],
    setup: `${busyboxSetup}
rm -rf "$1/usr/share/initramfs-tools" "$1/usr/share/lintian"`,
    check: {
      command: ['busybox'],
      pattern: 'BusyBox v([0-9.]+)',
      expected: versions.busybox,
      key: 'busybox',
    },
  },
};

/** A program of Prometheus' family. The public images have it on top of busybox, and run it as nobody. */
const monitor = (
  name: 'redisExporter' | 'prometheus' | 'alertmanager',
  debian: { readonly package: string; readonly program: string },
  /** Where the program lies in the public image. */
  program: string,
  config: ImageConfig,
): Recipe => ({
  reference: versions.images[name],
  config: { ...config, entrypoint: [program] },
  root: {
    kind: 'debian',
    suite: versions.debian,
    packages: ['busybox-static', 'ca-certificates', debian.package],
    setup: `${busyboxSetup}
echo 'nobody:x:65534:65534:nobody:/home:/bin/false' >> "$1/etc/passwd"
echo 'nobody:x:65534:' >> "$1/etc/group"
[ "$1${debian.program}" -ef "$1${program}" ] || mv "$1${debian.program}" "$1${program}"
ldconfig -r "$1"`,
    check: {
      command: [program, '--version'],
      pattern: '(?:version|Exporter) ([0-9.]+)',
      expected: versions[name],
      key: name,
    },
  },
});

const binaryImage = (reference: string, binary: ImageBinary, path: string, user?: string): Recipe => ({
  reference,
  config: { entrypoint: [path], ...(user ? { user } : {}) },
  root: { kind: 'binary', binary, path },
});

/** Every image that the embedded platform brings along; entry points and users as in the public ones. */
export const recipes: readonly Recipe[] = [
  redis,
  haproxy,
  monitor(
    'redisExporter',
    { package: 'prometheus-redis-exporter', program: '/usr/bin/prometheus-redis-exporter' },
    '/redis_exporter',
    { user: '59000:59000', exposedPorts: ['9121/tcp'] },
  ),
  monitor('prometheus', { package: 'prometheus', program: '/usr/bin/prometheus' }, '/bin/prometheus', {
    user: 'nobody',
    workingDir: '/prometheus',
    exposedPorts: ['9090/tcp'],
  }),
  monitor(
    'alertmanager',
    { package: 'prometheus-alertmanager', program: '/usr/bin/prometheus-alertmanager' },
    '/bin/alertmanager',
    { user: 'nobody', workingDir: '/alertmanager', exposedPorts: ['9093/tcp'] },
  ),
  busybox,
  binaryImage(clusterImages.pause, 'pause', '/pause', '65535:65535'),
  binaryImage(clusterImages.coredns, 'coredns', '/coredns', '65532:65532'),
  binaryImage(clusterImages.metricsServer, 'metrics-server', '/metrics-server', '65534'),
  binaryImage(
    clusterImages.localPathProvisioner,
    'local-path-provisioner',
    '/usr/bin/local-path-provisioner',
  ),
];
