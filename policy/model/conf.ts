/**
 * The directives of a configuration file as Redis reads it: what each says last, by its name in lower case.
 *
 * Of those that add up (`save`, `sentinel`, `client-output-buffer-limit`) it has the last alone. Quotes around a whole value
 * are left out; a directive without a value is an empty text.
 */
export function directivesOf(text: string): ReadonlyMap<string, string> {
  const directives = new Map<string, string>();
  for (const line of text.split('\n')) {
    // A # that is no line's beginning is part of a value.
    const [, name, value = ''] = /^\s*([^\s#]\S*)(?:\s+(.*?))?\s*$/.exec(line) ?? [];
    if (name !== undefined) directives.set(name.toLowerCase(), unquoted(value));
  }
  return directives;
}

const unquoted = (value: string): string => /^"([^"]*)"$|^'([^']*)'$/.exec(value)?.slice(1).join('') ?? value;
