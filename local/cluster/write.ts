import { join } from 'node:path';
import { writeIfChanged } from '../files';

/** Writes a machine's files below its disk: path → text. Only root may read them: keys are among them. */
export function writeFiles(disk: string, files: Readonly<Record<string, string>>): void {
  for (const [file, content] of Object.entries(files)) writeIfChanged(join(disk, file), content, 0o600);
}
