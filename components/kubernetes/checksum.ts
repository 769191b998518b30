import { createHash } from 'node:crypto';

/** SHA-256 of a text as 64 hexadecimal digits. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** A short mark of the content of a set of files: ten hexadecimal digits, for names of objects that hold them. */
export function contentMark(files: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  return sha256(JSON.stringify(sorted)).slice(0, 10);
}
