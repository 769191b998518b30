import { kubectl } from '../../local/cluster/cluster';
import { healAll } from '../../local/commands/faults';
import { caseResult, type CaseResult, type RunResult } from './analysis/report';
import { type CaseName, cases } from './cases';
import { broken } from './cases/case';
import { tlsAttempts } from './cases/tls';
import { Inside } from './inside';
import type { AskPlan } from './inside/ask';
import { PrometheusOf } from '../cluster/support/monitoring';
import { randomFaults, randomLimits } from './random';
import { run } from './run';
import { Deployed } from './systems/deployed';

jest.setTimeout(600_000);

let stack: Deployed;
beforeAll(async () => {
  stack = await Deployed.open('staging');
});
afterAll(async () => {
  await healAll();
  await stack.close();
});

/** Runs a case as `make chaos` does, but fewer times. */
async function shown(name: CaseName, runs: number): Promise<CaseResult> {
  const results: RunResult[] = [];
  for (let turn = 0; turn < runs; turn++) results.push(await run(stack, cases[name].fault(stack)));
  return caseResult(results);
}

test('every pod answers reads, by one address', async () => {
  const get = ['get', 'service', 'redis-read', '-n', stack.namespace, '-o', 'jsonpath={.spec.clusterIP}'];
  const server = { name: 'redis-read', host: await kubectl(get), port: 6379 };
  const plan: AskPlan = {
    place: stack.place,
    server,
    command: ['ROLE'],
    servername: `redis-read.${stack.namespace}.svc`,
  };
  const roles = new Set<string>();
  for (let turn = 0; turn < 30 && roles.size < 2; turn++) {
    const ask = await Inside.start(stack, 'ask.ts', plan, (line) =>
      roles.add((JSON.parse(line) as [string])[0]),
    );
    await ask.stop();
  }
  expect([...roles].sort()).toEqual(['master', 'slave']);
});

// The bounds of `make chaos` are for a machine that does nothing else; these hold on a busy one, too.
test('a killed master is replaced within seconds, and no write that a replica had is lost', async () => {
  const result = await shown('kill', 3);
  expect(result).toMatchObject({ runs: 3, lost_waited: 0, masters_max: 1 });
  expect(Object.keys(result.kinds)).toEqual(['sentinel', 'follow', 'proxy']);
  expect(result.p95_s).toBeLessThan(6);
});

test('a planned switchover loses nothing, and clients wait for seconds at most', async () => {
  const result = await shown('switchover', 2);
  expect(result).toMatchObject({ runs: 2, lost_waited: 0, lost_unwaited: 0, masters_max: 1 });
  expect(result.p95_s).toBeLessThan(6);
});

test('a master that was cut off comes back as a replica, and no write that a replica had is lost', async () => {
  expect(await shown('partition', 1)).toMatchObject({ runs: 1, lost_waited: 0 });
});

test('a master that comes back with an empty volume empties nobody else', async () => {
  const result = await shown('emptyvolume', 1);
  expect(result).toMatchObject({ runs: 1, lost_waited: 0, masters_max: 1 });
  expect(result.p95_s).toBeLessThan(6);
});

test('Sentinels that have lost all they knew find the master, and replace it when it is killed', async () => {
  expect(await shown('sentinelwipe', 1)).toMatchObject({ runs: 1, lost_waited: 0, masters_max: 1 });
});

test('five minutes of faults at random lose nothing that replicas had, and wake nobody', async () => {
  const begun = Date.now();
  const results: RunResult[] = [];
  await randomFaults(stack, 300, (_, result) => results.push(result));
  expect(broken(caseResult(results), randomLimits)).toEqual([]);
  const seconds = (Date.now() - begun) / 1000;
  const prometheus = await PrometheusOf.open('staging');
  const woken = await prometheus.fired(seconds, 'severity="critical"').finally(() => prometheus.close());
  // The harness takes its thousands of sessions away after each case, which is a mass logout.
  expect(woken.map(({ alertname }) => alertname).filter((name) => name !== 'MassLogout')).toEqual([]);
});

test('nobody is served without TLS, or with certificates of another authority', async () => {
  expect(await tlsAttempts(stack)).toEqual({
    'the right certificate': 'served',
    plaintext: 'refused',
    'a server of an authority that the client does not trust': 'refused',
    'TLS 1.1': 'refused',
    "a foreign authority's certificate": 'refused',
    'no certificate': 'refused',
    'an expired certificate': 'refused',
  });
});
