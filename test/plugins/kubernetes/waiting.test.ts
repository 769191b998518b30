import type { Properties } from '../../../local/plugins/protocol/values';
import { PluginUnderTest, urnOf } from '../harness';
import { Cluster } from './support/cluster';
import { failure, programsIn } from './support/programs';

const DEPLOYMENT = 'kubernetes:apps/v1:Deployment';
const JOB = 'kubernetes:batch/v1:Job';
const POD = 'kubernetes:core/v1:Pod';
const SERVICE = 'kubernetes:core/v1:Service';
const CLAIM = 'kubernetes:core/v1:PersistentVolumeClaim';
const STATEFUL_SET = 'kubernetes:apps/v1:StatefulSet';

jest.setTimeout(120_000);

const cluster = new Cluster();
const { namespace } = cluster;
const { pathOf, statefulSet } = programsIn(namespace);
let plugin: PluginUnderTest;

beforeAll(async () => {
  plugin = await PluginUnderTest.start('kubernetes');
  await plugin.configure();
  await cluster.setUp({ 'pod-security.kubernetes.io/enforce': 'restricted' });
});
afterAll(async () => {
  await plugin.stop();
  await cluster.tearDown();
});

const SERVER = ['redis-server', '--save', '', '--dir', '/tmp'];

function podSpec(command: readonly string[], overrides: Properties = {}): Properties {
  return {
    terminationGracePeriodSeconds: 0,
    securityContext: { runAsNonRoot: true, runAsUser: 999, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'main',
        image: 'docker.io/library/redis:8.0.2',
        imagePullPolicy: 'IfNotPresent',
        command,
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        readinessProbe: { exec: { command: ['redis-cli', 'ping'] }, periodSeconds: 1 },
      },
    ],
    ...overrides,
  };
}

function workload(name: string, spec: Properties, metadata: Properties = {}): Properties {
  const template = { metadata: { labels: { app: name } }, spec };
  return {
    metadata: { namespace, name, ...metadata },
    spec: { replicas: 1, selector: { matchLabels: { app: name } }, template },
  };
}

function job(name: string, command: readonly string[]): Properties {
  const template = { spec: podSpec(command, { restartPolicy: 'Never' }) };
  return { metadata: { namespace, name }, spec: { backoffLimit: 0, template } };
}

const statusOf = (outputs: Properties): Properties => outputs['status'] as Properties;

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let round = 0; round < 200; round += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('what was waited for did not come');
}

it('waits for the pods of a Deployment, and says so meanwhile', async () => {
  const urn = urnOf(DEPLOYMENT, 'ready');
  const made = await plugin.make(urn, workload('ready', podSpec(SERVER)));
  expect(statusOf(made.outputs)['availableReplicas']).toBe(1);
  const lines = plugin.lines.filter((line) => line.urn === urn);
  expect(lines).not.toHaveLength(0);
  expect(lines.every((line) => line.ephemeral && /^$|^\[[12]\/2\] /.test(line.message))).toBe(true);

  // A new revision is waited for as well, and the old one's pods are gone then.
  const changed = workload('ready', podSpec([...SERVER, '--maxclients', '99']));
  const updated = await plugin.update(made, await plugin.check(urn, changed, made.inputs));
  expect(statusOf(updated.outputs)).toMatchObject({ replicas: 1, updatedReplicas: 1, availableReplicas: 1 });
  await plugin.delete(updated);
});

it('waits for every pod of a StatefulSet', async () => {
  const { spec } = workload('set', podSpec(SERVER)) as { spec: Properties };
  const made = await plugin.make(urnOf(STATEFUL_SET, 'set'), statefulSet('set', { ...spec, replicas: 2 }));
  expect(statusOf(made.outputs)).toMatchObject({ replicas: 2, readyReplicas: 2 });
  await plugin.delete(made);
});

it('waits until a Job has succeeded', async () => {
  const made = await plugin.make(urnOf(JOB, 'done'), job('done', ['redis-cli', '--version']));
  expect(statusOf(made.outputs)['succeeded']).toBe(1);
});

it('says with which exit code a Job failed, keeps it in the state, and tries again', async () => {
  const urn = urnOf(JOB, 'fails');
  const news = await plugin.check(urn, job('fails', ['sh', '-c', 'exit 3']));
  const error = await failure(plugin.create(urn, news));
  expect(error.message).toContain('was successfully created, but');
  expect(error.message).toContain('BackoffLimitExceeded');
  expect(error.message).toContain('exited with code 3');
  expect(error.partial?.id).toBe(`${namespace}/fails`);
  const outputs = error.partial?.outputs ?? {};
  expect(outputs).toMatchObject({ kind: 'Job', __inputs: { kind: 'Job' } });
  const again = await failure(plugin.update({ urn, id: `${namespace}/fails`, inputs: news, outputs }, news));
  expect(again.message).toContain('exited with code 3');
});

