import { isObject, Secret, UNKNOWN, type Properties } from '../../../local/plugins/protocol/values';
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

describe('refresh', () => {
  it('sees what somebody changed of our fields, and not what they added', async () => {
    const urn = urnOf(CONFIG_MAP, 'drifted');
    const made = await plugin.make(urn, configMap({ key: 'value' }, 'drifted'));
    await cluster.patch(pathOf('configmaps', 'drifted'), {
      data: { other: 'x' },
      metadata: { labels: { a: 'b' } },
    });
    const added = await plugin.read(made);
    expect(added?.inputs).toEqual(made.inputs);
    expect((await plugin.diff(added ?? made, made.inputs)).changes).toBe('none');

    await cluster.patch(pathOf('configmaps', 'drifted'), { data: { key: 'edited' } });
    const edited = await plugin.read(made);
    expect(edited?.inputs['data']).toEqual({ key: 'edited' });
    expect((await plugin.diff(edited ?? made, made.inputs)).replaces).toEqual(['data.key']);
    // Without a refresh nobody knows.
    expect((await plugin.diff(made, made.inputs)).changes).toBe('none');
  });

  it('keeps an edited Secret secret', async () => {
    const urn = urnOf(SECRET, 'edited');
    const made = await plugin.make(urn, { metadata: { namespace, name: 'edited' }, stringData: { a: 'x' } });
    await cluster.patch(pathOf('secrets', 'edited'), { data: { a: 'eQ==' } });
    const read = await plugin.read(made);
    expect(read?.inputs['data']).toEqual(new Secret({ a: 'eQ==' }));
    expect(read?.outputs['data']).toEqual(new Secret({ a: 'eQ==' }));
  });

  it('finds a deleted object gone', async () => {
    const made = await plugin.make(urnOf(CONFIG_MAP, 'gone'), configMap({}, 'gone'));
    await cluster.delete(pathOf('configmaps', 'gone'));
    expect(await plugin.read(made)).toBeUndefined();
  });

  it('imports an object with all that its maker said of it', async () => {
    await cluster.create(`/api/v1/namespaces/${namespace}/configmaps`, {
      metadata: { name: 'imported', labels: { a: 'b' } },
      data: { key: 'value' },
    });
    const urn = urnOf(CONFIG_MAP, 'imported');
    const imported = await plugin.import(urn, `${namespace}/imported`);
    expect(imported?.inputs).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'imported', namespace, labels: { a: 'b' } },
      data: { key: 'value' },
    });
    expect(await plugin.import(urn, `${namespace}/no-such`)).toBeUndefined();
  });
});

