import { plainProperties, UNKNOWN, type Properties } from '../../../local/plugins/protocol/values';
import { PluginUnderTest, type Diff, type Resource } from '../harness';
import {
  changed,
  recorded,
  recordedPreviews,
  recordedState,
  type RecordedChange,
} from './support/recordings';

const MEMORY_PREVIEW = 'memory request and ConfigMap data changed';
const POLICY_PREVIEW = 'podManagementPolicy changed; certificate due for renewal';
const KEEPER_PREVIEW = 'keeper of a RandomPassword changed; certificate still due';

let plugin: PluginUnderTest;

beforeAll(async () => {
  plugin = await PluginUnderTest.start('kubernetes');
  await plugin.configure();
});
afterAll(() => plugin.stop());

function without(object: Properties, key: string): Properties {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}

/** What the program said: the checked inputs without what a check adds. */
function programInputs(inputs: Properties): Properties {
  const { annotations, ...metadata } = inputs['metadata'] as Record<string, Properties>;
  if (annotations?.['pulumi.com/autonamed'] === undefined) return inputs;
  return { ...inputs, metadata: without(metadata, 'name') };
}

describe.each(recordedState.map((entry) => [`${entry.type} ${entry.name}`, entry] as const))(
  '%s',
  (_, entry) => {
    const resource = recorded(entry.name, entry.type.slice(entry.type.lastIndexOf(':') + 1));

    it('checks the same inputs to what the official plugin checked them to', async () => {
      const checked = await plugin.check(resource.urn, programInputs(resource.inputs), resource.inputs);
      expect(plainProperties(checked)).toEqual(resource.inputs);
    });

    it('sees no change in a state that the official plugin made', async () => {
      const diff = await plugin.diff(resource, resource.inputs);
      expect(diff).toMatchObject({ changes: 'none', replaces: [], detailedDiff: {} });
    });
  },
);

describe('changes that were recorded', () => {
  const MEMORY = ['spec', 'containers', 0, 'resources', 'requests', 'memory'];
  const template = ['spec', 'template', ...MEMORY];
  const cases: readonly (readonly [string, string, string, (inputs: Properties) => Properties])[] = [
    [MEMORY_PREVIEW, 'Deployment', 'dep', (inputs) => changed(inputs, template, '48Mi')],
    [MEMORY_PREVIEW, 'StatefulSet', 'sts', (inputs) => changed(inputs, template, '48Mi')],
    [MEMORY_PREVIEW, 'Job', 'job', (inputs) => changed(inputs, template, '48Mi')],
    [
      MEMORY_PREVIEW,
      'CronJob',
      'cj',
      (inputs) => changed(inputs, ['spec', 'jobTemplate', ...template], '48Mi'),
    ],
    [MEMORY_PREVIEW, 'ConfigMap', 'cm', (inputs) => changed(inputs, ['data', 'conf'], 'x=2')],
    [MEMORY_PREVIEW, 'ConfigMap', 'cm2', (inputs) => changed(inputs, ['data', 'conf'], 'x=2')],
    [
      POLICY_PREVIEW,
      'StatefulSet',
      'sts',
      (inputs) => changed(inputs, ['spec', 'podManagementPolicy'], 'Parallel'),
    ],
    [POLICY_PREVIEW, 'Secret', 'sec', unknownStringData],
    [KEEPER_PREVIEW, 'Secret', 'sec', unknownStringData],
    [KEEPER_PREVIEW, 'Secret', 'sec2', (inputs) => changed(inputs, ['data', 'a'], UNKNOWN)],
  ];

  function unknownStringData(inputs: Properties): Properties {
    return { ...without(inputs, 'data'), stringData: { a: UNKNOWN } };
  }

  it.each(cases)('%s: %s %s', async (preview, kind, name, change) => {
    const resource = recorded(name, kind);
    const expected = expectation(preview, kind, name);
    const diff = await planned(resource, change(resource.inputs));
    expect({ replaces: diff.replaces, detailedDiff: diff.detailedDiff }).toEqual({
      replaces: [...(expected.replaceReasons ?? [])].sort(),
      detailedDiff: expected.detailedDiff,
    });
  });

  async function planned(resource: Resource, news: Properties): Promise<Diff> {
    return plugin.diff(resource, plainProperties(await plugin.check(resource.urn, news, resource.inputs)));
  }

  function expectation(preview: string, kind: string, name: string): RecordedChange {
    const found = recordedPreviews[preview]?.find(
      (entry) => entry.type.endsWith(`:${kind}`) && entry.name === name,
    );
    if (found === undefined) throw new Error(`nothing recorded of ${kind} ${name} in "${preview}"`);
    return found;
  }

  it('creates the replacement of an automatically named object first, and deletes a named one first', async () => {
    const [auto, named] = [recorded('cm', 'ConfigMap'), recorded('cm2', 'ConfigMap')];
    const change = (resource: Resource): Properties => changed(resource.inputs, ['data', 'conf'], 'x=2');
    expect((await plugin.diff(auto, change(auto))).deleteBeforeReplace).toBe(false);
    expect((await plugin.diff(named, change(named))).deleteBeforeReplace).toBe(true);
  });

  it('plans nothing for changes that the program wants ignored', async () => {
    const resource = recorded('sts', 'StatefulSet');
    const news = changed(resource.inputs, ['spec', 'replicas'], 5);
    expect((await plugin.diff(resource, news)).changes).toBe('some');
    expect((await plugin.diff(resource, news, ['spec.replicas'])).changes).toBe('none');
  });
});
