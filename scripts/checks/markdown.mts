// Says which links of Markdown files lead nowhere. Standard input: JSON list of the files that there are, seen from this folder.
import { readFileSync } from 'node:fs';
import { dirname, posix } from 'node:path';
import GithubSlugger from 'github-slugger';
import { marked } from 'marked';

/** What of a Markdown text can be pointed to, and where it points. */
interface Page {
  readonly anchors: ReadonlySet<string>;
  readonly targets: readonly string[];
}

interface Inline {
  readonly type: string;
  readonly text?: string;
  readonly tokens?: readonly Inline[] | undefined;
}

/** The text of a heading without its marks. */
const plain = (tokens: readonly Inline[]): string =>
  tokens.map(({ tokens: inner, text = '' }) => (inner === undefined ? text : plain(inner))).join('');

/** Reads a Markdown text as GitHub shows it. */
function pageOf(text: string): Page {
  const slugger = new GithubSlugger();
  const anchors = new Set<string>();
  const targets: string[] = [];
  void marked.walkTokens(marked.lexer(text), (token) => {
    if (token.type === 'heading') anchors.add(slugger.slug(plain(token.tokens ?? [])));
    if (token.type === 'link' || token.type === 'image') targets.push(token.href as string);
    if (token.type !== 'html') return;
    for (const [, id = ''] of token.raw.matchAll(/\b(?:id|name)="([^"]+)"/g)) anchors.add(id);
    for (const [, target = ''] of token.raw.matchAll(/\b(?:href|src)="([^"]+)"/g)) targets.push(target);
  });
  return { anchors, targets };
}

/** The folders that a file is in. */
const foldersOf = (file: string): string[] => {
  const folder = dirname(file);
  return folder === '.' ? ['.'] : [folder, ...foldersOf(folder)];
};

/** A link's parts as they are meant; as they stand where they cannot be meant so. */
function decoded(target: string): string {
  try {
    return decodeURI(target);
  } catch {
    return target;
  }
}

const files = JSON.parse(readFileSync(0, 'utf8')) as string[];
const known = new Set(files.flatMap((file) => [file, ...foldersOf(file)]));
const pages = new Map(
  files.filter((file) => file.endsWith('.md')).map((file) => [file, pageOf(readFileSync(file, 'utf8'))]),
);
for (const [file, { targets }] of pages) {
  for (const target of targets) {
    // Elsewhere: https://…, mailto:…
    if (/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(target)) continue;
    const [path = '', anchor = ''] = decoded(target).split('#');
    const to = path === '' ? file : posix.join(dirname(file), path).replace(/(.)\/$/, '$1');
    const problem = !known.has(to)
      ? `there is no ${target}`
      : anchor !== '' && pages.get(to)?.anchors.has(anchor) === false
        ? `${to} has no heading #${anchor}`
        : undefined;
    if (problem === undefined) continue;
    console.log(`${file}: ${problem}`);
    process.exitCode = 1;
  }
}
