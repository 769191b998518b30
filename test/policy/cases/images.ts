import { containersOf, podsOf } from '../../../policy/model/pods';
import type { CasesByRule } from '../support/cases';
import type { Anything, Program } from '../support/program';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

/** Gives the image of stack prod's Redis another reference. */
const named = (reference: string) => (program: Program) => {
  program.container('StatefulSet', 'redis').image = reference;
};

/** Changes all containers. */
const everywhere = (change: (container: Anything) => void) => (program: Program) => {
  for (const resource of program.resources) {
    const pods = podsOf(resource);
    if (pods !== undefined) for (const { container } of containersOf(pods)) change(container);
  }
};

const pinned = everywhere((container) => (container.image += `@${digest}`));

const withVolume = (image: object) => (program: Program) =>
  program.pod('StatefulSet', 'redis').volumes.push({ name: 'tools', image });

const withDebugger = (container: object) => (program: Program) => {
  program.pod('StatefulSet', 'redis').ephemeralContainers = [{ name: 'debug', ...container }];
};

const patch = (container: object) => (program: Program) =>
  program.add('kubernetes:apps/v1:DeploymentPatch', {
    metadata: { name: 'other', namespace: 'other' },
    spec: { template: { spec: { containers: [{ name: 'other', ...container }] } } },
  });

const redis = 'spec.template.spec.containers[redis]';

