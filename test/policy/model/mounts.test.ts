import { configMapNamesOf, configMapsOf, dataOf, knownDataOf, textsOf } from '../../../policy/model/mounts';
import { unknownCheckingProxy } from '../../../policy/model/unknown';
import type { Resource } from '../../../policy/model/resource';
import { unknownStringValue as unknown } from '../support/unknown';

const object = (type: string, props: object): Resource => ({
  type: `kubernetes:${type}`,
  name: 'any',
  urn: 'any',
  props: unknownCheckingProxy({ ...props }),
  protect: false,
  ignoreChanges: [],
  timeouts: { create: 0, update: 0, delete: 0 },
});
const configMap = (name: string | undefined, data: object | string, namespace = 'a') =>
  object('core/v1:ConfigMap', { metadata: { namespace, ...(name === undefined ? {} : { name }) }, data });
const workload = (...volumes: object[]) =>
  object('apps/v1:Deployment', {
    metadata: { name: 'server', namespace: 'a' },
    spec: { template: { spec: { volumes } } },
  });

test('a volume has the ConfigMap that it names, and those that are projected into it', () => {
  expect(configMapNamesOf({ configMap: { name: 'one' } })).toEqual(['one']);
  const sources = [{ configMap: { name: 'two' } }, { secret: {} }, { configMap: {} }];
  expect(configMapNamesOf({ projected: { sources } })).toEqual(['two']);
  expect(configMapNamesOf({ name: 'data' })).toEqual([]);
  expect(configMapNamesOf({ projected: {} })).toEqual([]);
});

test("a workload's are those that its volumes name, of its own namespace", () => {
  const one = configMap('one', {});
  const two = configMap('two', {});
  const all = [
    one,
    two,
    configMap('three', {}),
    configMap(undefined, {}),
    configMap('one', {}, 'b'),
    object('core/v1:Secret', { metadata: { name: 'one', namespace: 'a' } }),
  ];
  const projected = { projected: { sources: [{ configMap: { name: 'two' } }] } };
  expect(configMapsOf(workload({ configMap: { name: 'one' } }, projected), all)).toEqual([one, two]);
  expect(configMapsOf(workload(), all)).toEqual([]);
  expect(configMapsOf(object('apps/v1:Deployment', { metadata: { namespace: 'a' } }), all)).toEqual([]);
  expect(configMapsOf(object('core/v1:Service', { metadata: { namespace: 'a' } }), all)).toEqual([]);
});

test('a workload without ConfigMaps asks nothing of those whose names are not known yet', () => {
  const all = [object('core/v1:ConfigMap', { metadata: unknown })];
  expect(configMapsOf(workload({ name: 'data', emptyDir: {} }), all)).toEqual([]);
  expect(() => configMapsOf(workload({ configMap: { name: 'one' } }), all)).toThrow("can't be known");
});

test('its texts are those of all files, or of those with an end; what is not known yet is empty', () => {
  const all = [
    configMap('one', { 'redis.conf': 'port 1', 'start.sh': 'exec', 'more.conf': unknown }),
    configMap('two', unknown),
    object('core/v1:ConfigMap', { metadata: { name: 'three', namespace: 'a' } }),
  ];
  const server = workload(...['one', 'two', 'three'].map((name) => ({ configMap: { name } })));
  expect(textsOf(server, all)).toEqual(['port 1', 'exec', '']);
  expect(textsOf(server, all, '.conf')).toEqual(['port 1', '']);
  expect(textsOf(server, all, '.txt', '.sh')).toEqual(['exec']);
});

test('an object without data has none', () => {
  expect(dataOf(configMap('one', { a: 'b' }))).toEqual({ a: 'b' });
  expect(dataOf(object('core/v1:ConfigMap', {}))).toEqual({});
  expect(knownDataOf(object('core/v1:Secret', { stringData: { a: 'b' } }), 'stringData')).toEqual({ a: 'b' });
  expect(knownDataOf(object('core/v1:Secret', { stringData: { a: 'b' } }))).toEqual({});
});
