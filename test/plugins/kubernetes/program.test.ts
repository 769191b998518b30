import { plainProperties, type Properties } from '../../../local/plugins/protocol/values';
import { PluginUnderTest, type Resource } from '../harness';
import { Cluster } from './support/cluster';
import { keyPaths, recorded, recordedState } from './support/recordings';

jest.setTimeout(120_000);

const RECORDED_NAMESPACE = 'off';
/** What depends on the moment, and not on who asked for the object. */
const VOLATILE = /^\.(status\b|metadata\.(annotations\.deployment|deletion|generateName))/;

const cluster = new Cluster();
const made = new Map<string, Resource>();
let plugin: PluginUnderTest;

/** The recorded program for the suite's namespace and the image that it has. */
function here(inputs: Properties): Properties {
  const text = JSON.stringify(inputs)
    .replaceAll(`"namespace":"${RECORDED_NAMESPACE}"`, `"namespace":"${cluster.namespace}"`)
    .replaceAll('docker.io/local/redis:1', 'docker.io/library/redis:8.0.2')
    .replaceAll('"imagePullPolicy":"Never"', '"imagePullPolicy":"IfNotPresent"');
  return JSON.parse(text) as Properties;
}

beforeAll(async () => {
  plugin = await PluginUnderTest.start('kubernetes');
  await plugin.configure();
  await cluster.setUp({ 'pod-security.kubernetes.io/enforce': 'restricted' });
  const resources = recordedState.filter(({ type }) => !type.endsWith(':Namespace'));
  await Promise.all(
    resources.map(async ({ type, name }) => {
      const { urn, inputs } = recorded(name, type.slice(type.lastIndexOf(':') + 1));
      const news = here(inputs);
      made.set(urn, await plugin.create(urn, await plugin.check(urn, news, news)));
    }),
  );
});
afterAll(async () => {
  await plugin.stop();
  await cluster.tearDown();
});

const cases = recordedState
  .filter(({ type }) => !type.endsWith(':Namespace'))
  .map((entry) => [`${entry.type} ${entry.name}`, entry] as const);

describe.each(cases)('%s', (_, { type, name, id, outputs }) => {
  const before = recorded(name, type.slice(type.lastIndexOf(':') + 1));
  const resource = (): Resource => made.get(before.urn) ?? before;

  it('has the id and the outputs that the official plugin gave it', () => {
    const significant = (value: unknown): readonly string[] =>
      keyPaths(value).filter((path) => !VOLATILE.test(path));
    expect(resource().id).toBe(id.replace(`${RECORDED_NAMESPACE}/`, `${cluster.namespace}/`));
    expect([...significant(plainProperties(resource().outputs))].sort()).toEqual(
      [...significant(outputs)].sort(),
    );
  });

  it('is unchanged when it is deployed again, and after a refresh', async () => {
    const { inputs } = resource();
    expect(await plugin.diff(resource(), await plugin.check(before.urn, inputs, inputs))).toMatchObject({
      changes: 'none',
    });
    const refreshed = await plugin.read(resource());
    expect(plainProperties(refreshed?.inputs ?? {})).toEqual(plainProperties(inputs));
    expect(await plugin.diff(refreshed ?? before, inputs)).toMatchObject({ changes: 'none' });
  });
});