it('names what keeps a container from running when time is up', async () => {
  const spec = podSpec(['no-such-command']);
  const error = await failure(
    plugin.make(urnOf(POD, 'broken'), { metadata: { namespace, name: 'broken' }, spec }, { timeout: 8 }),
  );
  expect(error.message).toMatch(/no-such-command|RunContainerError|StartError|CrashLoopBackOff/);
  expect(error.partial?.id).toBe(`${namespace}/broken`);
});

it('names the admission that refuses the pods of a Deployment', async () => {
  const spec = podSpec(SERVER, { hostNetwork: true });
  const error = await failure(
    plugin.make(urnOf(DEPLOYMENT, 'refused'), workload('refused', spec), { timeout: 5 }),
  );
  expect(error.message).toContain('timed out after 5 s');
  expect(error.message).toContain(
    'violates PodSecurity "restricted:latest": host namespaces (hostNetwork=true)',
  );
});

it('refuses a pod in the words of the admission', async () => {
  const spec = podSpec(SERVER, { hostNetwork: true });
  const urn = urnOf(POD, 'privileged');
  const error = await failure(plugin.make(urn, { metadata: { namespace, name: 'privileged' }, spec }));
  expect(error.partial).toBeUndefined();
  expect(error.message).toContain('violates PodSecurity "restricted:latest"');
});

it('waits until a Service has somewhere to send traffic to, and not for a headless one', async () => {
  const service = (name: string, spec: Properties = {}): Properties => ({
    metadata: { namespace, name },
    spec: { selector: { app: 'served' }, ports: [{ port: 6379 }], ...spec },
  });
  const headless = await plugin.make(urnOf(SERVICE, 'headless'), service('headless', { clusterIP: 'None' }));
  expect(headless.id).toBe(`${namespace}/headless`);
  const urn = urnOf(SERVICE, 'served');
  const error = await failure(plugin.make(urn, service('served'), { timeout: 2 }));
  expect(error.message).toContain('[1/3] Finding Pods to direct traffic to');

  const pod = { metadata: { namespace, name: 'served', labels: { app: 'served' } }, spec: podSpec(SERVER) };
  const resource = {
    urn,
    id: `${namespace}/served`,
    inputs: await plugin.check(urn, service('served')),
    outputs: error.partial?.outputs ?? {},
  };
  const [updated] = await Promise.all([
    plugin.update(resource, resource.inputs),
    plugin.make(urnOf(POD, 'served'), pod),
  ]);
  expect(updated.outputs['kind']).toBe('Service');
});

it('leaves a claim to its first consumer when the storage class does, and says what a pending one waits for', async () => {
  const claim = (name: string, spec: Properties = {}): Properties => ({
    metadata: { namespace, name },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '16Mi' } }, ...spec },
  });
  const made = await plugin.make(urnOf(CLAIM, 'first'), claim('first'));
  expect(statusOf(made.outputs)['phase']).toBe('Pending');
  const lost = claim('none', { storageClassName: 'no-such-class' });
  const error = await failure(plugin.make(urnOf(CLAIM, 'none'), lost, { timeout: 3 }));
  expect(error.message).toContain('to be bound (Pending)');
});

it('waits for nothing when the annotation says so, and for what it says otherwise', async () => {
  const spec = podSpec(['redis-cli', '--version'], { restartPolicy: 'Never' });
  const pod = (name: string, annotation: Properties): Properties => ({
    metadata: { namespace, name, annotations: annotation },
    spec,
  });
  const hurried = await plugin.make(
    urnOf(POD, 'hurried'),
    pod('hurried', { 'pulumi.com/skipAwait': 'true' }),
  );
  expect(statusOf(hurried.outputs)['phase']).toBe('Pending');
  const waitFor = JSON.stringify(['jsonpath={.status.phase}=Succeeded', 'condition=Initialized']);
  const patient = await plugin.make(urnOf(POD, 'patient'), pod('patient', { 'pulumi.com/waitFor': waitFor }));
  expect(statusOf(patient.outputs)['phase']).toBe('Succeeded');
});

it('finds an object that is no longer ready when it refreshes', async () => {
  const urn = urnOf(POD, 'failing');
  const made = await plugin.make(urn, { metadata: { namespace, name: 'failing' }, spec: podSpec(SERVER) });
  await cluster.patch(pathOf('pods', 'failing'), { spec: { activeDeadlineSeconds: 1 } });
  await until(
    async () => statusOf((await cluster.get(pathOf('pods', 'failing'))) as Properties)['phase'] === 'Failed',
  );
  const error = await failure(plugin.read(made));
  expect(error.partial?.id).toBe(made.id);
  expect(error.message).toContain('DeadlineExceeded');
});

it('ends the wait when the run is cancelled, and keeps what was made', async () => {
  const impatient = await PluginUnderTest.start('kubernetes');
  await impatient.configure();
  const spec = podSpec(['sleep', '600']);
  const making = failure(
    impatient.make(urnOf(POD, 'cancelled'), { metadata: { namespace, name: 'cancelled' }, spec }),
  );
  await until(() => impatient.lines.length > 0);
  await impatient.cancel();
  const error = await making;
  expect(error.message).toContain('the run was cancelled');
  expect(error.partial?.id).toBe(`${namespace}/cancelled`);
  await impatient.stop();
});
