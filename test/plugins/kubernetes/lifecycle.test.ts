import { plainProperties, Secret, type Properties } from '../../../local/plugins/protocol/values';
import { PluginUnderTest, urnOf } from '../harness';
import { Cluster } from './support/cluster';
import { checkedDiff, CONFIG_MAP, failure, programsIn, SECRET, STATEFUL_SET } from './support/programs';

const cluster = new Cluster();
const { namespace } = cluster;
const { configMap, pathOf, statefulSet, statefulSetPath } = programsIn(namespace);
let plugin: PluginUnderTest;

beforeAll(async () => {
  plugin = await PluginUnderTest.start('kubernetes');
  await plugin.configure();
  await cluster.setUp();
});
afterAll(async () => {
  await plugin.stop();
  await cluster.tearDown();
});

describe('names', () => {
  it('adds eight hex digits to the name of a resource without one, and says so in an annotation', async () => {
    const inputs = await plugin.check(urnOf(CONFIG_MAP, 'settings'), { metadata: { namespace } });
    const metadata = inputs['metadata'] as Properties;
    expect(metadata['name']).toMatch(/^settings-[0-9a-f]{8}$/);
    expect(metadata['annotations']).toEqual({ 'pulumi.com/autonamed': 'true' });
  });

  it('keeps the name that the resource has', async () => {
    const urn = urnOf(CONFIG_MAP, 'kept');
    const olds = await plugin.check(urn, { metadata: { namespace } });
    expect(await plugin.check(urn, { metadata: { namespace } }, olds, 'another seed')).toEqual(olds);
  });

  it('leaves given names alone', async () => {
    const inputs = await plugin.check(urnOf(CONFIG_MAP, 'x'), configMap({ a: 'b' }, 'given'));
    expect(inputs['metadata']).toEqual({ name: 'given', namespace });
  });

  it("puts objects without a namespace into the kubeconfig's, or default", async () => {
    const inputs = await plugin.check(urnOf(CONFIG_MAP, 'x'), { metadata: { name: 'given' } });
    expect(inputs).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'given', namespace: 'default' },
    });
  });
});

describe('create', () => {
  it('makes the object and keeps what later operations need', async () => {
    const made = await plugin.make(urnOf(CONFIG_MAP, 'made'), configMap({ key: 'value' }, 'made'));
    expect(made.id).toBe(`${namespace}/made`);
    expect(made.outputs).toMatchObject({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      data: { key: 'value' },
      __initialApiVersion: 'v1',
      __inputs: made.inputs,
    });
    expect(made.outputs['__fieldManager']).toMatch(/^pulumi-kubernetes-[0-9a-f]{8}$/);
    expect(Object.keys(made.outputs).sort()).toEqual(
      ['__fieldManager', '__initialApiVersion', '__inputs', 'apiVersion', 'data', 'kind', 'metadata'].sort(),
    );
    const metadata = made.outputs['metadata'] as Properties;
    expect(Object.keys(metadata).sort()).toEqual(
      ['creationTimestamp', 'name', 'namespace', 'resourceVersion', 'uid'].sort(),
    );
  });

  it('refuses an object that exists, and says what can be done', async () => {
    await cluster.create(`/api/v1/namespaces/${namespace}/configmaps`, { metadata: { name: 'theirs' } });
    const error = await failure(plugin.make(urnOf(CONFIG_MAP, 'ours'), configMap({ a: 'b' }, 'theirs')));
    expect(error.partial).toBeUndefined();
    expect(error.message).toContain('was not successfully created by the Kubernetes API server');
    expect(error.message).toContain('configmaps "theirs" already exists');
    expect(error.message).toContain('pulumi import');
    expect((await cluster.get(pathOf('configmaps', 'theirs')))?.['data']).toBeUndefined();
  });

  it('waits for a namespace that another resource is just making', async () => {
    const late = `${namespace}-late`;
    const making = plugin.make(urnOf(CONFIG_MAP, 'late'), { metadata: { namespace: late, name: 'late' } });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await cluster.create('/api/v1/namespaces', { metadata: { name: late } });
    expect((await making).id).toBe(`${late}/late`);
    await cluster.delete(`/api/v1/namespaces/${late}`);
  });

  it("passes the server's words on an invalid object on", async () => {
    const invalid = statefulSet('invalid', { selector: { matchLabels: { app: 'other' } } });
    const error = await failure(plugin.make(urnOf(STATEFUL_SET, 'invalid'), invalid));
    expect(error.message).toContain('`selector` does not match template `labels`');
  });
});

