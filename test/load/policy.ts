// `make bench-policy`: what the policy pack adds to the preview of stack prod, as new and without a cluster.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { preview } from '../../local/engine/preview';
import { paths } from '../../local/paths';
import { previewOf } from '../../scripts/preview/events';

const events = join(paths.results, 'policy.jsonl');

async function seconds(policy: boolean): Promise<number> {
  const began = performance.now();
  const failed = await preview({ stack: 'prod', events, policy });
  if (failed !== undefined) throw new Error(`the preview failed:\n${failed}`);
  return (performance.now() - began) / 1000;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

async function main(pairs: number): Promise<void> {
  const without: number[] = [];
  const withPack: number[] = [];
  console.log('pair   without      with   ratio');
  for (let nth = 0; nth < pairs; nth++) {
    // Who is first gains or loses by what the other leaves in caches: each is first in half of the pairs.
    for (const policy of nth % 2 === 0 ? [false, true] : [true, false])
      (policy ? withPack : without).push(await seconds(policy));
    const [a = 0, b = 0] = [without.at(-1), withPack.at(-1)];
    console.log(
      `${String(nth + 1).padStart(4)}${a.toFixed(2).padStart(10)}${b.toFixed(2).padStart(10)}${(b / a).toFixed(2).padStart(8)}`,
    );
  }
  const { changes } = previewOf('prod', readFileSync(events, 'utf8'));
  const result = {
    resources: changes.length,
    pairs,
    without_s: median(without),
    with_s: median(withPack),
    ratio: median(withPack.map((time, nth) => time / without[nth]!)),
    share: 1 - median(without) / median(withPack),
  };
  mkdirSync(paths.results, { recursive: true });
  writeFileSync(join(paths.results, 'policy.json'), `${JSON.stringify(result, null, 2)}\n`);
  console.log(
    `${result.resources} resources: the pack is ${(100 * result.share).toFixed(0)} % of the preview's ${result.with_s.toFixed(1)} s; ` +
      `median of the pairs' ratios ${result.ratio.toFixed(2)}`,
  );
}

const { values } = parseArgs({ options: { pairs: { type: 'string', default: '6' } } });
void main(Number(values.pairs));
