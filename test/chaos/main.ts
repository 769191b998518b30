// `make chaos` and `make bench-failover`: breaks a deployed stack in every way it knows, and tells what clients noticed.
import { mkdirSync, readFileSync, writeFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { healAll } from '../../local/commands/faults';
import { paths } from '../../local/paths';
import { late, raiseAll } from './alarm';
import { caseResult, type CaseResult, type RunResult } from './analysis/report';
import { alertsOf } from './analysis/runbooks';
import { caseNamed, cases } from './cases';
import { bareKill, bareSwitchover } from './cases/bare';
import { broken } from './cases/case';
import { tlsAttempts } from './cases/tls';
import { randomFaults, randomLimits } from './random';
import { run } from './run';
import { AlertReceiver } from './systems/alertReceiver';
import { Bare } from './systems/bare';
import { Deployed } from './systems/deployed';
import { OnCall } from './systems/onCall';
import { row, tableHead } from './table';

const file = join(paths.results, 'failover.json');
const problems: string[] = [];
/** The case whose alerts were judged before. */
let before: string | undefined;

function tell(text: string): void {
  console.log(`${new Date().toISOString().slice(11, 19)} ${text}`);
}

/** Adds a case's result to the file, which keeps what other cases showed. */
function keep(name: string, result: unknown): void {
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : {};
  mkdirSync(paths.results, { recursive: true });
  writeFileSync(file, `${JSON.stringify({ ...before, [name]: result }, null, 2)}\n`);
}

/** Shows a case's result and keeps it. @param told - alerts that people were told meanwhile */
function report(name: string, result: CaseResult, broke: readonly string[], told?: readonly string[]): void {
  keep(name, { ...result, ...(told && { alerts: told }) });
  console.log(`${tableHead}\n${row(name, result)}`);
  // What people are told of a case may reach them when the next one has begun.
  const explained = [name, before ?? name].flatMap(alertsOf);
  if (told) before = name;
  const strange = told?.filter((alert) => !explained.includes(alert)) ?? [];
  const found = [...broke, ...strange.map((alert) => `${alert} was told, whose page does not name it`)];
  found.forEach((problem) => problems.push(`${name}: ${problem}`));
  console.log(found.length === 0 ? `✔ ${name}` : `✖ ${name}: ${found.join('; ')}`);
}

const outagesOf = ({ outages }: RunResult): string =>
  Object.entries(outages)
    .map(([kind, outage]) => `${kind} ${(outage / 1000).toFixed(2)} s`)
    .join(', ');

/** Runs something that may fail as a whole; what it had shown until then is kept. */
async function attempt(name: string, body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    problems.push(`${name}: ${text.split('\n')[0]}`);
    console.log(`✖ ${name}: ${text}`);
    await healAll();
  }
}

async function runCase(
  stack: Deployed,
  onCall: OnCall,
  name: string,
  times: number | undefined,
): Promise<void> {
  const { title, runs, fault, limits, bare } = caseNamed(name);
  const own: RunResult[] = [];
  const others: RunResult[] = [];
  const count = times ?? runs;
  const since = Date.now();
  const peers = bare && (await Bare.start());
  try {
    for (let turn = 1; turn <= count; turn++) {
      const result = await run(stack, fault(stack));
      own.push(result);
      const lost = `lost ${result.lostWaited} + ${result.lostUnwaited} of ${result.acked}`;
      tell(`${name} ${turn}/${count} (${title}): ${outagesOf(result)}; ${lost}`);
      if (!peers) continue;
      // In turns, so that both meet the same machine.
      others.push(await run(peers, bare === 'kill' ? bareKill(peers) : bareSwitchover(peers)));
      tell(`${name} ${turn}/${count}, bare processes: ${outagesOf(others.at(-1)!)}`);
    }
  } finally {
    await peers?.remove();
    if (own.length > 0) {
      const result = caseResult(own, others);
      report(name, result, broken(result, limits), onCall.told(since));
    }
    if (others.length > 0) report(`bare-${name}`, caseResult(others), []);
  }
}

async function random(stack: Deployed, onCall: OnCall, seconds: number): Promise<void> {
  const results: RunResult[] = [];
  const since = Date.now();
  try {
    await randomFaults(stack, seconds, (name, result) => {
      results.push(result);
      const { lostWaited, lostUnwaited, acked } = result;
      tell(`random: ${name}: ${outagesOf(result)}; lost ${lostWaited} + ${lostUnwaited} of ${acked}`);
    });
  } finally {
    if (results.length > 0) {
      const result = caseResult(results);
      report('random', result, broken(result, randomLimits), onCall.told(since));
    }
  }
}

async function tls(stack: Deployed): Promise<void> {
  for (const [what, seen] of Object.entries(await tlsAttempts(stack))) {
    const right = seen === (what === 'the right certificate' ? 'served' : 'refused');
    console.log(`${right ? '✔' : '✖'} tls: ${what}: ${seen}`);
    if (!right) problems.push(`tls: ${what}: ${seen}`);
  }
}

async function alarmed(stack: Deployed): Promise<void> {
  const receiver = await AlertReceiver.open(stack);
  try {
    const { others, results } = await raiseAll(stack, receiver, (names) =>
      tell(`${names.join(', ')}: people were told`),
    );
    problems.push(...others);
    console.table(results);
    for (const { name, ...result } of results) keep(name, result);
    problems.push(...results.flatMap((one) => late(one)));
  } finally {
    await receiver.close();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      stack: { type: 'string', default: 'staging' },
      cases: { type: 'string', default: '' },
      runs: { type: 'string', default: '' },
      /** Of random faults. */
      seconds: { type: 'string', default: '3600' },
    },
  });
  const names =
    values.cases === '' ? [...Object.keys(cases), 'tls', 'random', 'alarms'] : values.cases.split(',');
  // A wrong name is told before anything is broken.
  for (const name of names) if (!['random', 'tls', 'alarms'].includes(name)) caseNamed(name);
  const runs = values.runs === '' ? undefined : Number(values.runs);
  if (runs !== undefined && !(Number.isInteger(runs) && runs > 0)) {
    throw new Error(`RUNS is a number of runs, not ${values.runs}`);
  }
  const stack = await Deployed.open(values.stack);
  const onCall = new OnCall(stack);
  tell(`${stack.name}: ${names.join(', ')}`);
  try {
    for (const name of names) {
      await attempt(name, () =>
        name === 'random'
          ? random(stack, onCall, Number(values.seconds))
          : name === 'tls'
            ? tls(stack)
            : name === 'alarms'
              ? alarmed(stack)
              : runCase(stack, onCall, name, runs),
      );
    }
  } finally {
    onCall.close();
    await stack.close();
  }
  console.log(
    problems.length === 0 ? `✔ all as it should be; ${file}` : `✖ ${problems.join('\n✖ ')}\n${file}`,
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
}

// What was started ends with this process. Nodes that are cut off stay so until `make heal`.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
