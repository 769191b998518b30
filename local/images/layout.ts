import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { readFirstEntry, writeTar } from './tar';

/** What a container of the image runs as, in the words of the OCI image configuration. */
export interface ImageConfig {
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  /** `PATH=…` and the like. @default the usual PATH */
  readonly env?: readonly string[];
  /** @default root */
  readonly user?: string;
  /** @default / */
  readonly workingDir?: string;
  readonly volumes?: readonly string[];
  readonly exposedPorts?: readonly string[];
  /** Signal that asks the program to end. @default SIGTERM */
  readonly stopSignal?: string;
}

/** An image that is one layer. */
export interface ImageLayout {
  /** Full reference: registry, repository and tag. */
  readonly reference: string;
  /** Go's name of the processor: amd64, arm64. */
  readonly architecture: string;
  readonly config: ImageConfig;
  /** Uncompressed tar archive of the root file system. */
  readonly layer: string;
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

const usualPath = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const nameAnnotation = 'io.containerd.image.name';

/** SHA-256 of a file, in hex. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const blobName = (digest: string) => `blobs/sha256/${digest.replace('sha256:', '')}`;

function describe(mediaType: string, content: Buffer): Descriptor {
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  return { mediaType: `application/vnd.oci.image.${mediaType}`, digest, size: content.length };
}

function present(names: readonly string[] | undefined): Record<string, object> | undefined {
  return names && Object.fromEntries(names.map((name) => [name, {}]));
}

/**
 * Writes an OCI image archive with one uncompressed layer. The full reference is an annotation of the index, by which
 * containerd names an imported image; index.json comes first, so that {@link readDigest} need not read the rest.
 *
 * @returns the manifest's digest
 */
export async function writeArchive(path: string, image: ImageLayout): Promise<string> {
  // The layer is not compressed, so its digest and the content's (diff id) are one.
  const layer: Descriptor = {
    mediaType: 'application/vnd.oci.image.layer.v1.tar',
    digest: `sha256:${await sha256OfFile(image.layer)}`,
    size: (await stat(image.layer)).size,
  };
  const platform = { architecture: image.architecture, os: 'linux' };
  const { entrypoint, cmd, env, user, workingDir, volumes, exposedPorts, stopSignal } = image.config;
  const created = '1970-01-01T00:00:00Z';
  const config = json({
    created,
    ...platform,
    config: {
      Entrypoint: entrypoint,
      Cmd: cmd,
      Env: env ?? [usualPath],
      User: user,
      WorkingDir: workingDir ?? '/',
      Volumes: present(volumes),
      ExposedPorts: present(exposedPorts),
      StopSignal: stopSignal,
    },
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
    history: [{ created }],
  });
  const configDescriptor = describe('config.v1+json', config);
  const manifest = json({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: configDescriptor,
    layers: [layer],
  });
  const manifestDescriptor = describe('manifest.v1+json', manifest);
  const annotations = {
    [nameAnnotation]: image.reference,
    'org.opencontainers.image.ref.name': image.reference.slice(image.reference.lastIndexOf(':') + 1),
  };
  const index = json({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [{ ...manifestDescriptor, platform, annotations }],
  });
  await writeTar(path, [
    { name: 'index.json', content: index },
    { name: 'oci-layout', content: json({ imageLayoutVersion: '1.0.0' }) },
    { name: 'blobs/' },
    { name: 'blobs/sha256/' },
    { name: blobName(manifestDescriptor.digest), content: manifest },
    { name: blobName(configDescriptor.digest), content: config },
    { name: blobName(layer.digest), content: { file: image.layer } },
  ]);
  return manifestDescriptor.digest;
}

/** The manifest's digest in an archive that {@link writeArchive} wrote; undefined for any other file. */
export async function readDigest(path: string): Promise<string | undefined> {
  const first = await readFirstEntry(path);
  if (first?.name !== 'index.json') return undefined;
  const index = JSON.parse(first.content.toString()) as { manifests: Descriptor[] };
  return index.manifests[0]?.digest;
}
