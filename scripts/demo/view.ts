import type { KeyChanges } from './keys';

/** Ids cut to their first eight characters, wherever they stand in a text. */
export const cut = (text: string): string => text.replace(/([\w-]{8})[\w-]{35}/g, '$1…');

/** A time of day in UTC, `18:05:09`. @param milliseconds - since 1970 */
export const clock = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(11, 19);

/** A number of things: `1 session`, `2 sessions`. */
export const several = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;

// The library's own times are in microseconds.
const value = (name: string, text: string): string =>
  name === '@created' || name === '@used' ? clock(Number(text) / 1000) : text;

/** A record's fields for a person: `@user u1, device phone`. @param flat - names and values in turn */
export const fields = (flat: readonly string[]): string =>
  flat.flatMap((name, at) => (at % 2 === 0 ? [`${name} ${value(name, flat[at + 1] ?? '')}`] : [])).join(', ');

const width = 110;

/** A call as it is typed, on two lines where one would be long: keys, then arguments. Ids are cut. */
export function callLines(name: string, keys: readonly string[], args: readonly string[]): string[] {
  const first = cut(['FCALL', name, keys.length, ...keys].join(' '));
  const rest = cut(args.join(' '));
  const line = `${first} ${rest}`.trimEnd();
  return line.length <= width ? [line] : [first, `      ${rest}`];
}

/**
 * A table of what has become of keys, below a line of titles: `+` is new, `~` has changed, `-` is gone. A last line
 * counts the keys that are as they were. Ids are cut.
 */
export function keyTable({ changed, same }: KeyChanges): string[] {
  if (changed.length === 0) return [`  ${several(same, 'key')}, all as before`];
  const others = same === 0 ? [] : [`  ${several(same, 'other key')} as before`];
  const cells = [
    ['  key', 'type', 'TTL', 'content'],
    ...changed.flatMap(({ sign, row: { key, type, ttl, content } }) =>
      (sign === '-' ? [type === 'zset' ? 'no entry of the user' : 'gone'] : content).map((line, at) =>
        at > 0
          ? ['', '', '', line]
          : [`${sign} ${key}`, type, sign === '-' || ttl < 0 ? '' : `${ttl} s`, line],
      ),
    ),
  ].map((row) => row.map(cut));
  const widths = [0, 1, 2].map((column) => Math.max(...cells.map((row) => row[column]!.length)));
  const lines = cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return [...lines, ...others];
}
