/**
 * Properties as a remediation gets them, but with arrays that can be read by their own methods.
 *
 * The SDK wraps them twice there, against unknown values and for secrets, and its wrapping of an array's constructor breaks
 * what JavaScript demands of a proxy: `map`, `filter` and the like throw a TypeError (@pulumi/policy 1.21.0). What is
 * unknown still throws, and what is copied whole stays secret.
 */
export function readable<Of>(of: Of): Of {
  if (typeof of !== 'object' || of === null) return of;
  return new Proxy(of, {
    get(target, key): unknown {
      if (key === 'constructor') return Array.isArray(target) ? Array : Object;
      const value = Reflect.get(target, key) as unknown;
      // By these the SDK finds what it has wrapped.
      return key === '__isSpecialProxy' || key === '__getSpecialProxyTarget' ? value : readable(value);
    },
  });
}
