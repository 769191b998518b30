import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import versions from '../../versions.json';
import { kubectl, ownStack, type OwnStack, tryKubectl } from './support/platform';

jest.setTimeout(300_000);

const namespace = 'session-database-operator';
const kinds = ['podmonitors', 'prometheusrules'];
let definitions: string;
let stack: OwnStack;

/** The operator's own definitions of its resource types, from its Go module. */
function ownDefinitions(): string {
  const module = `github.com/prometheus-operator/prometheus-operator@v${versions.prometheusOperator}`;
  const text = execFileSync('go', ['mod', 'download', '-json', module], { encoding: 'utf8', cwd: tmpdir() });
  const { Dir: folder } = JSON.parse(text) as { Dir: string };
  const crds = join(folder, 'example', 'prometheus-operator-crd');
  return kinds
    .map((kind) => readFileSync(join(crds, `monitoring.coreos.com_${kind}.yaml`), 'utf8'))
    .join('\n---\n');
}

beforeAll(async () => {
  definitions = ownDefinitions();
  await kubectl('apply --server-side -f -', definitions);
  await kubectl(
    `wait --for=condition=Established --timeout=60s crd ${kinds.map((kind) => `${kind}.monitoring.coreos.com`).join(' ')}`,
  );
  stack = await ownStack({
    environment: 'dev',
    namespace,
    tls: { enabled: true },
    monitoring: { mode: 'operator' },
  });
  const { code, text } = await stack.pulumi('up --yes --skip-preview');
  if (code !== 0) throw new Error(text);
});
afterAll(async () => {
  await stack.pulumi('destroy --yes --skip-preview');
  stack.remove();
  await tryKubectl('delete -f -', definitions);
});

const names = async (kind: string): Promise<string[]> =>
  (await kubectl(`get ${kind} -n ${namespace} -o name`)).trim().split('\n').sort();

test("the operator's own definitions take every object, and leave nothing of it out", async () => {
  expect(await names('podmonitors')).toEqual(['podmonitor.monitoring.coreos.com/session-database-redis']);
  expect(await names('prometheusrules')).toEqual(['prometheusrule.monitoring.coreos.com/session-database']);
  const rule = JSON.parse(await kubectl(`get prometheusrule session-database -n ${namespace} -o json`)) as {
    spec: { groups: { name: string; interval?: string; rules: { alert?: string; expr: string }[] }[] };
  };
  const rules = rule.spec.groups.flatMap((group) => group.rules);
  expect(rules.filter(({ alert }) => alert !== undefined).length).toBeGreaterThan(35);
  expect(
    rules.filter(({ expr }) => !expr.includes(`namespace="${namespace}"`) && /\w+\{/.test(expr)),
  ).toEqual([]);
  expect(rule.spec.groups.find(({ name }) => name === 'session-database-availability')?.interval).toBe('5s');
});

test('dashboards are there for the sidecar of Grafana, and no server of the platform’s own is', async () => {
  const found = await kubectl(`get configmaps -n ${namespace} -l grafana_dashboard=1 -o name`);
  expect(found.trim().split('\n')).toHaveLength(4);
  expect((await kubectl(`get statefulsets,deployments -n ${namespace} -o name`)).trim()).toBe(
    'statefulset.apps/redis',
  );
});

test('a second `up` changes nothing', async () => {
  const { code, text } = await stack.pulumi('up --yes --skip-preview --expect-no-changes');
  expect(text).toMatch(/\d+ unchanged/);
  expect(code).toBe(0);
});
