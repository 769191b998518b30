import type { Ack } from './history';

/** A server that acknowledges nothing for so long has given the office up, in milliseconds. */
const pause = 1000;

/** A time in which a server acknowledged writes. */
export interface Tenure {
  readonly node: string;
  readonly from: number;
  readonly to: number;
}

/** When which server acknowledged writes. @param acks - in the order of time */
function tenures(acks: readonly Pick<Ack, 'at' | 'node'>[]): Tenure[] {
  const open = new Map<string, { node: string; from: number; to: number }>();
  const all: Tenure[] = [];
  for (const { at, node } of acks) {
    if (node === undefined) continue;
    const own = open.get(node);
    if (own && at - own.to <= pause) own.to = at;
    else {
      const next = { node, from: at, to: at };
      open.set(node, next);
      all.push(next);
    }
  }
  return all;
}

/**
 * The most servers that acknowledged writes at the same time: 1 where the office passed from one to the next; 2 where a
 * server still acknowledged a write after another had begun to.
 * @returns also for how many milliseconds there was more than one
 */
export function masters(acks: readonly Pick<Ack, 'at' | 'node'>[]): { most: number; splitMs: number } {
  const edges = tenures(acks)
    .flatMap(({ from, to }) => [
      { at: from, step: 1 },
      { at: to, step: -1 },
    ])
    // Whoever stops in the very moment in which another begins still was there.
    .sort((a, b) => a.at - b.at || b.step - a.step);
  let now = 0;
  let most = 0;
  let splitMs = 0;
  edges.forEach(({ at, step }, index) => {
    now += step;
    most = Math.max(most, now);
    if (now > 1) splitMs += (edges[index + 1]?.at ?? at) - at;
  });
  return { most, splitMs };
}
