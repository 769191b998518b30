import { open, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

/** A member of a tar archive. Owner and group are root, the time is the epoch, so that equal content is equal bytes. */
export interface TarEntry {
  /** Path inside the archive without a leading slash, at most 100 bytes; a folder's ends with a slash. */
  readonly name: string;
  /** Permission bits. @default 0o644, of a folder 0o755 */
  readonly mode?: number;
  /** Bytes, or the file to take them from; absent for a folder. */
  readonly content?: Buffer | { readonly file: string };
}

const block = 512;
const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, '0')}\0`;
const padding = (size: number) => Buffer.alloc((block - (size % block)) % block);

function header(entry: TarEntry, size: number): Buffer {
  const folder = entry.name.endsWith('/');
  if (Buffer.byteLength(entry.name) > 100)
    throw new Error(`${entry.name}: longer than the 100 bytes a name may have`);
  const bytes = Buffer.alloc(block);
  bytes.write(entry.name, 0);
  bytes.write(octal(entry.mode ?? (folder ? 0o755 : 0o644), 8), 100);
  bytes.write(octal(0, 8), 108);
  bytes.write(octal(0, 8), 116);
  bytes.write(octal(size, 12), 124);
  bytes.write(octal(0, 12), 136);
  bytes.write(' '.repeat(8), 148); // the checksum counts its own field as blanks
  bytes.write(folder ? '5' : '0', 156);
  bytes.write('ustar\x0000', 257);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}

async function append(archive: FileHandle, file: string): Promise<void> {
  const source = await open(file);
  try {
    for await (const chunk of source.createReadStream({ highWaterMark: 1 << 20, autoClose: false })) {
      await archive.writeFile(chunk as Buffer);
    }
  } finally {
    await source.close();
  }
}

/** Writes an uncompressed tar archive with the entries in their order. */
export async function writeTar(path: string, entries: readonly TarEntry[]): Promise<void> {
  const archive = await open(path, 'w');
  try {
    for (const { content, ...entry } of entries) {
      const size =
        content === undefined
          ? 0
          : Buffer.isBuffer(content)
            ? content.length
            : (await stat(content.file)).size;
      await archive.writeFile(header(entry, size));
      if (Buffer.isBuffer(content)) await archive.writeFile(content);
      else if (content) await append(archive, content.file);
      await archive.writeFile(padding(size));
    }
    await archive.writeFile(Buffer.alloc(2 * block));
    await archive.sync();
  } finally {
    await archive.close();
  }
}

/**
 * Reads the first member of a tar archive.
 *
 * @returns its name and content, undefined where the file is too short to hold one
 */
export async function readFirstEntry(path: string): Promise<{ name: string; content: Buffer } | undefined> {
  const archive = await open(path);
  try {
    const head = Buffer.alloc(block);
    if ((await archive.read(head, 0, block, 0)).bytesRead < block) return undefined;
    const name = head.toString('utf8', 0, 100).replace(/\0.*$/s, '');
    const content = Buffer.alloc(parseInt(head.toString('latin1', 124, 135), 8) || 0);
    const { bytesRead } = await archive.read(content, 0, content.length, block);
    return bytesRead < content.length ? undefined : { name, content };
  } finally {
    await archive.close();
  }
}