describe('secrets', () => {
  it('turns stringData into data, secret in inputs and outputs', async () => {
    const urn = urnOf(SECRET, 'secret');
    const news = { metadata: { namespace, name: 'secret' }, stringData: { password: new Secret('hunter2') } };
    const made = await plugin.make(urn, news);
    const data = new Secret({ password: Buffer.from('hunter2').toString('base64') });
    expect(made.inputs['stringData']).toBeUndefined();
    expect(made.inputs['data']).toEqual(data);
    expect(made.outputs['data']).toEqual(data);
    expect((made.outputs['__inputs'] as Properties)['data']).toEqual(data);
    expect((await checkedDiff(plugin, made, news)).changes).toBe('none');
  });

  it('keeps as secret what was secret in the inputs of any kind', async () => {
    const made = await plugin.make(
      urnOf(CONFIG_MAP, 'half'),
      configMap({ a: new Secret('x'), b: 'y' }, 'half'),
    );
    expect(made.outputs['data']).toEqual({ a: new Secret('x'), b: 'y' });
    expect((made.outputs['__inputs'] as Properties)['data']).toEqual({ a: new Secret('x'), b: 'y' });
  });
});

describe('update', () => {
  it('changes the object in place by server-side apply, as the manager that made it', async () => {
    const urn = urnOf(STATEFUL_SET, 'grown');
    const made = await plugin.make(urn, statefulSet('grown', { minReadySeconds: 5 }));
    const news = await plugin.check(urn, statefulSet('grown'), made.inputs);
    const updated = await plugin.update(made, news);
    expect(updated.outputs['__fieldManager']).toBe(made.outputs['__fieldManager']);
    const live = await cluster.get(statefulSetPath('grown'));
    expect((live?.['spec'] as Properties)['minReadySeconds']).toBeUndefined();
    const managers = live?.metadata['managedFields'] as readonly { manager: string; operation: string }[];
    expect(managers.filter(({ manager }) => manager === made.outputs['__fieldManager'])).toMatchObject([
      { operation: 'Apply' },
    ]);
  });

  it('refuses to take a field back from another manager, keeps the state, and takes it when told to', async () => {
    const urn = urnOf(STATEFUL_SET, 'scaled');
    const made = await plugin.make(urn, statefulSet('scaled'));
    await cluster.patch(statefulSetPath('scaled'), { spec: { revisionHistoryLimit: 3 } }, 'someone');
    const wanted = { revisionHistoryLimit: 7 };
    const news = await plugin.check(urn, statefulSet('scaled', wanted), made.inputs);
    const error = await failure(plugin.update(made, news));
    expect(error.message).toContain('conflict with "someone"');
    expect(error.message).toContain('pulumi.com/patchForce');
    expect(error.partial?.id).toBe(made.id);
    expect(plainProperties(error.partial?.outputs ?? {})['__inputs']).toEqual(plainProperties(news));

    const forced = await plugin.check(
      urn,
      statefulSet('scaled', wanted, { annotations: { 'pulumi.com/patchForce': 'true' } }),
      made.inputs,
    );
    const updated = await plugin.update(made, forced);
    expect((updated.outputs['spec'] as Properties)['revisionHistoryLimit']).toBe(7);
  });

  it('leaves an ignored field to whoever manages it', async () => {
    const urn = urnOf(STATEFUL_SET, 'ignored');
    const made = await plugin.make(urn, statefulSet('ignored', { minReadySeconds: 1 }));
    await cluster.patch(statefulSetPath('ignored'), { spec: { minReadySeconds: 9 } }, 'someone');
    const news = await plugin.check(
      urn,
      statefulSet('ignored', { minReadySeconds: 1 }, { labels: { a: 'b' } }),
      made.inputs,
    );
    const updated = await plugin.update(made, news, { ignoreChanges: ['spec.minReadySeconds'] });
    expect((updated.outputs['spec'] as Properties)['minReadySeconds']).toBe(9);
    expect((updated.outputs['metadata'] as Properties)['labels']).toEqual({ a: 'b' });
    const fields = (await cluster.get(statefulSetPath('ignored')))?.metadata['managedFields'];
    const owners = (fields as readonly { manager: string; fieldsV1: unknown }[])
      .filter(({ fieldsV1 }) => JSON.stringify(fieldsV1).includes('f:minReadySeconds'))
      .map(({ manager }) => manager);
    expect(owners).toEqual(['someone']);
  });

  it('replaces data of a ConfigMap unless the provider is told that it may change', async () => {
    const news = configMap({ key: 'changed' }, 'mutable');
    const made = await plugin.make(urnOf(CONFIG_MAP, 'mutable'), configMap({ key: 'value' }, 'mutable'));
    expect((await checkedDiff(plugin, made, news)).replaces).toEqual(['data.key']);

    const lenient = await PluginUnderTest.start('kubernetes');
    await lenient.configure({ enableConfigMapMutable: 'true' });
    const checked = await lenient.check(made.urn, news, made.inputs);
    expect(await lenient.diff(made, checked)).toMatchObject({
      replaces: [],
      detailedDiff: { 'data.key': { kind: 'update', inputDiff: false } },
    });
    const updated = await lenient.update(made, checked);
    expect(updated.outputs['data']).toEqual({ key: 'changed' });
    await lenient.stop();
  });
});
