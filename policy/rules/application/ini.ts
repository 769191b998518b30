/** What an INI file sets, as Grafana reads it: the values by `section.key`, in lower case; before a section by the key alone. */
export function settingsOf(text: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  let section = '';
  for (const line of text.split('\n')) {
    const [, heading] = /^\s*\[([^\]]+)\]/.exec(line) ?? [];
    if (heading !== undefined) section = `${heading.trim().toLowerCase()}.`;
    // A line that begins with ; or # is a comment.
    const [, key, value = ''] = /^\s*([^\s;#=[][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined) settings.set(`${section}${key.toLowerCase()}`, unquoted(value));
  }
  return settings;
}

const unquoted = (value: string): string => value.replace(/^(["'`])(.*)\1$/, '$2');
