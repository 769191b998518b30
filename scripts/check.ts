// `make check`: the gates that every change passes. Usage: check.ts [--gates NAME,…] [--strict]
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { checkout } from '../local/paths';
import { gates } from './checks';
import type { Gate, Outcome } from './checks/gate';

const marks = { passed: '✔', failed: '✖', unchecked: '?' } as const;

/** The gates of a list of names; all for none. @throws Error that says which there are */
function chosen(names: string): readonly Gate[] {
  const wanted = names.split(',').filter((name) => name !== '');
  const unknown = wanted.filter((name) => !gates.some((gate) => gate.name === name));
  if (unknown.length > 0)
    throw new Error(
      `there is no gate ${unknown.join(', ')}; there are:\n${gates.map(({ name, about }) => `  ${name.padEnd(10)} ${about}`).join('\n')}`,
    );
  return wanted.length === 0 ? gates : gates.filter(({ name }) => wanted.includes(name));
}

/** A gate's outcome, also where it cannot even look. */
const outcomeOf = (gate: Gate): Promise<Outcome> =>
  gate.check(checkout).catch((error: unknown) => ({
    state: 'failed',
    output: error instanceof Error ? error.message : String(error),
  }));

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      gates: { type: 'string', default: '' },
      // For where everything can be checked: what was not counts as failed.
      strict: { type: 'boolean', default: false },
    },
  });
  const waiting = [...chosen(values.gates)];
  let failed = 0;
  const work = async (): Promise<void> => {
    for (let gate = waiting.shift(); gate !== undefined; gate = waiting.shift()) {
      const begun = Date.now();
      const { state, output } = await outcomeOf(gate);
      const seconds = ((Date.now() - begun) / 1000).toFixed(1);
      const note = state === 'unchecked' ? ', NOT CHECKED' : '';
      console.log(`${marks[state]} ${gate.name} ${seconds} s${note}`);
      if (state !== 'passed') console.log(output.trimEnd().replace(/^/gm, '    '));
      if (state === 'failed' || (state === 'unchecked' && values.strict)) failed++;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  process.exitCode = failed === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
});