export const images: CasesByRule = {
  'digest-pinned': {
    refused: {
      'no tag': {
        change: named('docker.io/library/redis'),
        says: `${redis}.image docker.io/library/redis has no tag. Name the image`,
      },
      "no tag behind a registry's port": {
        change: named('localhost:5000/redis'),
        says: 'image localhost:5000/redis has no tag',
      },
      'an empty tag': { change: named('redis:'), says: 'image redis: has no tag' },
      'tag latest': { change: named('redis:latest'), says: 'image redis:latest has a tag that moves' },
      'tag latest with a digest': {
        change: named(`redis:latest@${digest}`),
        says: /latest@sha256:\w{64} has a tag that moves/,
      },
      'a digest without a tag': { change: named(`redis@${digest}`), says: /\w{64} has no tag/ },
      'no digest': {
        change: (program) => {
          pinned(program);
          named('redis:8.0.2')(program);
        },
        configuration: {},
        says: `${redis}.image redis:8.0.2 has no digest`,
      },
      'a digest of another kind': {
        change: named(`redis:8@sha512:${'0'.repeat(64)}`),
        says: 'has a digest that is no sha256',
      },
      'a digest that is cut': { change: named(`redis:8@${digest.slice(0, -1)}`), says: 'no sha256' },
      'a digest that is too long': { change: named(`redis:8@${digest}0`), says: 'no sha256' },
      'a digest with something before it': { change: named(`redis:8@x${digest}`), says: 'no sha256' },
      'no image': {
        change: (program) => delete program.container('StatefulSet', 'redis').image,
        says: `${redis}.image is left out`,
      },
      'an init container': {
        change: (program) => (program.container('StatefulSet', 'redis', 'exporter').image = 'a/b:latest'),
        says: 'spec.template.spec.initContainers[exporter].image a/b:latest has a tag that moves',
      },
      'an ephemeral container': {
        change: withDebugger({ image: 'busybox' }),
        says: 'ephemeralContainers[debug].image busybox has no tag',
      },
      'a CronJob': {
        change: (program) => (program.container('CronJob', 'sessions-cleanup').image = 'redis'),
        says: 'spec.jobTemplate.spec.template.spec.containers[sessions-cleanup].image redis has no tag',
      },
      'a volume': {
        change: withVolume({ reference: 'tools' }),
        says: 'spec.template.spec.volumes[tools].image.reference tools has no tag',
      },
      'a volume without a reference': {
        change: withVolume({}),
        says: 'spec.template.spec.volumes[tools].image.reference is left out',
      },
      'a patch': { change: patch({ image: 'redis:latest' }), says: 'has a tag that moves' },
    },
    passed: {
      'tags and digests': { change: pinned, configuration: {} },
      'a tag alone, where none can have a digest': {
        change: named('redis:8'),
        configuration: { digests: false },
      },
      "a tag behind a registry's port": { change: named('localhost:5000/redis:8') },
      'a tag that only begins with latest': { change: named('redis:latest-8.0.2') },
      'a patch that leaves the image alone': { change: patch({}) },
    },
  },

  'registry-allow-list': {
    refused: {
      'another registry': {
        change: named('quay.io/prom/prometheus:v3'),
        says: `${redis}.image is of quay.io/prom/prometheus. Use an image`,
      },
      'another registry with a port': {
        change: named('registry:5000/library/redis:8'),
        says: 'is of registry:5000/library/redis.',
      },
      'a registry of the node': {
        change: named('localhost/library/redis:8'),
        says: 'is of localhost/library/redis.',
      },
      'somebody else at Docker Hub': { change: named('evil/redis:8'), says: 'is of docker.io/evil/redis.' },
      'somebody at Docker Hub called like a registry': {
        change: named('localhostess/redis:8'),
        says: 'is of docker.io/localhostess/redis.',
      },
      'somebody at Docker Hub who ends like a registry': {
        change: named('mylocalhost/redis:8'),
        says: 'is of docker.io/mylocalhost/redis.',
      },
      'somebody else at Docker Hub by its name': {
        change: named('docker.io/evil/redis:8'),
        says: 'is of docker.io/evil/redis.',
      },
      'somebody else at Docker Hub by its other name': {
        change: named('index.docker.io/evil/redis:8'),
        says: 'is of docker.io/evil/redis.',
      },
      'a repository that begins like an allowed one': {
        change: named('redis-of-somebody:8'),
        says: 'is of docker.io/library/redis-of-somebody.',
      },
      "Docker Hub's library by the registry alone": {
        change: named('docker.io/memcached:1'),
        says: 'is of docker.io/library/memcached.',
      },
      'an allowed one below another registry': {
        change: named('example.com/docker.io/library/redis:8'),
        says: 'is of example.com/docker.io/library/redis.',
      },
      'an init container': {
        change: (program) => (program.container('StatefulSet', 'redis', 'exporter').image = 'a/b:1'),
        says: 'initContainers[exporter].image is of docker.io/a/b.',
      },
      'an ephemeral container': {
        change: withDebugger({ image: 'busybox:1' }),
        says: 'ephemeralContainers[debug].image is of docker.io/library/busybox.',
      },
      'a volume': {
        change: withVolume({ reference: 'evil.example/tools:1' }),
        says: 'volumes[tools].image.reference is of evil.example/tools.',
      },
      'a patch': { change: patch({ image: 'a/b:1' }), says: 'is of docker.io/a/b.' },
      'everything, where nothing is allowed': {
        change: () => undefined,
        configuration: { allowed: [''] },
        says: 'is of docker.io/library/redis.',
      },
    },
    passed: {
      'a short name': { change: named('redis:8') },
      'a short name without a tag': { change: named('redis') },
      'a short name in a folder': { change: named('prom/prometheus:v3') },
      'a name in full with a digest': { change: named(`docker.io/library/redis@${digest}`) },
      'Docker Hub by its name': { change: named('docker.io/redis:8') },
      'Docker Hub by its other name': { change: named('index.docker.io/redis:8') },
      'a folder of Docker Hub by its other name': { change: named('index.docker.io/prom/prometheus:v3') },
      'what is below an allowed one': { change: named('docker.io/library/redis/debug:8') },
      'a registry that is allowed as a whole': {
        change: everywhere((container) => (container.image = 'registry.example.com:5000/team/redis:8')),
        configuration: { allowed: ['ghcr.io', 'registry.example.com:5000'] },
      },
      'what is left out': { change: (program) => delete program.container('StatefulSet', 'redis').image },
    },
  },

  'pull-policy': {
    refused: {
      always: {
        change: (program) => (program.container('StatefulSet', 'redis').imagePullPolicy = 'Always'),
        says: `${redis}.imagePullPolicy is Always. Set imagePullPolicy`,
      },
      never: {
        change: (program) =>
          (program.container('StatefulSet', 'redis', 'exporter').imagePullPolicy = 'Never'),
        says: 'spec.template.spec.initContainers[exporter].imagePullPolicy is Never',
      },
      'left out': {
        change: (program) => delete program.container('CronJob', 'sessions-cleanup').imagePullPolicy,
        says: 'containers[sessions-cleanup].imagePullPolicy is left out',
      },
      'an ephemeral container': {
        change: withDebugger({ image: 'busybox:1' }),
        says: 'ephemeralContainers[debug].imagePullPolicy is left out',
      },
      'a volume': {
        change: withVolume({ reference: 'tools:1', pullPolicy: 'Always' }),
        says: 'volumes[tools].image.pullPolicy is Always',
      },
      'a patch': { change: patch({ imagePullPolicy: 'Always' }), says: 'is Always' },
    },
    passed: {
      'a volume that says it': { change: withVolume({ reference: 'tools:1', pullPolicy: 'IfNotPresent' }) },
      'a volume of another kind': {
        change: (program) => program.pod('StatefulSet', 'redis').volumes.push({ name: 'tmp2', emptyDir: {} }),
      },
      'another policy that is allowed': {
        change: everywhere((container) => (container.imagePullPolicy = 'Always')),
        configuration: { policies: ['Always'] },
      },
      'a patch that leaves it alone': { change: patch({ image: 'a/b:1' }) },
    },
  },
};
