/** Numbers of several runs. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle - 1)]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

/** The value below which a part of all values lies. @param part - such as 0.999 */
export function quantile(values: readonly number[], part: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!;
}

/** What a slice of time gave. */
export interface Rate {
  readonly perSecond: number;
  /** Microseconds of the server's main thread for one operation. */
  readonly serverMicroseconds: number;
  /** Part of the time that the server's main thread was busy. */
  readonly serverBusy: number;
}

/** True until a time is over, from now on. */
export function within(milliseconds: number): () => boolean {
  const until = performance.now() + milliseconds;
  return () => performance.now() < until;
}

/**
 * Does the operations of all connections, each as soon as its last one is answered, for as long as there are more to do.
 * @param cpuSeconds - of the server's main thread, until now
 */
export async function rate(
  operations: readonly (() => Promise<unknown>)[],
  more: () => boolean,
  cpuSeconds: () => Promise<number>,
): Promise<Rate> {
  const cpuBefore = await cpuSeconds();
  const began = performance.now();
  let done = 0;
  await Promise.all(
    operations.map(async (operation) => {
      while (more()) {
        await operation();
        done++;
      }
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  const cpu = (await cpuSeconds()) - cpuBefore;
  return { perSecond: done / seconds, serverMicroseconds: (cpu / done) * 1e6, serverBusy: cpu / seconds };
}

/** Something that is done for about so many milliseconds. */
export type Slice = (milliseconds: number) => Promise<Rate>;

/** Two ways to the same result, compared in one run. */
export interface Comparison {
  /** Throughput of the first as a part of that of the second: of each pair of slices. */
  readonly ratio: Spread;
  /** The same by the server's processor alone: what the ratio is where Redis, not the client, has no time left. */
  readonly cpuRatio: Spread;
  readonly first: Rate;
  readonly second: Rate;
}

const middle = (rates: readonly Rate[], of: keyof Rate) => spread(rates.map((rate) => rate[of])).median;
const typical = (rates: readonly Rate[]): Rate => ({
  perSecond: middle(rates, 'perSecond'),
  serverMicroseconds: middle(rates, 'serverMicroseconds'),
  serverBusy: middle(rates, 'serverBusy'),
});

/**
 * Compares two operations in slices that take turns, so that whatever else the machine does meets both alike.
 * @param pairs - slices of each; a first pair, which warms both up, is not counted
 */
export async function compare(
  first: Slice,
  second: Slice,
  pairs: number,
  sliceMilliseconds: number,
): Promise<Comparison> {
  const [ones, others]: [Rate[], Rate[]] = [[], []];
  for (let pair = -1; pair < pairs; pair++) {
    // Who begins changes, too.
    const order = pair % 2 === 0 ? [first, second] : [second, first];
    const rates = [await order[0]!(sliceMilliseconds), await order[1]!(sliceMilliseconds)];
    if (pair % 2 !== 0) rates.reverse();
    if (pair < 0) continue;
    ones.push(rates[0]!);
    others.push(rates[1]!);
  }
  return {
    ratio: spread(ones.map(({ perSecond }, at) => perSecond / others[at]!.perSecond)),
    cpuRatio: spread(
      ones.map(({ serverMicroseconds }, at) => others[at]!.serverMicroseconds / serverMicroseconds),
    ),
    first: typical(ones),
    second: typical(others),
  };
}
