import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomic } from '../files';
import { paths } from '../paths';

// Settings of the whole computer that kubelets change when they start: no namespace keeps them apart.
const names = [
  'vm/overcommit_memory',
  'vm/panic_on_oom',
  'kernel/panic',
  'kernel/panic_on_oops',
  'kernel/keys/root_maxkeys',
  'kernel/keys/root_maxbytes',
];
const record = join(paths.runtime, 'tunables.json');
const fileOf = (name: string) => join('/proc/sys', name);

/** Remembers the kernel settings that the nodes will change, once until they are put back. */
export function rememberTunables(): void {
  if (existsSync(record)) return;
  const values = names
    .filter((name) => existsSync(fileOf(name)))
    .map((name) => [name, readFileSync(fileOf(name), 'utf8').trim()]);
  writeAtomic(record, JSON.stringify(Object.fromEntries(values)));
}

/** Puts the kernel settings back as they were before the first node started. */
export function restoreTunables(): void {
  if (!existsSync(record)) return;
  const values = JSON.parse(readFileSync(record, 'utf8')) as Record<string, string>;
  for (const [name, value] of Object.entries(values)) writeFileSync(fileOf(name), value);
}
