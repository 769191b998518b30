import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDigest, writeArchive } from '../../../../local/images/layout';
import { readFirstEntry, writeTar } from '../../../../local/images/tar';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

interface Member {
  readonly name: string;
  readonly mode: string;
  readonly type: string;
  readonly content: Buffer;
}

/** Members of a tar archive, with each header's checksum verified. */
function members(path: string): Member[] {
  const bytes = readFileSync(path);
  const found: Member[] = [];
  for (let at = 0; bytes[at] !== 0;) {
    const header = Buffer.from(bytes.subarray(at, at + 512));
    const text = (from: number, to: number) => header.toString('latin1', from, to).replace(/[\0 ]+$/, '');
    const checksum = parseInt(text(148, 156), 8);
    header.fill(' ', 148, 156);
    expect(header.reduce((sum, byte) => sum + byte, 0)).toBe(checksum);
    const size = parseInt(text(124, 136), 8);
    const content = bytes.subarray(at + 512, at + 512 + size);
    found.push({ name: text(0, 100), mode: text(100, 108), type: text(156, 157), content });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return found;
}

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'archive-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const layerBytes = Buffer.from('the layer');
const image = (layer: string) => ({
  reference: 'docker.io/library/redis:8.0.2',
  architecture: 'amd64',
  config: { entrypoint: ['run'], cmd: ['redis-server'], workingDir: '/data', volumes: ['/data'] },
  layer,
});

async function writeImage(): Promise<{ archive: string; digest: string }> {
  const layer = join(folder, 'layer.tar');
  writeFileSync(layer, layerBytes);
  const archive = join(folder, 'image.tar');
  return { archive, digest: await writeArchive(archive, image(layer)) };
}

describe('tar archive', () => {
  it('holds folders and files with their modes, owned by root, padded to blocks of 512 bytes', async () => {
    const file = join(folder, 'long');
    writeFileSync(file, Buffer.alloc(700, 'x'));
    const archive = join(folder, 'a.tar');
    await writeTar(archive, [
      { name: 'bin/' },
      { name: 'bin/tool', mode: 0o755, content: { file } },
      { name: 'note', content: Buffer.from('hi') },
    ]);
    expect(members(archive)).toEqual([
      { name: 'bin/', mode: '0000755', type: '5', content: Buffer.alloc(0) },
      { name: 'bin/tool', mode: '0000755', type: '0', content: Buffer.alloc(700, 'x') },
      { name: 'note', mode: '0000644', type: '0', content: Buffer.from('hi') },
    ]);
    expect(readFileSync(archive)).toHaveLength(512 * (1 + 1 + 2 + 1 + 1 + 2));
  });

  it('refuses a name that the format has no room for', async () => {
    const name = 'n'.repeat(101);
    await expect(writeTar(join(folder, 'a.tar'), [{ name }])).rejects.toThrow('longer than the 100 bytes');
  });

  it('gives its first member back, and nothing for a file that was cut off', async () => {
    const archive = join(folder, 'a.tar');
    await writeTar(archive, [{ name: 'first', content: Buffer.from('1st') }, { name: 'second' }]);
    expect(await readFirstEntry(archive)).toEqual({ name: 'first', content: Buffer.from('1st') });
    writeFileSync(archive, readFileSync(archive).subarray(0, 513));
    expect(await readFirstEntry(archive)).toBeUndefined();
  });
});

describe('image archive', () => {
  it('names every blob by the SHA-256 of its content', async () => {
    const { archive } = await writeImage();
    const blobs = members(archive).filter(({ name, type }) => name.startsWith('blobs/') && type === '0');
    expect(blobs).toHaveLength(3);
    expect(blobs.map(({ name }) => name)).toEqual(
      blobs.map(({ content }) => `blobs/sha256/${sha256(content)}`),
    );
  });

  it('leads from the index by the manifest to the configuration and the layer', async () => {
    const { archive, digest } = await writeImage();
    const byName = new Map(members(archive).map(({ name, content }) => [name, content]));
    const read = (name: string) => JSON.parse(String(byName.get(name))) as Record<string, never>;
    const blob = (of: { digest: string }) => `blobs/sha256/${of.digest.slice('sha256:'.length)}`;
    expect(read('index.json')).toMatchObject({
      schemaVersion: 2,
      manifests: [
        {
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          digest,
          platform: { architecture: 'amd64', os: 'linux' },
          annotations: {
            'io.containerd.image.name': 'docker.io/library/redis:8.0.2',
            'org.opencontainers.image.ref.name': '8.0.2',
          },
        },
      ],
    });
    const manifest = read(blob({ digest })) as unknown as { config: { digest: string }; layers: object[] };
    const layerDigest = `sha256:${sha256(layerBytes)}`;
    expect(manifest.layers).toEqual([
      { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: layerDigest, size: layerBytes.length },
    ]);
    expect(read(blob(manifest.config))).toMatchObject({
      architecture: 'amd64',
      os: 'linux',
      config: {
        Entrypoint: ['run'],
        Cmd: ['redis-server'],
        Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
        WorkingDir: '/data',
        Volumes: { '/data': {} },
      },
      rootfs: { type: 'layers', diff_ids: [layerDigest] },
    });
    expect(read('oci-layout')).toEqual({ imageLayoutVersion: '1.0.0' });
  });

  it('is the same bytes each time', async () => {
    const first = await writeImage();
    const before = readFileSync(first.archive);
    const second = await writeImage();
    expect(second.digest).toBe(first.digest);
    expect(readFileSync(second.archive).equals(before)).toBe(true);
  });

  it('tells its digest again from the archive, and none from a file that is no image', async () => {
    const { archive, digest } = await writeImage();
    expect(await readDigest(archive)).toBe(digest);
    await writeTar(archive, [{ name: 'other', content: Buffer.from('{}') }]);
    expect(await readDigest(archive)).toBeUndefined();
  });
});
