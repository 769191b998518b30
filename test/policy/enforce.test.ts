import type { ResourceValidationPolicy, StackValidationPolicy } from '@pulumi/policy';
import type { Resource } from '../../policy/model/resource';
import { resourceRule, stackRule } from '../../policy/model/rule';
import { policyOf } from '../../policy/pack/enforce';
import { described as blue } from './support/described';
import { type Anything } from './support/program';

const described = {
  ...blue,
  settings: { colour: { description: 'The colour.', default: 'blue' } },
} as const;
type Settings = { readonly colour: string };

/** A resource as the engine gives it to a policy. */
const args = (props: object, configuration: object = {}, more: object = {}): Anything => ({
  type: 'kubernetes:core/v1:ConfigMap',
  name: 'sky',
  urn: 'urn:sky',
  props,
  opts: {
    protect: true,
    ignoreChanges: ['data'],
    customTimeouts: { createSeconds: 1, updateSeconds: 2, deleteSeconds: 3 },
  },
  getConfig: () => configuration,
  ...more,
});
const provider = { type: 'pulumi:providers:kubernetes', name: 'cluster', urn: 'urn:cluster', props: {} };
const sky: Resource = {
  type: 'kubernetes:core/v1:ConfigMap',
  name: 'sky',
  urn: 'urn:sky',
  props: { colour: 'red' },
  protect: true,
  ignoreChanges: ['data'],
  timeouts: { create: 1, update: 2, delete: 3 },
};

const seen: Resource[] = [];
const rule = resourceRule<Settings>({
  ...described,
  check: (resource, { colour }) => {
    seen.push(resource);
    return resource.props['colour'] === colour ? [] : [`it is ${String(resource.props['colour'])}`, 'too'];
  },
  repair: ({ props }, { colour }) => ({ ...props, colour }),
});

describe('the policy of a rule of single resources', () => {
  const policy = policyOf(rule) as ResourceValidationPolicy;
  const reports = (of: Anything): string[] => {
    const told: string[] = [];
    void (policy.validateResource as Anything)(of, (message: string) => told.push(message));
    return told;
  };
  const repaired = (of: Anything): unknown => (policy.remediateResource as Anything)(of);

  test('gives it the resource, with what the program says of it', () => {
    seen.splice(0);
    reports(args({ colour: 'red' }));
    reports(args({ colour: 'red' }, {}, { provider }));
    expect(seen).toEqual([
      sky,
      { ...sky, provider: { type: 'pulumi:providers:kubernetes', name: 'cluster' } },
    ]);
    expect('provider' in seen[0]!).toBe(false);
  });

  test('reports every problem, by the settings as they are configured', () => {
    expect(reports(args({ colour: 'red' }))).toEqual(['it is red. Paint it.', 'too. Paint it.']);
    expect(reports(args({ colour: 'blue' }))).toEqual([]);
    expect(reports(args({ colour: 'red' }, { colour: 'red' }))).toEqual([]);
  });

  test('repairs what breaks it, and nothing else', () => {
    expect(repaired(args({ colour: 'red', size: 1 }))).toEqual({ colour: 'blue', size: 1 });
    expect(repaired(args({ colour: 'red' }, { colour: 'green' }))).toEqual({ colour: 'green' });
    expect(repaired(args({ colour: 'blue' }))).toBeUndefined();
  });

  test('leaves alone what is excused', () => {
    const annotations = { 'waiver.session-database/blue': 'until 2999-12-31: the colour comes later' };
    const excused = args({ colour: 'red', metadata: { annotations } }, { waivable: true });
    expect(reports(excused)).toEqual([]);
    expect(repaired(excused)).toBeUndefined();
  });

  test('cannot repair where the rule does not', () => {
    const without = resourceRule<Settings>({ ...described, check: () => [] });
    expect('remediateResource' in policyOf(without)).toBe(false);
  });
});

test('the policy of a rule of the stack gives it every resource, and reports each problem at its own', () => {
  const policy = policyOf(
    stackRule<Settings>({
      ...described,
      check: (resources, { colour }) => [
        { problem: `nothing is ${colour}` },
        ...resources.map((resource) => ({ problem: `${resource.name} is red`, resource })),
      ],
    }),
  ) as StackValidationPolicy;
  const told: unknown[] = [];
  const resources = [args({}), args({}, {}, { name: 'sea', urn: 'urn:sea' })];
  void (policy.validateStack as Anything)(
    { resources, getConfig: () => ({ colour: 'green' }) },
    (...of: unknown[]) => told.push(of),
  );
  expect(told).toEqual([
    ['nothing is green. Paint it.', undefined],
    ['sky is red. Paint it.', 'urn:sky'],
    ['sea is red. Paint it.', 'urn:sea'],
  ]);
});
