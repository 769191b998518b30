// Prints what previews found as Markdown, from the engine's logs of events; fails where an update may not be made.
// Usage: preview.ts FOLDER, which has a file STACK.jsonl for each stack.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { previewOf } from './preview/events';
import { report } from './preview/report';

const [folder = 'results/preview'] = process.argv.slice(2);
const previews = readdirSync(folder)
  .flatMap((file) => /^(.+)\.jsonl$/.exec(file)?.[1] ?? [])
  .map((stack) => previewOf(stack, readFileSync(join(folder, `${stack}.jsonl`), 'utf8')));
if (previews.length === 0) throw new Error(`no stack was previewed: ${folder} has no file STACK.jsonl`);
const text = report(previews);
writeFileSync(join(folder, 'report.md'), text);
console.log(text);
process.exitCode = previews.every(({ passed }) => passed) ? 0 : 1;
