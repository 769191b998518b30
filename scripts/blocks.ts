/**
 * A document with its blocks made anew. A block stands between `<!-- from WHAT -->` and `<!-- end -->`.
 *
 * @param path - of the document, for the error
 * @param text - the document as it is
 * @param block - gives what is to stand in a block, by WHAT
 * @throws Error when there is no block
 */
export function withBlocks(path: string, text: string, block: (what: string) => string): string {
  const blocks = /(<!-- from (\S+) -->\n)[\s\S]*?(\n<!-- end -->)/g;
  if (!blocks.test(text)) throw new Error(`${path} has no block \`<!-- from WHAT -->\``);
  return text.replace(
    blocks,
    (_, begin: string, what: string, end: string) => `${begin}\n${block(what)}${end}`,
  );
}
