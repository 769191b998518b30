/**
 * An object like another one, but for one value: at the end of a path, whose objects are copies, too.
 *
 * Nothing beside the path is read. What a preview does not know stays unknown, and what is secret stays secret.
 */
export function changed<Of extends object>(
  of: Of,
  [key = '', ...rest]: readonly string[],
  change: (value: unknown) => unknown,
): Of {
  const before = (of as Readonly<Record<string, unknown>>)[key];
  const value = rest.length === 0 ? change(before) : changed(before ?? {}, rest, change);
  return Object.create(Object.prototype, {
    ...Object.getOwnPropertyDescriptors(of),
    [key]: { value, enumerable: true, writable: true, configurable: true },
  }) as Of;
}