describe('previews', () => {
  it('are what the server would make of it, and make nothing', async () => {
    const urn = urnOf(STATEFUL_SET, 'planned');
    const inputs = await plugin.check(urn, statefulSet('planned'));
    const planned = await plugin.create(urn, inputs, { preview: true });
    expect(planned.id).toBe('');
    expect((planned.outputs['spec'] as Properties)['podManagementPolicy']).toBe('OrderedReady');
    expect(planned.outputs['status']).toBeUndefined();
    expect(await cluster.get(statefulSetPath('planned'))).toBeUndefined();
  });

  it('do not know what only a deployment can tell', async () => {
    const urn = urnOf('kubernetes:core/v1:Service', 'addressed');
    const spec = { ports: [{ port: 80 }] };
    const inputs = await plugin.check(urn, { metadata: { namespace, name: 'addressed' }, spec });
    const planned = await plugin.create(urn, inputs, { preview: true });
    expect(planned.outputs['spec']).toMatchObject({
      type: 'ClusterIP',
      clusterIP: UNKNOWN,
      clusterIPs: UNKNOWN,
    });
    expect(planned.outputs['metadata']).toMatchObject({ name: 'addressed', uid: UNKNOWN });
  });

  it('fail on a field that the kind does not have', async () => {
    const urn = urnOf(STATEFUL_SET, 'misspelt');
    const inputs = await plugin.check(urn, statefulSet('misspelt', { replica: 3 }));
    const error = await failure(plugin.create(urn, inputs, { preview: true }));
    expect(error.message).toContain('unknown field "spec.replica"');
  });

  it('fail on an invalid object', async () => {
    const urn = urnOf(STATEFUL_SET, 'wrong');
    const inputs = await plugin.check(
      urn,
      statefulSet('wrong', { selector: { matchLabels: { app: 'other' } } }),
    );
    const error = await failure(plugin.create(urn, inputs, { preview: true }));
    expect(error.message).toContain('`selector` does not match template `labels`');
  });

  it('are the inputs when these are not all known, or the namespace is not there yet', async () => {
    const urn = urnOf(CONFIG_MAP, 'unsure');
    for (const news of [
      configMap({ key: UNKNOWN }),
      { metadata: { namespace: `${namespace}-none`, name: 'x' } },
    ]) {
      const inputs = await plugin.check(urn, news);
      expect((await plugin.create(urn, inputs, { preview: true })).outputs).toEqual(inputs);
    }
  });

  it('only warn of an object that exists', async () => {
    await cluster.create(`/api/v1/namespaces/${namespace}/configmaps`, { metadata: { name: 'there' } });
    const urn = urnOf(CONFIG_MAP, 'there');
    const inputs = await plugin.check(urn, configMap({ a: 'b' }, 'there'));
    expect((await plugin.create(urn, inputs, { preview: true })).outputs).toEqual(inputs);
  });

  it('of updates say what would be, and change nothing', async () => {
    const urn = urnOf(STATEFUL_SET, 'foreseen');
    const made = await plugin.make(urn, statefulSet('foreseen', { minReadySeconds: 3 }));
    const news = await plugin.check(urn, statefulSet('foreseen', { minReadySeconds: 4 }), made.inputs);
    const planned = await plugin.update(made, news, { preview: true });
    expect((planned.outputs['spec'] as Properties)['minReadySeconds']).toBe(4);
    const uid = (made.outputs['metadata'] as Properties)['uid'];
    expect(planned.outputs['metadata']).toMatchObject({ uid, resourceVersion: UNKNOWN });
    const live = await cluster.get(statefulSetPath('foreseen'));
    expect((live?.['spec'] as Properties)['minReadySeconds']).toBe(3);
  });
});

describe('delete', () => {
  it('returns when the object is gone', async () => {
    const made = await plugin.make(urnOf(STATEFUL_SET, 'doomed'), statefulSet('doomed'));
    await plugin.delete(made);
    expect(await cluster.get(statefulSetPath('doomed'))).toBeUndefined();
  });

  it('is content with an object that is gone already', async () => {
    const made = await plugin.make(urnOf(CONFIG_MAP, 'lost'), configMap({}, 'lost'));
    await cluster.delete(pathOf('configmaps', 'lost'));
    await expect(plugin.delete(made)).resolves.toBeUndefined();
  });

  it('names the finalizer that holds the object when time is up', async () => {
    const made = await plugin.make(urnOf(CONFIG_MAP, 'held'), {
      metadata: { namespace, name: 'held', finalizers: ['conformance.test/held'] },
    });
    const error = await failure(plugin.delete(made, 1));
    await cluster.patch(pathOf('configmaps', 'held'), { metadata: { finalizers: null } });
    expect(error.message).toContain('ConfigMap');
    expect(error.message).toContain('conformance.test/held');
  });
});

describe('normal forms', () => {
  it('sees no difference between a quantity and its other spelling, nor in empty lists', async () => {
    const urn = urnOf('kubernetes:core/v1:ResourceQuota', 'quota');
    const hard = (memory: string): Properties => ({
      metadata: { namespace, name: 'quota' },
      spec: { hard: { 'limits.memory': memory } },
    });
    const made = await plugin.make(urn, hard('1024Mi'));
    expect(isObject(made.outputs['spec']) && made.outputs['spec']['hard']).toEqual({
      'limits.memory': '1Gi',
    });
    expect((await checkedDiff(plugin, made, hard('1024Mi'))).changes).toBe('none');

    const policy = urnOf('kubernetes:networking.k8s.io/v1:NetworkPolicy', 'policy');
    const spec = { podSelector: {}, policyTypes: ['Ingress'], ingress: [] };
    const denied = await plugin.make(policy, { metadata: { namespace, name: 'policy' }, spec });
    expect(
      (await checkedDiff(plugin, denied, { metadata: { namespace, name: 'policy' }, spec })).changes,
    ).toBe('none');
  });
});
