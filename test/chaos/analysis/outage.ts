import type { Ack } from './history';

/**
 * The longest time without an acknowledged write, in milliseconds, that ends after the fault began. A gap that is still
 * open counts to the end of the load.
 * @param acks - in the order of time
 */
export function outage(acks: readonly Pick<Ack, 'at'>[], faultAt: number, endAt: number): number {
  let longest = 0;
  let last: number | undefined;
  for (const { at } of [...acks, { at: endAt }]) {
    // Without any write before, the fault is where it begins.
    if (at > faultAt) longest = Math.max(longest, at - (last ?? faultAt));
    last = at;
  }
  return longest;
}

/** {@link outage} of the acknowledgements of each group. */
export function outagesBy<Key extends string>(
  acks: readonly Ack[],
  keyOf: (ack: Ack) => Key,
  keys: readonly Key[],
  faultAt: number,
  endAt: number,
): Readonly<Record<Key, number>> {
  const groups = new Map<Key, Ack[]>(keys.map((key) => [key, []]));
  for (const ack of acks) groups.get(keyOf(ack))?.push(ack);
  return Object.fromEntries([...groups].map(([key, own]) => [key, outage(own, faultAt, endAt)])) as Record<
    Key,
    number
  >;
}
