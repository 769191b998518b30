import type { RunResult } from './analysis/report';
import { type CaseName, cases, randomCases } from './cases';
import type { Limits } from './cases/case';
import { run } from './run';
import type { Deployed } from './systems/deployed';

/** What no order of faults may break; two masters only as a partition has them, for writes that no replica has. */
export const randomLimits: Limits = { masters: 2 };

/**
 * Breaks a stack at random for some time, one fault after the other, each under load and with a look for every acknowledged
 * write.
 * @param onRun - told what each showed
 */
export async function randomFaults(
  stack: Deployed,
  seconds: number,
  onRun: (name: CaseName, result: RunResult) => void,
): Promise<void> {
  const until = Date.now() + seconds * 1000;
  while (Date.now() < until) {
    const name = randomCases[Math.floor(Math.random() * randomCases.length)]!;
    onRun(name, await run(stack, cases[name].fault(stack)));
  }
}
