import { readingFunctions } from '../components/sessions/functions';
import { withBlocks } from './blocks';
import { calls, codes } from './reference';
import { table } from './table';

const languages: Readonly<Record<string, string>> = { mjs: 'js', py: 'python', go: 'go', java: 'java' };

/**
 * docs/connecting.md with its blocks made anew: the tables, and the examples as they are in their files.
 *
 * @param text - the document as it is
 * @param read - gives a file of the repository by its path
 */
export const connecting = (text: string, read: (path: string) => string): string =>
  withBlocks('docs/connecting.md', text, (what) => block(what, read));

function block(what: string, read: (path: string) => string): string {
  if (what === 'functions') return functions();
  if (what === 'codes') return table(['code', 'when', 'what to do'], codeRows());
  return `\`\`\`${languages[what.split('.').at(-1)!] ?? ''}\n${read(what)}\`\`\`\n`;
}

const code = (text: string): string => (text === '' ? '' : `\`${text}\``);

const codeRows = (): string[][] => Object.entries(codes).map(([name, texts]) => [code(name), ...texts]);

function functions(): string {
  const reads: readonly string[] = readingFunctions;
  const rows = Object.entries(calls).map(([name, { keys, args, reply, errors }]) => [
    code(name) + (reads.includes(name) ? ' (reads)' : ''),
    keys.map(code).join(' '),
    code(args),
    reply,
    errors.map(code).join(' '),
  ]);
  return table(['function', 'keys', 'arguments', 'reply', 'errors'], rows);
}
