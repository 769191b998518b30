import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFolder, hashOf, hashOfFolder, writeAtomic, writeIfChanged } from '../../../local/files';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'files-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('writing a file', () => {
  it('makes its folder, gives it its mode and leaves nothing beside it', () => {
    const file = join(folder, 'a', 'b', 'secret');
    writeAtomic(file, 'text', 0o600);
    expect(readFileSync(file, 'utf8')).toBe('text');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['secret']);
  });

  it('replaces a file whole, so that who reads the former one keeps it', () => {
    const file = join(folder, 'file');
    writeAtomic(file, 'one');
    const { ino } = statSync(file);
    writeAtomic(file, 'two');
    expect(readFileSync(file, 'utf8')).toBe('two');
    expect(statSync(file).ino).not.toBe(ino);
  });

  it('happens only where the content differs', () => {
    const file = join(folder, 'file');
    expect(writeIfChanged(file, 'one')).toBe(true);
    const { ino } = statSync(file);
    expect(writeIfChanged(file, 'one')).toBe(false);
    expect(statSync(file).ino).toBe(ino);
    expect(writeIfChanged(file, 'two')).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe('two');
  });
});

describe('a hash', () => {
  it('is the SHA-256 of the parts with their lengths', () => {
    expect(hashOf('ab', 'c')).toBe(createHash('sha256').update('2:ab1:c').digest('hex'));
  });

  it('tells parts apart by where one ends', () => {
    expect(hashOf('ab', 'c')).not.toBe(hashOf('a', 'bc'));
  });

  const tree = (name: string, files: Record<string, string>) => {
    for (const [path, content] of Object.entries(files)) writeAtomic(join(folder, name, path), content);
    return join(folder, name);
  };

  it('of a folder is the same wherever the folder is', () => {
    const files = { 'go.mod': 'module', 'sub/main.go': 'package' };
    expect(hashOfFolder(tree('one', files))).toBe(hashOfFolder(tree('other', files)));
  });

  it.each([
    ['a content', { 'go.mod': 'module x', 'sub/main.go': 'package' }],
    ['a name', { 'go.sum': 'module', 'sub/main.go': 'package' }],
    ['a place', { 'go.mod': 'module', 'main.go': 'package' }],
    ['a further file', { 'go.mod': 'module', 'sub/main.go': 'package', new: '' }],
  ])('of a folder changes with %s', (_, files) => {
    const former = hashOfFolder(tree('one', { 'go.mod': 'module', 'sub/main.go': 'package' }));
    expect(hashOfFolder(tree('other', files))).not.toBe(former);
  });

  it('of a folder leaves out what does not count', () => {
    const path = tree('one', { 'main.go': 'package' });
    const counts = (name: string) => !name.endsWith('_test.go');
    const before = hashOfFolder(path, counts);
    writeFileSync(join(path, 'main_test.go'), 'package');
    expect(hashOfFolder(path, counts)).toBe(before);
    expect(hashOfFolder(path)).not.toBe(before);
  });
});

describe('building a folder', () => {
  it('puts it in place when it is whole, instead of the former one', async () => {
    const target = join(folder, 'tool');
    mkdirSync(target);
    writeFileSync(join(target, 'old'), '');
    await buildFolder(target, (temporary) => {
      writeFileSync(join(temporary, 'new'), '');
      expect(readdirSync(target)).toEqual(['old']);
      return Promise.resolve();
    });
    expect(readdirSync(folder)).toEqual(['tool']);
    expect(readdirSync(target)).toEqual(['new']);
  });

  it('that fails leaves the former one, and nothing beside it', async () => {
    const target = join(folder, 'tool');
    mkdirSync(target);
    const failing = buildFolder(target, (temporary) => {
      expect(existsSync(temporary)).toBe(true);
      return Promise.reject(new Error('no compiler'));
    });
    await expect(failing).rejects.toThrow('no compiler');
    expect(readdirSync(folder)).toEqual(['tool']);
  });

  it('removes what builds left that were killed, and leaves alone what others are at', async () => {
    const [killed, other] = ['tool.999999999-0a1b2c.partial', `other.${process.pid}-0a1b2c.partial`];
    mkdirSync(join(folder, killed));
    mkdirSync(join(folder, other));
    await buildFolder(join(folder, 'tool'), () => Promise.resolve());
    expect(readdirSync(folder)).toEqual([other, 'tool']);
  });
});
